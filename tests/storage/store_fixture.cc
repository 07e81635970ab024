#include "tests/storage/store_fixture.h"

#include <utility>

#include "storage/base/status_macros.h"
#include "storage/view.h"

namespace courant::storage {

absl::Status StoreFixture::Open(StoreOptions options) {
  Close();
  registry = std::make_shared<prometheus::Registry>();
  options.data_dir = data_dir();
  COURANT_ASSIGN_OR_RETURN(store,
                           Store::Open(std::move(options), clock, *registry));
  return absl::OkStatus();
}

absl::StatusOr<Committed> StoreFixture::Write(absl::string_view article_id,
                                              absl::string_view headline,
                                              absl::string_view request_id,
                                              absl::string_view fingerprint) {
  return WriteArticle(*store, article_id, headline,
                      {.actor = "test",
                       .request_id = std::string(request_id),
                       .fingerprint = std::string(fingerprint)});
}

absl::StatusOr<Committed> StoreFixture::Erase(absl::string_view article_id,
                                              std::vector<Sequence> erased) {
  return store->committer().Commit(
      {.actor = "test"},
      [&](const DecisionContext& context) -> absl::StatusOr<Decision> {
        COURANT_ASSIGN_OR_RETURN(ChangeDraft draft,
                                 DraftOf(context, article_id, "taken away"));
        draft.kind = courant::v1::Change::KILLED;
        draft.erased = erased;
        Decision decision;
        decision.push_back(std::move(draft));
        return decision;
      });
}

absl::StatusOr<Committed> StoreFixture::Trim(std::vector<Sequence> taken,
                                             Sequence floor,
                                             absl::Time kept_since) {
  return store->committer().Commit(
      {.actor = "test"},
      [&](const DecisionContext& context) -> absl::StatusOr<Decision> {
        courant::v1::HistoryTrim trim;
        trim.set_name("history");
        *trim.mutable_kept_since() = ToTimestamp(kept_since);
        trim.set_floor_sequence(static_cast<int64_t>(floor.value()));
        trim.set_texts(static_cast<int64_t>(taken.size()));
        COURANT_ASSIGN_OR_RETURN(std::optional<v1::ArticleRow> before,
                                 context.view.FindArticle(kHistoryId));
        ChangeDraft draft{.kind = courant::v1::Change::HISTORY_TRIMMED,
                          .article_id = std::string(kHistoryId),
                          .named = trim,
                          .previous = std::move(before),
                          .erased = taken};
        draft.attributes.set_resource(v1::HISTORY);
        Decision decision;
        decision.push_back(std::move(draft));
        return decision;
      });
}

std::string StoreFixture::HeadlineOf(absl::string_view article_id) {
  const View view(store->database());
  const auto row = view.FindArticle(article_id);
  if (!row.ok() || !row->has_value()) return "";
  const auto article = view.ReadArticle(Sequence((*row)->sequence()));
  return article.ok() ? article->headline().value() : "";
}

absl::StatusOr<ChangeDraft> DraftOf(const DecisionContext& context,
                                    absl::string_view article_id,
                                    absl::string_view headline) {
  COURANT_ASSIGN_OR_RETURN(std::optional<v1::ArticleRow> row,
                           context.view.FindArticle(article_id));
  ChangeDraft draft{.kind = courant::v1::Change::DRAFTED,
                    .article_id = std::string(article_id),
                    .previous = std::move(row)};
  draft.article.set_language("en");
  draft.article.mutable_headline()->set_value(std::string(headline));
  draft.attributes.set_language("en");
  draft.attributes.set_state(courant::v1::Article::DRAFT);
  draft.attributes.set_story("stories/" + std::string(article_id));
  draft.attributes.set_list_time_us(
      draft.previous ? draft.previous->attributes().list_time_us()
                     : absl::ToUnixMicros(context.commit_time));
  return draft;
}

absl::StatusOr<Committed> WriteArticle(Store& store,
                                       absl::string_view article_id,
                                       absl::string_view headline,
                                       const Proposal& proposal) {
  return store.committer().Commit(
      proposal,
      [&](const DecisionContext& context) -> absl::StatusOr<Decision> {
        COURANT_ASSIGN_OR_RETURN(ChangeDraft draft,
                                 DraftOf(context, article_id, headline));
        Decision decision;
        decision.push_back(std::move(draft));
        return decision;
      });
}

}  // namespace courant::storage
