#ifndef COURANT_STORAGE_KILL_BOOK_H_
#define COURANT_STORAGE_KILL_BOOK_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rocksdb/file_system.h"
#include "storage/base/ids.h"
#include "storage/epochs.h"

namespace courant::storage {

// An article that was killed.
struct KilledArticle {
  std::string article_id;
  // The change that killed it, in the epoch in which it was noted.
  Sequence sequence;

  friend bool operator==(const KilledArticle&, const KilledArticle&) = default;
};

// What a backup cannot know, because it came later: which articles were killed,
// and which epochs there were. Kept in the folder of the backups, outside of
// the data folder, and so still there when that is lost.
struct KillNotes {
  std::string log_id;  // 16 bytes
  // Every epoch in which there was a server with this book, and up to which of
  // its changes kills were looked for. A backup that is restored to try it out
  // has one of its own, beside the log that goes on.
  std::map<Epoch, Sequence> seen;
  // How these epochs began, but for the first; each once.
  std::vector<EpochBranch> branches;
  // In the order in which they were noted; an article may be there twice.
  std::vector<KilledArticle> kills;
  // Half a line was at the end, which says nothing.
  bool torn = false;
};

// The file `KILLS`: lines of text, each with the xxh64 of what is before it,
//   courant-kills-1 <log id> <check>
//   branch <epoch> <parent> <sequence> <check>
//   seen <epoch> <sequence> <check>
//   kill <sequence> <article id> <check>
// It grows at its end, by whole lines that are synced; one that a power cut has
// torn is the last, and is dropped: then the file is written anew when it is
// opened, and renamed, as WATERMARK is. Not thread-safe.
class KillBook {
 public:
  // The notes in folder `folder`, or nothing when there is no file. Changes
  // nothing.
  //   DATA_LOSS    a line that is not the last is damaged; names the file
  //   UNAVAILABLE  it could not be read
  static absl::StatusOr<std::optional<KillNotes>> Read(
      const std::string& folder,
      rocksdb::FileSystem& file_system = *rocksdb::FileSystem::Default());

  // Opens the book of the log `log_id` for writing; makes folder and file when
  // they are not there, and then has seen nothing.
  //   FAILED_PRECONDITION  it is of another log
  //   others               as Read and Database::WriteDurably
  static absl::StatusOr<KillBook> Open(
      std::string folder, const std::string& log_id,
      std::shared_ptr<rocksdb::FileSystem> file_system =
          rocksdb::FileSystem::Default());

  // What is noted.
  const KillNotes& notes() const { return notes_; }

  // Notes kills, and that up to `seen` of `epoch` there are no others; and of
  // `branches` those that are not noted. Returns when that is on stable
  // storage. On failure it is not known whether it is, and the book has to be
  // opened again.
  absl::Status Add(const std::vector<KilledArticle>& kills, Epoch epoch,
                   Sequence seen,
                   const std::vector<EpochBranch>& branches = {});

 private:
  KillBook(std::shared_ptr<rocksdb::FileSystem> file_system, std::string folder,
           KillNotes notes)
      : file_system_(std::move(file_system)),
        folder_(std::move(folder)),
        notes_(std::move(notes)) {}

  std::shared_ptr<rocksdb::FileSystem> file_system_;
  std::string folder_;
  KillNotes notes_;
};

}  // namespace courant::storage

#endif  // COURANT_STORAGE_KILL_BOOK_H_
