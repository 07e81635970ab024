#include "services/retention/replaced_texts.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "courant/v1/article.pb.h"
#include "courant/v1/translation.pb.h"
#include "services/ledger/notice_maker.h"
#include "storage/base/status_macros.h"
#include "storage/keys.h"

namespace courant {
namespace {

using storage::v1::ArticleRow;

// The revision of a source that a text is bound to.
struct Binding {
  std::string source_id;
  int64_t revision = 0;

  friend bool operator==(const Binding&, const Binding&) = default;
};

// That of a stored text; nothing when it has none, or is gone.
std::optional<Binding> BindingOf(const storage::Entry& entry) {
  const storage::v1::Attributes& attributes = entry.facts.row().attributes();
  if (attributes.source_article_id().empty()) return std::nullopt;
  int64_t revision = 0;
  if (attributes.resource() == storage::v1::TRANSLATION) {
    v1::Translation translation;
    if (!translation.ParseFromString(entry.article)) return std::nullopt;
    revision = translation.source_revision();
  } else {
    v1::Article article;
    if (!article.ParseFromString(entry.article)) return std::nullopt;
    revision = article.translation_of().revision();
  }
  if (revision <= 0) return std::nullopt;
  return Binding{attributes.source_article_id(), revision};
}

}  // namespace

absl::StatusOr<std::vector<OldText>> TextsReplacedBy(
    const storage::View& view, const storage::Entry& entry) {
  std::vector<OldText> texts;
  const storage::v1::ChangeFacts& facts = entry.facts;
  const ArticleRow& row = facts.row();
  const storage::v1::Resource resource = row.attributes().resource();
  if (resource != storage::v1::ARTICLE &&
      resource != storage::v1::TRANSLATION) {
    return texts;
  }
  if (row.revision() <= 1) return texts;
  const std::string& id = facts.article_id();
  COURANT_ASSIGN_OR_RETURN(
      const std::optional<Sequence> sequence,
      view.FindRevision(id,
                        Revision(static_cast<uint64_t>(row.revision() - 1))));
  if (!sequence) return texts;
  COURANT_ASSIGN_OR_RETURN(const storage::Entry before,
                           view.ReadEntry(*sequence));
  const ArticleRow& was = before.facts.row();
  // While this revision is the newest one it may need that one still: what then
  // replaces it offers both.
  const bool is_content = row.content_sequence() == was.sequence();
  const bool is_told =
      row.internal_revisions() > 0 &&
      row.revision() - row.internal_revisions() == was.revision();
  if (!is_content && !is_told) {
    texts.push_back({.id = id, .revision = was.revision()});
  }
  // What callers outside saw until now.
  const int64_t told = was.revision() - was.internal_revisions();
  if (row.internal_revisions() == 0 && told > 0 && told < was.revision()) {
    texts.push_back({.id = id, .revision = told});
  }
  if (was.content_sequence() != 0 &&
      was.content_sequence() != row.content_sequence() &&
      was.content_sequence() != was.sequence()) {
    COURANT_ASSIGN_OR_RETURN(const storage::Entry content,
                             view.ReadEntry(Sequence(was.content_sequence())));
    texts.push_back({.id = id, .revision = content.facts.row().revision()});
  }
  const std::optional<Binding> bound = BindingOf(before);
  if (bound && bound != BindingOf(entry)) {
    texts.push_back({.id = bound->source_id, .revision = bound->revision});
  }
  return texts;
}

absl::StatusOr<bool> HasNotice(const storage::LedgerStore& ledger,
                               Sequence noticed_through,
                               const storage::v1::ChangeFacts& facts) {
  if (facts.row().attributes().resource() != storage::v1::ARTICLE) return false;
  // The words of such a notice are in the tombstone, which stays.
  if (facts.has_tombstone()) return false;
  const Sequence sequence(facts.row().sequence());
  if (sequence > noticed_through && NoticeMaker::MayConcernHolders(facts)) {
    return true;
  }
  // There is no notice without a call.
  return ledger.HasCall(facts.article_id(), sequence);
}

}  // namespace courant
