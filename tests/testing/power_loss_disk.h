#ifndef COURANT_TESTS_TESTING_POWER_LOSS_DISK_H_
#define COURANT_TESTS_TESTING_POWER_LOSS_DISK_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace courant {

// A file or a directory of a PowerLossDisk: what programs see now, and what
// is certain to be there after a power loss. Read it freely; change it only
// through the disk.
struct DiskNode {
  bool is_directory = false;

  // A file's bytes now and as of the last sync. The first `common` bytes of
  // both are the same ones; unless `overwritten`, everything behind them was
  // appended after a truncation to `common`.
  std::string content;
  std::string durable;
  size_t common = 0;
  bool overwritten = false;

  // A directory's entries by name, likewise.
  std::map<std::string, std::shared_ptr<DiskNode>> entries;
  std::map<std::string, std::shared_ptr<DiskNode>> durable_entries;
};
using DiskNodePtr = std::shared_ptr<DiskNode>;

// Model of a directory tree on a disk that caches writes, in memory. It
// promises what POSIX promises and nothing more:
//
//   * Bytes of a file are durable after a sync of that file.
//   * A name is durable after a sync of the directory that it is in: the sync
//     of a new file does not keep its name, and neither does that of the new
//     name's file finish a rename.
//   * What is not durable may survive all the same, in part, and in another
//     order than it was done in. Only operations on the same file or the same
//     name keep their order, and a rename is done or not done.
//
// Paths are lists of names below the root, which is always there. Except
// where said otherwise the caller makes sure that an operation can succeed
// (the file system underneath has just done it). Not thread-safe.
class PowerLossDisk {
 public:
  using Path = std::vector<std::string>;

  // What the end of a file whose size grew may look like after a cut; and, but
  // for kClean, the bytes of a sector that were being replaced.
  enum class Tail {
    kClean,    // It ends with a byte that was written.
    kZeros,    // Sometimes zeros follow, to the end of that sector.
    kGarbage,  // Sometimes random bytes do.
    // Sometimes each sector behind the synced bytes is by itself what was
    // written, zeros, or random bytes: they reach a disk in any order.
    kSectors,
  };

  // The unit in which the disk writes, in bytes.
  static constexpr size_t kSectorSize = 512;

  PowerLossDisk();

  // The file or directory at `path`; null if there is none. The empty path
  // is the root.
  DiskNodePtr Find(const Path& path) const;

  // The file at `path`, created if need be. Create also empties it. A
  // created name is not durable.
  DiskNodePtr OpenFile(const Path& path);
  DiskNodePtr CreateFile(const Path& path);
  DiskNodePtr CreateDirectory(const Path& path);

  // Puts `data` at `offset`, with zeros before it where the file ended.
  void Write(DiskNode& file, size_t offset, absl::string_view data);
  void Truncate(DiskNode& file, size_t size);

  // Replaces what is at `to`, if anything. Across directories, the sync of
  // the one that `to` is in makes both halves durable.
  void Rename(const Path& from, const Path& to);
  void Link(const Path& from, const Path& to);
  void Remove(const Path& path);

  // Make durable: the bytes of a file; the entries of a directory, but not
  // of those in it.
  void Sync(DiskNode& file);
  // Whether the bytes of a file are durable as they are.
  static bool IsSynced(const DiskNode& file);
  void SyncDirectory(const DiskNode& directory);
  void SyncEverything();

  // Directory operations that a cut may still undo.
  size_t pending_changes() const { return changes_.size(); }

  // Turns the tree into one that a power cut now could leave. Equal seeds
  // after equal histories give equal trees. Everything left is durable. Files
  // whose names begin with `clean`, unless that is empty, end as kClean has it.
  void LosePower(uint64_t seed, Tail tail, absl::string_view clean = {});

 private:
  // One entry that is set, or removed if `node` is null.
  struct Edit {
    DiskNodePtr directory;
    std::string name;
    DiskNodePtr node;
  };
  // One directory operation: survives with all its edits or none.
  struct Change {
    std::vector<Edit> edits;
    DiskNodePtr subject;  // What it moves, makes or removes.
    const DiskNode* synced_by = nullptr;
    bool durable = false;
  };

  static void ApplyTo(std::map<std::string, DiskNodePtr> DiskNode::*entries,
                      const Change& change);
  void Do(Change change);
  DiskNodePtr Parent(const Path& path) const;
  DiskNodePtr Add(const Path& path, DiskNodePtr node);

  // Decides which of changes_ survive and makes those durable.
  void KeepSome(std::mt19937_64& random);
  // What one file holds after the cut.
  static std::string Survivor(const DiskNode& file, Tail tail,
                              std::mt19937_64& random);

  const DiskNodePtr root_;
  // In the order in which they were done; durable ones leave at the front.
  std::deque<Change> changes_;
};

}  // namespace courant

#endif  // COURANT_TESTS_TESTING_POWER_LOSS_DISK_H_
