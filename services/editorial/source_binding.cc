#include "services/editorial/source_binding.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "services/editorial/article_errors.h"
#include "services/editorial/rules/identifiers.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

using storage::DecisionContext;
using storage::v1::ArticleRow;

// Checks that `article_id` is not among those that `source` was made from. What
// is stopped or held back with its source could not be followed through a ring.
absl::Status CheckNoRing(const DecisionContext& context,
                         absl::string_view article_id,
                         const std::string& source_name, ArticleRow source) {
  absl::flat_hash_set<std::string> seen;
  while (true) {
    const std::string& next = source.attributes().source_article_id();
    if (next == article_id) {
      return InvalidField(
          "article.translation_of.article",
          absl::StrCat("must not be ", source_name,
                       ", which was made from this article itself"));
    }
    if (next.empty() || !seen.insert(next).second) return absl::OkStatus();
    COURANT_ASSIGN_OR_RETURN(std::optional<ArticleRow> row,
                             context.view.FindArticle(next));
    if (!row) return absl::OkStatus();
    source = *std::move(row);
  }
}

}  // namespace

absl::Status BindToSource(const DecisionContext& context,
                          absl::string_view article_id,
                          const v1::Article* before, v1::Article* article) {
  if (!article->has_translation_of()) return absl::OkStatus();
  v1::TranslationOf& source = *article->mutable_translation_of();
  if (before != nullptr &&
      before->translation_of().article() == source.article()) {
    // Who names no revision does not ask for another one.
    const int64_t revision = before->translation_of().revision();
    if (source.revision() == 0) source.set_revision(revision);
    if (source.revision() == revision) return absl::OkStatus();
  }
  COURANT_ASSIGN_OR_RETURN(
      const std::string source_id,
      ParseArticleName(source.article(), "article.translation_of.article"));
  COURANT_ASSIGN_OR_RETURN(const std::optional<ArticleRow> row,
                           context.view.FindArticle(source_id));
  if (!row) return ResourceNotFound(source.article());
  if (source.revision() == 0) source.set_revision(row->revision());
  if (source.revision() < 0 || source.revision() > row->revision()) {
    return InvalidField("article.translation_of.revision",
                        absl::StrCat("must be 1 to ", row->revision(),
                                     ", the newest revision of the source"));
  }
  source.set_language(row->attributes().language());
  if (article->story().empty()) article->set_story(row->attributes().story());
  if (article->story() != row->attributes().story()) {
    return InvalidField("article.story",
                        absl::StrCat("must be that of the source, ",
                                     row->attributes().story()));
  }
  // Nothing was made yet from what was not there.
  if (before == nullptr) return absl::OkStatus();
  return CheckNoRing(context, article_id, source.article(), *row);
}

}  // namespace courant
