#include "services/retention/trimmer.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "courant/v1/history.pb.h"
#include "services/retention/kept_whole.h"
#include "services/retention/replaced_texts.h"
#include "storage/base/status_macros.h"
#include "storage/view.h"

namespace courant {
namespace {

// Of the log, at a time.
constexpr storage::ReadLimits kReadAtOnce{.max_changes = 512,
                                          .max_bytes = 4 << 20};
// Texts that one change may make dispensable: see TextsReplacedBy.
constexpr size_t kMostOfOneChange = 4;
// Bytes of them in one change, about: writers wait while they are read.
constexpr size_t kMaxBytesAtOnce = 4 << 20;
// Batches after which their texts have to be out of the files before more go.
// Each time that may rewrite all files of the log; with fewer batches a long
// first pass would do little else.
constexpr int kBatchesBetweenErasures = 64;
constexpr absl::Duration kLookWhatIsOwed = absl::Seconds(1);

}  // namespace

Trimmer::Trimmer(storage::Store& store, const Clock& clock,
                 RetentionMetrics& metrics, Options options)
    : store_(store),
      clock_(clock),
      metrics_(metrics),
      options_(std::move(options)) {}

Trimmer::~Trimmer() { Stop(); }

void Trimmer::Start() {
  if (options_.retention == absl::ZeroDuration()) return;
  thread_ = std::thread([this] { Run(); });
}

void Trimmer::Stop() {
  if (!thread_.joinable()) return;
  {
    MutexLock lock(mu_);
    stopping_ = true;
  }
  stop_cv_.SignalAll();
  thread_.join();
}

bool Trimmer::Pause(absl::Duration time) {
  MutexLock lock(mu_);
  if (!stopping_) stop_cv_.WaitFor(mu_, time);
  return !stopping_;
}

void Trimmer::Run() {
  absl::Time last = absl::InfinitePast();
  do {
    const absl::Time now = clock_.Now();
    // Also when the clock was set back: then nothing is older than it was.
    if (now >= last && now - last < options_.period) continue;
    last = now;
    const absl::StatusOr<int64_t> gone = RunOnce();
    if (!gone.ok() && options_.on_error) options_.on_error(gone.status());
  } while (Pause(options_.poll));
}

absl::StatusOr<int64_t> Trimmer::RunOnce() {
  if (options_.retention == absl::ZeroDuration()) return 0;
  absl::StatusOr<int64_t> gone = Pass();
  // What was collected may not have gone: once more from what the log says.
  if (!gone.ok()) {
    considered_ = Sequence(0);
    metrics_.passes_failed.Increment();
  }
  return gone;
}

absl::StatusOr<int64_t> Trimmer::Pass() {
  const storage::ChangeLog& log = store_.change_log();
  COURANT_ASSIGN_OR_RETURN(const KeptWhole kept,
                           FindKeptWhole(log, store_.subscriptions(),
                                         options_.retention, clock_.Now()));
  COURANT_ASSIGN_OR_RETURN(parked_, Parked());
  COURANT_ASSIGN_OR_RETURN(const auto ledger, store_.ledger().FindState());
  noticed_through_ = Sequence(ledger ? ledger->noticed_through() : 0);
  considered_ = std::max(considered_, log.history().considered);
  int64_t gone = 0;
  int batches = 0;
  Batch batch;
  const auto let_go = [&]() -> absl::StatusOr<bool> {
    Batch full = std::exchange(batch, Batch());
    full.order.until = kept.from;
    full.order.kept_since = kept.since;
    full.order.considered = considered_;
    COURANT_ASSIGN_OR_RETURN(const int64_t texts, LetGo(std::move(full.order)));
    gone += texts;
    if (texts == 0) return true;
    if (++batches % kBatchesBetweenErasures == 0) return AwaitErasure();
    return Pause(options_.pause);
  };
  bool go_on = true;
  while (go_on && considered_.Next() < kept.from) {
    COURANT_ASSIGN_OR_RETURN(const std::vector<storage::SharedEntry> changes,
                             log.Read(considered_, kReadAtOnce));
    if (changes.empty()) break;
    for (const storage::SharedEntry& change : changes) {
      if (!go_on || change->sequence() >= kept.from) break;
      COURANT_RETURN_IF_ERROR(Consider(*change, batch));
      considered_ = change->sequence();
      go_on = Pause(absl::ZeroDuration());
      if (batch.cost + kMostOfOneChange <= kMaxAtOnce &&
          batch.bytes < kMaxBytesAtOnce) {
        continue;
      }
      if (go_on) {
        COURANT_ASSIGN_OR_RETURN(go_on, let_go());
      }
    }
  }
  if (go_on && !batch.order.texts.empty()) {
    COURANT_RETURN_IF_ERROR(let_go().status());
  }
  return gone;
}

absl::StatusOr<bool> Trimmer::AwaitErasure() {
  while (Pause(kLookWhatIsOwed)) {
    COURANT_ASSIGN_OR_RETURN(const bool owed, store_.OwesErasures());
    if (!owed) return true;
  }
  return false;
}

absl::Status Trimmer::Consider(const storage::Entry& entry,
                               Batch& batch) const {
  const storage::View view(store_.database());
  COURANT_ASSIGN_OR_RETURN(std::vector<OldText> texts,
                           TextsReplacedBy(view, entry));
  for (OldText& text : texts) {
    COURANT_ASSIGN_OR_RETURN(
        const std::optional<Sequence> sequence,
        view.FindRevision(text.id,
                          Revision(static_cast<uint64_t>(text.revision))));
    if (!sequence) continue;
    COURANT_ASSIGN_OR_RETURN(const storage::Entry old,
                             view.ReadEntry(*sequence));
    if (old.erased_by != Sequence(0)) continue;
    text.is_parked = parked_.contains(*sequence);
    COURANT_ASSIGN_OR_RETURN(
        text.has_notice,
        HasNotice(store_.ledger(), noticed_through_, old.facts));
    if (text.is_parked || text.has_notice) continue;
    ++batch.cost;
    batch.bytes += old.article.size();
    if (batch.sources.insert(text.id).second) {
      COURANT_ASSIGN_OR_RETURN(const storage::Ties ties,
                               view.FindTies(text.id));
      batch.cost += ties.articles.size() + ties.translations.size();
    }
    batch.order.texts.push_back(std::move(text));
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> Trimmer::LetGo(TrimOrder order) {
  COURANT_ASSIGN_OR_RETURN(
      const storage::Committed done,
      store_.committer().Commit(
          {.actor = std::string(kRetentionActor)},
          [order = std::move(order)](const storage::DecisionContext& context) {
            return DecideTrim(context, order);
          }));
  if (done.sequence == Sequence(0)) return 0;
  v1::HistoryTrim trim;
  if (!trim.ParseFromString(done.article)) {
    return absl::InternalError("a trim does not say what it took");
  }
  metrics_.texts_let_go.Increment(static_cast<double>(trim.texts()));
  return trim.texts();
}

absl::StatusOr<std::set<Sequence>> Trimmer::Parked() const {
  constexpr size_t kAll = std::numeric_limits<size_t>::max();
  std::set<Sequence> parked;
  COURANT_ASSIGN_OR_RETURN(
      const std::vector<storage::SubscriptionStore::Named> all,
      store_.subscriptions().List("", "", kAll));
  for (const auto& [name, row] : all) {
    if (row.parked() == 0) continue;
    COURANT_ASSIGN_OR_RETURN(
        const std::vector<storage::SubscriptionStore::Parked> changes,
        store_.subscriptions().ListParked(name, Sequence(0), kAll));
    for (const auto& change : changes) parked.insert(change.sequence);
  }
  return parked;
}

}  // namespace courant
