#include "services/translation/translation_reads.h"

#include <xxhash.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/editorial/article_errors.h"
#include "services/editorial/list_position.h"
#include "services/editorial/rules/identifiers.h"
#include "services/editorial/rules/language_tag.h"
#include "services/editorial/rules/lifecycle.h"
#include "services/editorial/rules/times.h"
#include "services/editorial/wait_for_change.h"
#include "services/rpc/page_token.h"
#include "services/translation/language_lookup.h"
#include "services/translation/text/source_diff.h"
#include "services/translation/text/source_segments.h"
#include "services/translation/translation_name.h"
#include "storage/article_index.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"
#include "storage/view.h"

namespace courant {
namespace {

using storage::ArticleCursor;
using storage::ArticleIndex;
using storage::ArticleIndexPosition;
using storage::v1::ArticleRow;
using storage::v1::Attributes;
using v1::Translation;
using Task = v1::TranslationTask;

constexpr int32_t kDefaultTranslations = 50;
constexpr int32_t kMaxTranslations = 1000;
constexpr size_t kMaxWorkFound = 200;
constexpr int kMaxRanges = 50;

// Which translations a list wants, besides its parent.
class Wanted {
 public:
  static absl::StatusOr<Wanted> From(
      const v1::ListTranslationsRequest& request) {
    Wanted wanted;
    for (const std::string& language : request.languages()) {
      const std::optional<std::string> tag = CanonicalLanguageTag(language);
      if (!tag) return InvalidField("languages", LanguageTagAdvice(language));
      wanted.languages_.insert(*tag);
    }
    wanted.freshness_.insert(request.freshness().begin(),
                             request.freshness().end());
    wanted.states_.insert(request.task_states().begin(),
                          request.task_states().end());
    wanted.story_ = request.story();
    return wanted;
  }

  bool Matches(const Attributes& attributes) const {
    return Has(languages_, attributes.language()) &&
           Has(freshness_, attributes.freshness()) &&
           Has(states_, attributes.task_state()) &&
           (story_.empty() || story_ == attributes.story());
  }

 private:
  template <typename T>
  static bool Has(const std::set<T>& set, const T& value) {
    return set.empty() || set.count(value) > 0;
  }

  std::set<std::string> languages_;
  std::set<int32_t> freshness_;
  std::set<int32_t> states_;
  std::string story_;
};

// What pages of one list have in common.
uint64_t ScopeOf(v1::ListTranslationsRequest request) {
  request.clear_page_token();
  request.clear_page_size();
  const std::string bytes = request.SerializeAsString();
  return XXH3_64bits(bytes.data(), bytes.size());
}

// Where the translations of one article stand in the list, newest first.
absl::StatusOr<std::vector<ArticleIndexPosition>> PositionsUnder(
    const storage::View& view, const std::string& article_id) {
  COURANT_ASSIGN_OR_RETURN(const storage::Ties ties, view.FindTies(article_id));
  std::vector<ArticleIndexPosition> positions;
  for (const std::string& id : ties.translations) {
    COURANT_ASSIGN_OR_RETURN(const std::optional<ArticleRow> row,
                             view.FindArticle(id));
    if (row) positions.push_back({row->attributes().list_time_us(), id});
  }
  std::sort(positions.begin(), positions.end(), [](auto& a, auto& b) {
    return std::tie(a.list_time_us, a.article_id) >
           std::tie(b.list_time_us, b.article_id);
  });
  return positions;
}

// Walks a list of translations from where a page begins.
class TranslationWalk {
 public:
  // All of them, or those of a story.
  TranslationWalk(const storage::Database& database,
                  const storage::Database::Snapshot& snapshot,
                  const std::string& story,
                  const std::optional<ArticleIndexPosition>& after)
      : cursor_(std::make_unique<ArticleCursor>(
            database, &snapshot,
            story.empty() ? ArticleIndex::kTranslation
                          : ArticleIndex::kTranslationStory,
            story)) {
    after ? cursor_->SeekAfter(*after) : cursor_->SeekToNewest();
  }

  // Those in `positions`.
  TranslationWalk(std::vector<ArticleIndexPosition> positions,
                  const std::optional<ArticleIndexPosition>& after)
      : positions_(std::move(positions)) {
    if (!after) return;
    while (next_ < positions_.size() &&
           std::tie(positions_[next_].list_time_us,
                    positions_[next_].article_id) >=
               std::tie(after->list_time_us, after->article_id)) {
      ++next_;
    }
  }

  bool Valid() const {
    return cursor_ ? cursor_->Valid() : next_ < positions_.size();
  }
  const ArticleIndexPosition& position() const {
    return cursor_ ? cursor_->position() : positions_[next_];
  }
  void Next() { cursor_ ? cursor_->Next() : static_cast<void>(++next_); }
  absl::Status status() const {
    return cursor_ ? cursor_->status() : absl::OkStatus();
  }

 private:
  std::unique_ptr<ArticleCursor> cursor_;
  std::vector<ArticleIndexPosition> positions_;
  size_t next_ = 0;
};

// {article} of a parent, or empty for "articles/-".
absl::StatusOr<std::string> ParseParent(const std::string& parent) {
  if (parent == "articles/-") return std::string();
  return ParseArticleName(parent, "parent");
}

absl::StatusOr<std::optional<ArticleIndexPosition>> PageStart(
    const TokenKey& key, const v1::ListTranslationsRequest& request) {
  if (request.page_token().empty()) return std::nullopt;
  COURANT_ASSIGN_OR_RETURN(
      const std::string last_key,
      OpenPageToken(key, PagedList::kTranslations, ScopeOf(request),
                    request.page_token()));
  std::optional<ArticleIndexPosition> position = DecodePosition(last_key);
  if (position) return position;
  return MakeFieldError(
      v1::PAGE_TOKEN_INVALID,
      {{"page_token", "is damaged; start from the first page"}});
}

// What orders a queue.
struct Waiting {
  int32_t priority;
  absl::Time due;
  int64_t since_us;
  bool preferred;
  std::string id;
};

bool ComesBefore(const Waiting& a, const Waiting& b) {
  return std::make_tuple(!a.preferred, a.priority, a.due, a.since_us, a.id) <
         std::make_tuple(!b.preferred, b.priority, b.due, b.since_us, b.id);
}

bool Fits(const Attributes& attributes, v1::Lease::Role role) {
  const bool review = attributes.task_state() == Task::SUBMITTED ||
                      attributes.task_state() == Task::IN_REVIEW;
  return review == (role == v1::Lease::REVIEW);
}

// The versions of a story that are public, the original first.
struct Versions {
  std::vector<std::string> languages;
  std::vector<std::string> article_ids;
};

absl::StatusOr<Versions> PublicVersions(const storage::Database& database,
                                        const storage::Database::Snapshot& at,
                                        const std::string& story) {
  const storage::View view(database, &at);
  Versions versions;
  ArticleCursor cursor(database, &at, ArticleIndex::kStory, story);
  for (cursor.SeekToNewest(); cursor.Valid(); cursor.Next()) {
    const std::string& id = cursor.position().article_id;
    COURANT_ASSIGN_OR_RETURN(const std::optional<ArticleRow> row,
                             view.FindArticle(id));
    if (!row || !IsPublic(row->attributes().state())) continue;
    const std::string& language = row->attributes().language();
    if (std::find(versions.languages.begin(), versions.languages.end(),
                  language) != versions.languages.end()) {
      continue;
    }
    const bool original = row->attributes().source_article_id().empty();
    versions.languages.insert(
        original ? versions.languages.begin() : versions.languages.end(),
        language);
    versions.article_ids.insert(
        original ? versions.article_ids.begin() : versions.article_ids.end(),
        id);
  }
  COURANT_RETURN_IF_ERROR(cursor.status());
  return versions;
}

}  // namespace

absl::StatusOr<Translation> TranslationReads::GetTranslation(
    const RequestContext& context, const v1::GetTranslationRequest& request) {
  COURANT_ASSIGN_OR_RETURN(const std::string id,
                           ParseTranslationName(request.name(), "name"));
  if (!v1::TranslationView_IsValid(request.view())) {
    return InvalidField("view", "must be BASIC or FULL");
  }
  COURANT_RETURN_IF_ERROR(
      WaitForChange(applier_, context, request.min_change_sequence()));
  const auto snapshot = database_.TakeSnapshot();
  const storage::View view(database_, snapshot.get());
  COURANT_ASSIGN_OR_RETURN(const std::optional<ArticleRow> row,
                           view.FindArticle(id));
  if (!row) return ResourceNotFound(request.name());
  COURANT_ASSIGN_OR_RETURN(Translation translation, view.ReadTranslation(*row));
  if (request.view() != v1::TRANSLATION_VIEW_FULL) translation.clear_content();
  return translation;
}

absl::StatusOr<v1::ListTranslationsResponse> TranslationReads::ListTranslations(
    const RequestContext& context, const v1::ListTranslationsRequest& request) {
  (void)context;
  if (request.page_size() < 0) {
    return InvalidField("page_size", "is negative; use 1 to 1000");
  }
  const int page_size = request.page_size() == 0
                            ? kDefaultTranslations
                            : std::min(request.page_size(), kMaxTranslations);
  COURANT_ASSIGN_OR_RETURN(const std::string article_id,
                           ParseParent(request.parent()));
  COURANT_ASSIGN_OR_RETURN(const Wanted wanted, Wanted::From(request));
  COURANT_ASSIGN_OR_RETURN(const std::optional<ArticleIndexPosition> start,
                           PageStart(key_, request));
  const auto snapshot = database_.TakeSnapshot();
  const storage::View view(database_, snapshot.get());
  std::vector<ArticleIndexPosition> under;
  if (!article_id.empty()) {
    COURANT_ASSIGN_OR_RETURN(under, PositionsUnder(view, article_id));
  }
  TranslationWalk walk =
      article_id.empty()
          ? TranslationWalk(database_, *snapshot, request.story(), start)
          : TranslationWalk(std::move(under), start);
  v1::ListTranslationsResponse response;
  std::optional<ArticleIndexPosition> last;
  for (int scanned = 0; walk.Valid(); walk.Next(), ++scanned) {
    if (response.translations_size() == page_size || scanned == kMaxScanned) {
      response.set_next_page_token(
          MintPageToken(key_, {.list = PagedList::kTranslations,
                               .scope = ScopeOf(request),
                               .last_key = EncodePosition(*last)}));
      break;
    }
    last = walk.position();
    COURANT_ASSIGN_OR_RETURN(const std::optional<ArticleRow> row,
                             view.FindArticle(last->article_id));
    if (!row || !wanted.Matches(row->attributes())) continue;
    COURANT_ASSIGN_OR_RETURN(Translation translation,
                             view.ReadTranslationAt(Sequence(row->sequence())));
    translation.clear_content();
    *response.add_translations() = std::move(translation);
  }
  COURANT_RETURN_IF_ERROR(walk.status());
  return response;
}

absl::StatusOr<v1::DiffTranslationSourceResponse>
TranslationReads::DiffTranslationSource(
    const RequestContext& context,
    const v1::DiffTranslationSourceRequest& request) {
  COURANT_ASSIGN_OR_RETURN(Translation translation,
                           GetTranslation(context, [&] {
                             v1::GetTranslationRequest get;
                             get.set_name(request.name());
                             get.set_view(v1::TRANSLATION_VIEW_FULL);
                             return get;
                           }()));
  const auto snapshot = database_.TakeSnapshot();
  const storage::View view(database_, snapshot.get());
  COURANT_ASSIGN_OR_RETURN(
      const std::string source_id,
      ParseArticleName(translation.source_article(), "name"));
  COURANT_ASSIGN_OR_RETURN(const std::optional<ArticleRow> row,
                           view.FindArticle(source_id));
  if (!row) return ResourceNotFound(translation.source_article());
  const int64_t revision = request.source_revision() == 0
                               ? row->revision()
                               : request.source_revision();
  if (revision < translation.source_revision() || revision > row->revision()) {
    return InvalidField(
        "source_revision",
        absl::StrCat("must be ", translation.source_revision(), " to ",
                     row->revision(), ": from the bound to the newest one"));
  }
  COURANT_ASSIGN_OR_RETURN(
      const std::optional<Sequence> sequence,
      view.FindRevision(source_id, Revision(static_cast<uint64_t>(revision))));
  if (!sequence) return ResourceNotFound(translation.source_article());
  COURANT_ASSIGN_OR_RETURN(const v1::Article head, view.ReadArticle(*sequence));
  v1::DiffTranslationSourceResponse response;
  response.set_bound_revision(translation.source_revision());
  response.set_source_revision(revision);
  if (revision == row->revision()) {
    // Known already, and what each of them means.
    *response.mutable_changes() = translation.source_changes();
    return response;
  }
  SourceDiff diff =
      DiffSource(translation.content().source_segments(),
                 DivideSource(head, translation.scope()), nullptr);
  for (v1::SourceChange& change : diff.changes) {
    *response.add_changes() = std::move(change);
  }
  return response;
}

absl::StatusOr<v1::LanguageVersion> TranslationReads::LookupLanguageVersion(
    const RequestContext& context,
    const v1::LookupLanguageVersionRequest& request) {
  (void)context;
  if (request.story().empty()) return RequiredField("story");
  if (request.language_ranges().empty()) {
    return RequiredField("language_ranges");
  }
  if (request.language_ranges_size() > kMaxRanges) {
    return MakeFieldError(
        v1::FIELD_TOO_LONG,
        {{"language_ranges", "has more than 50 elements; send the first ones"}},
        {{"limit", absl::StrCat(kMaxRanges)}});
  }
  LanguageQuestion question{.allow_script_fallback =
                                request.allow_script_fallback()};
  for (int i = 0; i < request.language_ranges_size(); ++i) {
    const std::string& range = request.language_ranges(i);
    const std::optional<std::string> tag = CanonicalLanguageTag(range);
    if (range != "*" && !tag) {
      return InvalidField(absl::StrCat("language_ranges[", i, "]"),
                          LanguageTagAdvice(range));
    }
    question.ranges.push_back(tag.value_or(range));
  }
  const auto snapshot = database_.TakeSnapshot();
  COURANT_ASSIGN_OR_RETURN(
      const Versions versions,
      PublicVersions(database_, *snapshot, request.story()));
  question.available = versions.languages;
  std::vector<std::string> sorted = versions.languages;
  std::sort(sorted.begin(), sorted.end());
  const std::optional<LanguageAnswer> answer = LookupLanguage(question);
  if (!answer) {
    return MakeError(
        v1::RESOURCE_NOT_FOUND,
        absl::StrCat("no version of ", request.story(),
                     " fits; there are: ", absl::StrJoin(sorted, ", ")),
        {{"resource", request.story()},
         {"available", absl::StrJoin(sorted, ",")}});
  }
  const auto at = std::find(versions.languages.begin(),
                            versions.languages.end(), answer->language) -
                  versions.languages.begin();
  v1::LanguageVersion version;
  version.set_article(ArticleName(versions.article_ids[at]));
  version.set_language(answer->language);
  version.set_language_range(answer->range);
  version.set_rule(answer->rule);
  version.mutable_available()->Assign(sorted.begin(), sorted.end());
  return version;
}

absl::StatusOr<std::vector<std::string>> TranslationReads::FindWork(
    const v1::ClaimNextTranslationRequest& request, absl::string_view actor,
    absl::Time now) const {
  const auto snapshot = database_.TakeSnapshot();
  const storage::View view(database_, snapshot.get());
  std::vector<Waiting> found;
  for (const std::string& language : request.languages()) {
    ArticleCursor cursor(database_, snapshot.get(),
                         ArticleIndex::kTranslationWork, language);
    for (cursor.SeekToNewest(); cursor.Valid(); cursor.Next()) {
      const ArticleIndexPosition& position = cursor.position();
      COURANT_ASSIGN_OR_RETURN(const std::optional<ArticleRow> row,
                               view.FindArticle(position.article_id));
      if (!row || !Fits(row->attributes(), request.role())) continue;
      COURANT_ASSIGN_OR_RETURN(
          const Translation translation,
          view.ReadTranslationAt(Sequence(row->sequence())));
      const auto& sources = request.source_languages();
      if (!sources.empty() &&
          std::find(sources.begin(), sources.end(),
                    translation.source_language()) == sources.end()) {
        continue;
      }
      const Task& task = translation.task();
      if (task.has_lease() && ToTime(task.lease().expire_time()) > now) {
        continue;
      }
      if (request.role() == v1::Lease::REVIEW && task.translator() == actor) {
        continue;
      }
      found.push_back(
          {.priority = translation.priority() == 0 ? 5 : translation.priority(),
           .due = translation.has_due_time() ? ToTime(translation.due_time())
                                             : absl::InfiniteFuture(),
           .since_us = position.list_time_us,
           .preferred = translation.task().preferred_assignee() == actor,
           .id = position.article_id});
    }
    COURANT_RETURN_IF_ERROR(cursor.status());
  }
  std::sort(found.begin(), found.end(), ComesBefore);
  std::vector<std::string> ids;
  for (Waiting& waiting : found) {
    if (ids.size() == kMaxWorkFound) break;
    ids.push_back(std::move(waiting.id));
  }
  return ids;
}

}  // namespace courant
