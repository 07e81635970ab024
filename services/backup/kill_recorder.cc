#include "services/backup/kill_recorder.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "courant/v1/change.pb.h"
#include "services/editorial/stop_decisions.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

using storage::KilledArticle;

// Of the log, at a time; and until the book is written again after a failure.
constexpr storage::ReadLimits kReadAtOnce{.max_changes = 1000,
                                          .max_bytes = 4 << 20};
constexpr absl::Duration kNoteAgainAfter = absl::Seconds(1);

// Whether the change killed an article: what a kill takes from the translations
// of the article follows from that again.
bool Kills(const storage::v1::ChangeFacts& facts) {
  return facts.row().attributes().state() == v1::Article::KILLED &&
         !facts.erased_sequences().empty() &&
         !absl::StrContains(facts.article_id(), '/');
}

void AddKills(const std::vector<storage::SharedEntry>& changes,
              std::vector<KilledArticle>& kills) {
  for (const storage::SharedEntry& change : changes) {
    if (!Kills(change->facts)) continue;
    kills.push_back({change->facts.article_id(), change->sequence()});
  }
}

}  // namespace

KillRecorder::~KillRecorder() { Stop(); }

absl::StatusOr<int> KillRecorder::CatchUp() {
  COURANT_ASSIGN_OR_RETURN(const std::vector<KilledArticle> noted, NoteLog());
  return KillAgain(noted);
}

absl::StatusOr<std::vector<KilledArticle>> KillRecorder::NoteLog() {
  COURANT_ASSIGN_OR_RETURN(book_,
                           storage::KillBook::Open(folder_, store_.log_id()));
  Sequence seen;
  for (const auto& [epoch, in_epoch] : book_->notes().seen) {
    // Of an epoch before, no more than what it shares with this one.
    const Sequence shared =
        epoch == store_.epoch()
            ? in_epoch
            : store_.epochs().SharedWith(epoch).value_or(Sequence(0));
    seen = std::max(seen, std::min(in_epoch, shared));
  }
  seen = std::max(seen, Sequence(store_.change_log().begin().value() - 1));
  std::vector<KilledArticle> kills;
  while (true) {
    COURANT_ASSIGN_OR_RETURN(const std::vector<storage::SharedEntry> changes,
                             store_.change_log().Read(seen, kReadAtOnce));
    if (changes.empty()) break;
    AddKills(changes, kills);
    seen = changes.back()->sequence();
  }
  std::vector<KilledArticle> all = book_->notes().kills;
  all.insert(all.end(), kills.begin(), kills.end());
  const absl::Status noted = Note(kills, seen);
  MutexLock lock(mu_);
  seen_ = seen;
  if (noted.ok()) return all;
  if (!absl::IsResourceExhausted(noted)) return noted;
  // The wire does not wait for room beside the backups.
  kills_ = std::move(kills);
  return all;
}

absl::StatusOr<int> KillRecorder::KillAgain(
    const std::vector<KilledArticle>& noted) {
  int killed = 0;
  for (const KilledArticle& kill : noted) {
    const StopOrder order{
        .reason = absl::StrCat("killed by change ", kill.sequence.value(),
                               " of a history that was lost; the backup that "
                               "was restored is from before"),
        .action = v1::Tombstone::REMOVE};
    COURANT_ASSIGN_OR_RETURN(
        const storage::Committed done,
        store_.committer().Commit({.actor = kRestoreActor},
                                  [&](const storage::DecisionContext& context) {
                                    return DecideKillAgain(
                                        context, kill.article_id, order,
                                        kRestoreActor);
                                  }));
    if (done.sequence == Sequence(0)) continue;
    ++killed;
    MutexLock lock(mu_);
    kills_.push_back({kill.article_id, done.sequence});
  }
  MutexLock lock(mu_);
  seen_ = store_.change_log().tail().last_sequence;
  if (killed > 0 && Note(kills_, seen_).ok()) kills_.clear();
  return killed;
}

absl::Status KillRecorder::Note(const std::vector<KilledArticle>& kills,
                                Sequence seen) {
  if (!book_) {
    COURANT_ASSIGN_OR_RETURN(book_,
                             storage::KillBook::Open(folder_, store_.log_id()));
  }
  absl::Status noted =
      book_->Add(kills, store_.epoch(), seen, store_.epochs().all());
  // It may end with half a line: opening it drops that.
  if (!noted.ok()) book_.reset();
  return noted;
}

void KillRecorder::Start() {
  thread_ = std::thread([this] { Work(); });
}

void KillRecorder::Stop() {
  if (!thread_.joinable()) return;
  {
    MutexLock lock(mu_);
    stopping_ = true;
  }
  changed_.SignalAll();
  thread_.join();
}

void KillRecorder::OnApplied(const std::vector<storage::SharedEntry>& changes) {
  bool found = false;
  {
    MutexLock lock(mu_);
    AddKills(changes, kills_);
    if (!changes.empty()) seen_ = changes.back()->sequence();
    found = !kills_.empty();
  }
  if (found) changed_.SignalAll();
}

void KillRecorder::Work() {
  std::vector<KilledArticle> kills;
  bool stopping = false;
  while (!stopping) {
    Sequence seen;
    {
      MutexLock lock(mu_);
      if (!kills.empty() && !stopping_) {
        changed_.WaitFor(mu_, kNoteAgainAfter);
      }
      while (kills.empty() && kills_.empty() && !stopping_) {
        changed_.Wait(mu_);
      }
      kills.insert(kills.end(), kills_.begin(), kills_.end());
      kills_.clear();
      seen = seen_;
      stopping = stopping_;
    }
    if (Note(kills, seen).ok()) kills.clear();
    metrics_.kills_unnoted().Set(static_cast<double>(kills.size()));
  }
}

}  // namespace courant
