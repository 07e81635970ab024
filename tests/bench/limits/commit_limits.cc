#include "tests/bench/limits/commit_limits.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "storage/applier.h"
#include "storage/base/status_macros.h"
#include "storage/entry_builder.h"
#include "storage/frame_store.h"

namespace courant::bench {
namespace {

using storage::Database;
using storage::Entry;
using storage::StateBatch;
using storage::Tail;

// The entry that publishing the sample makes at `sequence`.
Entry SampleEntry(const v1::Article& article, uint64_t sequence) {
  storage::ChangeDraft draft{.kind = v1::Change::PUBLISHED,
                             .article_id = absl::StrCat("sample-", sequence)};
  draft.article = article;
  draft.attributes.add_sections("societe");
  draft.attributes.add_subjects("medtop:20000639");
  draft.attributes.set_language("fr");
  draft.attributes.set_story(absl::StrCat("stories/sample-", sequence));
  draft.attributes.set_state(v1::Article::PUBLISHED);
  draft.attributes.set_list_time_us(static_cast<int64_t>(sequence));
  return storage::MakeEntry(std::move(draft),
                            {.sequence = Sequence(sequence),
                             .commit_time = absl::Now(),
                             .chain_before = storage::ChainDigest()},
                            {.actor = "bench"});
}

// The record of the sample, encoded once: what is measured is RocksDB, not
// protobuf.
struct SampleBytes {
  explicit SampleBytes(const Entry& entry)
      : record(storage::EncodeEntry(entry)),
        row(entry.facts.row().SerializeAsString()),
        header(storage::MakeFrame(Tail(), Epoch(1), absl::Now(), {})
                   .header.SerializeAsString()),
        attributes(entry.facts.row().attributes()) {}

  const std::string record;
  const std::string row;
  const std::string header;
  const storage::v1::Attributes attributes;
};

// Adds to `state` the same keys and as many bytes as publishing does.
void StageSample(const SampleBytes& sample, uint64_t sequence,
                 StateBatch& state) {
  using storage::Family;
  const std::string number = storage::EncodeNumber(sequence);
  const std::string id = absl::StrCat("sample-", sequence);
  state.PutBlind(Family::kFrame, number, sample.header);
  state.PutBlind(Family::kChange, number, sample.record);
  state.PutBlind(Family::kArticle, id, sample.row);
  state.PutBlind(Family::kRevision, storage::RevisionKey(id, Revision(1)),
                 number);
  for (const std::string& key :
       storage::ArticleIndexKeys(id, sample.attributes)) {
    state.PutBlind(Family::kArticleIndex, key, "");
  }
}

// Adds to `state` all that committing `entry` writes.
void StageCommit(Entry entry, StateBatch& state) {
  const Tail before{.last_sequence = Sequence(entry.sequence().value() - 1)};
  std::vector<Entry> entries;
  storage::Applier::Stage(std::move(entry), {}, absl::Now(), entries, state);
  storage::StageFrame(
      storage::MakeFrame(before, Epoch(1), absl::Now(), std::move(entries)),
      state);
}

class AppendLoad final : public Load {
 public:
  AppendLoad(int fd, std::string bytes) : fd_(fd), bytes_(std::move(bytes)) {}
  ~AppendLoad() override { close(fd_); }
  AppendLoad(const AppendLoad&) = delete;
  AppendLoad& operator=(const AppendLoad&) = delete;

  absl::Status Run(absl::Duration slice,
                   std::vector<absl::Duration>& latencies) override {
    const absl::Time begin = absl::Now();
    while (absl::Now() - begin < slice) {
      const absl::Time start = absl::Now();
      if (write(fd_, bytes_.data(), bytes_.size()) !=
              static_cast<ssize_t>(bytes_.size()) ||
          fdatasync(fd_) != 0) {
        return absl::UnavailableError("cannot write the file");
      }
      latencies.push_back(absl::Now() - start);
    }
    return absl::OkStatus();
  }

 private:
  const int fd_;
  const std::string bytes_;
};

class RocksDbLoad final : public Load {
 public:
  RocksDbLoad(std::unique_ptr<Database> database, int threads)
      : database_(std::move(database)),
        threads_(threads),
        sample_(SampleEntry(SampleRequest().article(), 1)) {}

  absl::Status Run(absl::Duration slice,
                   std::vector<absl::Duration>& latencies) override {
    std::mutex mu;
    absl::Status failed;
    const absl::Time end = absl::Now() + slice;
    std::vector<std::thread> workers;
    for (int i = 0; i < threads_; ++i) {
      workers.emplace_back([&] {
        std::vector<absl::Duration> own;
        const absl::Status status = WriteUntil(end, own);
        const std::lock_guard<std::mutex> lock(mu);
        if (!status.ok()) failed = status;
        latencies.insert(latencies.end(), own.begin(), own.end());
      });
    }
    for (std::thread& worker : workers) worker.join();
    return failed;
  }

 private:
  absl::Status WriteUntil(absl::Time end,
                          std::vector<absl::Duration>& latencies) {
    while (absl::Now() < end) {
      const absl::Time start = absl::Now();
      StateBatch state(*database_);
      StageSample(sample_, ++next_, state);
      COURANT_RETURN_IF_ERROR(database_->WriteDurably(&state.batch()));
      latencies.push_back(absl::Now() - start);
    }
    return absl::OkStatus();
  }

  const std::unique_ptr<Database> database_;
  const int threads_;
  const SampleBytes sample_;
  std::atomic<uint64_t> next_{0};
};

}  // namespace

absl::StatusOr<std::unique_ptr<Load>> AppendAndSync(const std::string& folder) {
  COURANT_ASSIGN_OR_RETURN(auto database, Database::Open(folder + "/keys", {}));
  StateBatch state(*database);
  StageCommit(SampleEntry(SampleRequest().article(), 1), state);
  const std::string path = folder + "/append";
  const int fd = open(path.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
  if (fd < 0) return absl::UnavailableError("cannot open " + path);
  return std::make_unique<AppendLoad>(fd, state.batch().Data());
}

absl::StatusOr<std::unique_ptr<Load>> RocksDbAlone(const std::string& folder,
                                                   int threads) {
  COURANT_ASSIGN_OR_RETURN(auto database,
                           Database::Open(folder + "/rocksdb", {}));
  return std::make_unique<RocksDbLoad>(std::move(database), threads);
}

}  // namespace courant::bench
