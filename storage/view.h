#ifndef COURANT_STORAGE_VIEW_H_
#define COURANT_STORAGE_VIEW_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "courant/v1/article.pb.h"
#include "courant/v1/translation.pb.h"
#include "storage/base/ids.h"
#include "storage/database.h"
#include "storage/frame.h"
#include "storage/state_batch.h"

namespace courant::storage {

// What is tied to an article by others; see Derived in keys.h. A tie that was
// made once and does not hold any more may be among them.
struct Ties {
  // Articles that were made from it, by id.
  std::vector<std::string> articles;
  // Translations of it, "{article}/{translation}".
  std::vector<std::string> translations;
  // The translation whose result it is; empty when there is none.
  std::string result_of;
};

// Read-only, typed state at one position: what is committed, and for a decision
// also what was decided before it in the same group. Cheap to make. Use from
// one thread; must not outlive what it was made from. Blocks on disk.
//
// Every method may fail with DATA_LOSS (a record is damaged) or UNAVAILABLE (it
// could not be read).
class View {
 public:
  // The committed state. `snapshot` may be null: then each call sees the latest
  // state at the time of the call. One that does not reach the disk answers
  // what it cannot know with an error for which NeedsDisk() is true.
  explicit View(const Database& database,
                const Database::Snapshot* snapshot = nullptr,
                Database::Reach reach = Database::Reach::kDisk)
      : database_(database), snapshot_(snapshot), reach_(reach) {}

  // The committed state under `staged` and `pending`, what a group has decided
  // so far.
  View(const Database& database, const StateBatch& staged,
       const std::vector<Entry>& pending)
      : database_(database), staged_(&staged), pending_(&pending) {}

  // The row of an article, or of a translation ("{article}/{translation}"), or
  // nothing when there is none. One lookup; a row stays after a kill.
  absl::StatusOr<std::optional<v1::ArticleRow>> FindArticle(
      absl::string_view article_id) const;

  // The id of the article that another system knows by `id`, or nothing.
  absl::StatusOr<std::optional<std::string>> FindAlias(
      absl::string_view source_system, absl::string_view id) const;

  // The position of the change that made a revision, or nothing when there is
  // no such article or no such revision of it. One lookup.
  absl::StatusOr<std::optional<Sequence>> FindRevision(
      absl::string_view article_id, Revision revision) const;

  // The position of the newest revision that was made up to the change `at`, or
  // nothing when there was none. Some lookups, for however many revisions.
  absl::StatusOr<std::optional<Sequence>> FindRevisionAt(
      absl::string_view article_id, Sequence at) const;

  // Ids that begin with `prefix`, come after `after` and have `slashes`
  // slashes, in the order of bytes; at most `limit`. Finds what is under a
  // slash: the rights of partners.
  absl::StatusOr<std::vector<std::string>> FindIds(absl::string_view prefix,
                                                   absl::string_view after,
                                                   int slashes,
                                                   size_t limit) const;

  // The encoded courant.v1.Article of a change that exists.
  //   NOT_FOUND / RESOURCE_NOT_FOUND  a kill took it away for ever; ErasedBy()
  //                                   in frame.h says which change that was.
  //   NOT_FOUND / REVISION_NOT_KEPT   it is older than history is kept;
  //                                   LetGoBy() says which change let it go.
  absl::StatusOr<std::string> ReadArticleBytes(Sequence sequence) const;

  // The same, decoded: for decisions, which look inside. Decoding text costs
  // more than reading it, so what only passes it on uses the bytes.
  absl::StatusOr<courant::v1::Article> ReadArticle(Sequence sequence) const;

  // What is answered to a request that made the change `sequence`: the encoded
  // article or translation of it or, when that was taken away or let go since,
  // the newest one, which is in its place.
  absl::StatusOr<std::string> ReadAnswerBytes(Sequence sequence) const;

  // The translation in a change that exists, decoded. With its `content` only
  // when that change changed the texts.
  absl::StatusOr<courant::v1::Translation> ReadTranslationAt(
      Sequence sequence) const;

  // The translation that `row` is the row of. With its `content`, which may
  // stand in an earlier change; without it when a kill took it away.
  absl::StatusOr<courant::v1::Translation> ReadTranslation(
      const v1::ArticleRow& row) const;

  // What is tied to an article. One scan of its keys, which is empty for most.
  absl::StatusOr<Ties> FindTies(absl::string_view article_id) const;

  // A change that exists, decoded; without its article when that was taken
  // away.
  absl::StatusOr<Entry> ReadEntry(Sequence sequence) const;

  // What was answered to a request, or nothing when none with this id was
  // committed, or so long ago that it was forgotten.
  absl::StatusOr<std::optional<v1::RequestRow>> FindRequest(
      absl::string_view request_id) const;

 private:
  absl::StatusOr<std::optional<std::string>> Find(Family family,
                                                  absl::string_view key) const;
  // `article`, as it was read of the change `sequence`; when a trim let it go,
  // the error that says so.
  absl::StatusOr<std::string> OrNotKept(
      Sequence sequence, absl::StatusOr<std::string> article) const;

  const Database& database_;
  const Database::Snapshot* const snapshot_ = nullptr;
  // Of point lookups; scans go to the disk.
  const Database::Reach reach_ = Database::Reach::kDisk;
  const StateBatch* const staged_ = nullptr;
  const std::vector<Entry>* const pending_ = nullptr;
};

}  // namespace courant::storage

#endif  // COURANT_STORAGE_VIEW_H_
