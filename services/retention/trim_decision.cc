#include "services/retention/trim_decision.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "courant/v1/change.pb.h"
#include "courant/v1/history.pb.h"
#include "services/editorial/rules/identifiers.h"
#include "storage/base/status_macros.h"
#include "storage/entry_builder.h"
#include "storage/keys.h"

namespace courant {
namespace {

using storage::View;
using storage::v1::ArticleRow;

// As in its name.
constexpr char kHistoryName[] = "history";

// Revisions of `article_id` that the newest texts of what was made from it are
// bound to.
absl::StatusOr<std::vector<int64_t>> BoundRevisions(
    const View& view, const std::string& article_id) {
  COURANT_ASSIGN_OR_RETURN(const storage::Ties ties, view.FindTies(article_id));
  std::vector<int64_t> bound;
  for (const std::string& id : ties.translations) {
    COURANT_ASSIGN_OR_RETURN(const std::optional<ArticleRow> row,
                             view.FindArticle(id));
    if (!row) continue;
    COURANT_ASSIGN_OR_RETURN(const v1::Translation translation,
                             view.ReadTranslationAt(Sequence(row->sequence())));
    bound.push_back(translation.source_revision());
  }
  for (const std::string& id : ties.articles) {
    COURANT_ASSIGN_OR_RETURN(const std::optional<ArticleRow> row,
                             view.FindArticle(id));
    if (!row) continue;
    COURANT_ASSIGN_OR_RETURN(const v1::Article article,
                             view.ReadArticle(Sequence(row->sequence())));
    // It may be tied to another one by now.
    if (article.translation_of().article() == ArticleName(article_id)) {
      bound.push_back(article.translation_of().revision());
    }
  }
  return bound;
}

// What decides about `text`; nothing when there is no such revision.
absl::StatusOr<std::optional<TextFacts>> FactsOf(const View& view,
                                                 const OldText& text) {
  COURANT_ASSIGN_OR_RETURN(std::optional<ArticleRow> newest,
                           view.FindArticle(text.id));
  const auto number = static_cast<uint64_t>(text.revision);
  COURANT_ASSIGN_OR_RETURN(const std::optional<Sequence> sequence,
                           view.FindRevision(text.id, Revision(number)));
  if (!newest || !sequence) return std::nullopt;
  COURANT_ASSIGN_OR_RETURN(const std::optional<Sequence> next,
                           view.FindRevision(text.id, Revision(number + 1)));
  COURANT_ASSIGN_OR_RETURN(const storage::Entry entry,
                           view.ReadEntry(*sequence));
  return TextFacts{.resource = newest->attributes().resource(),
                   .sequence = *sequence,
                   .revision = text.revision,
                   .is_there = entry.erased_by == Sequence(0),
                   .replaced_by = next.value_or(Sequence(0)),
                   .newest = *std::move(newest),
                   .has_notice = text.has_notice,
                   .is_parked = text.is_parked};
}

}  // namespace

absl::StatusOr<storage::Decision> DecideTrim(
    const storage::DecisionContext& context, const TrimOrder& order) {
  const View& view = context.view;
  std::map<std::string, std::vector<int64_t>> bound;
  std::vector<Sequence> taken;
  for (const OldText& text : order.texts) {
    COURANT_ASSIGN_OR_RETURN(std::optional<TextFacts> facts,
                             FactsOf(view, text));
    // Before what was made from it is read: most are needed for less.
    if (!facts || NeedOf(*facts, order.until) != Need::kNone) continue;
    auto known = bound.find(text.id);
    if (known == bound.end()) {
      COURANT_ASSIGN_OR_RETURN(std::vector<int64_t> revisions,
                               BoundRevisions(view, text.id));
      known = bound.emplace(text.id, std::move(revisions)).first;
    }
    facts->bound = known->second;
    if (NeedOf(*facts, order.until) == Need::kNone) {
      taken.push_back(facts->sequence);
    }
  }
  storage::Decision decision;
  if (taken.empty()) return decision;
  std::sort(taken.begin(), taken.end());
  taken.erase(std::unique(taken.begin(), taken.end()), taken.end());

  COURANT_ASSIGN_OR_RETURN(std::optional<ArticleRow> before,
                           view.FindArticle(storage::kHistoryId));
  v1::HistoryTrim trim;
  absl::Time kept_since = order.kept_since;
  auto floor = static_cast<int64_t>(order.until.value());
  auto considered = static_cast<int64_t>(order.considered.value());
  if (before) {
    COURANT_ASSIGN_OR_RETURN(
        const std::string bytes,
        view.ReadArticleBytes(Sequence(before->sequence())));
    v1::HistoryTrim last;
    if (last.ParseFromString(bytes)) {
      floor = std::max(floor, last.floor_sequence());
      considered = std::max(considered, last.considered_sequence());
      kept_since =
          std::max(kept_since, storage::FromTimestamp(last.kept_since()));
    }
  }
  trim.set_name(kHistoryName);
  *trim.mutable_kept_since() = storage::ToTimestamp(kept_since);
  trim.set_floor_sequence(floor);
  trim.set_texts(static_cast<int64_t>(taken.size()));
  trim.set_considered_sequence(considered);
  storage::ChangeDraft draft{.kind = v1::Change::HISTORY_TRIMMED,
                             .article_id = std::string(storage::kHistoryId),
                             .named = std::move(trim),
                             .previous = std::move(before),
                             .erased = std::move(taken)};
  draft.attributes.set_resource(storage::v1::HISTORY);
  decision.push_back(std::move(draft));
  return decision;
}

}  // namespace courant
