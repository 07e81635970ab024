#include "tests/bench/commit_limits.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "storage/applier.h"
#include "storage/base/status_macros.h"
#include "storage/entry_builder.h"
#include "storage/frame_store.h"

namespace courant {
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

}  // namespace

absl::StatusOr<Measured> MeasureAppendAndSync(const std::string& folder,
                                              absl::Duration duration) {
  COURANT_ASSIGN_OR_RETURN(auto database, Database::Open(folder + "/keys", {}));
  StateBatch state(*database);
  StageCommit(SampleEntry(SampleRequest().article(), 1), state);
  const std::string bytes = state.batch().Data();

  const std::string path = folder + "/append";
  const int fd = open(path.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
  if (fd < 0) return absl::UnavailableError("cannot open " + path);
  std::vector<absl::Duration> latencies;
  const absl::Time begin = absl::Now();
  while (absl::Now() - begin < duration) {
    const absl::Time start = absl::Now();
    if (write(fd, bytes.data(), bytes.size()) !=
            static_cast<ssize_t>(bytes.size()) ||
        fdatasync(fd) != 0) {
      close(fd);
      return absl::UnavailableError("cannot write " + path);
    }
    latencies.push_back(absl::Now() - start);
  }
  close(fd);
  return Summarize(std::move(latencies), absl::Now() - begin);
}

absl::StatusOr<Measured> MeasureRocksDb(const std::string& folder, int threads,
                                        absl::Duration duration) {
  COURANT_ASSIGN_OR_RETURN(auto database,
                           Database::Open(folder + "/rocksdb", {}));
  const SampleBytes sample(SampleEntry(SampleRequest().article(), 1));
  std::atomic<uint64_t> next{0};
  std::mutex mu;
  std::vector<absl::Duration> all;
  absl::Status failed;
  const absl::Time begin = absl::Now();
  std::vector<std::thread> workers;
  for (int i = 0; i < threads; ++i) {
    workers.emplace_back([&] {
      std::vector<absl::Duration> latencies;
      absl::Status status;
      while (status.ok() && absl::Now() - begin < duration) {
        const absl::Time start = absl::Now();
        StateBatch state(*database);
        StageSample(sample, ++next, state);
        status = database->WriteDurably(&state.batch());
        latencies.push_back(absl::Now() - start);
      }
      const std::lock_guard<std::mutex> lock(mu);
      if (!status.ok()) failed = status;
      all.insert(all.end(), latencies.begin(), latencies.end());
    });
  }
  for (std::thread& worker : workers) worker.join();
  COURANT_RETURN_IF_ERROR(failed);
  return Summarize(std::move(all), absl::Now() - begin);
}

}  // namespace courant
