#include "storage/applier.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "courant/v1/history.pb.h"
#include "storage/base/failpoint.h"
#include "storage/base/status_macros.h"
#include "storage/entry_builder.h"
#include "storage/errors/reason.h"
#include "storage/frame_store.h"

namespace courant::storage {
namespace {

// Moves the article's index entries to where its attributes put them now.
void StageIndex(const v1::ChangeFacts& facts, StateBatch& state) {
  const std::vector<std::string> after =
      ArticleIndexKeys(facts.article_id(), facts.row().attributes());
  if (!facts.has_before()) {
    for (const std::string& key : after) {
      state.PutBlind(Family::kArticleIndex, key, "");
    }
    return;
  }
  const std::vector<std::string> before =
      ArticleIndexKeys(facts.article_id(), facts.before());
  const auto in = [](const std::vector<std::string>& keys,
                     const std::string& key) {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
  };
  for (const std::string& key : before) {
    if (!in(after, key)) state.DeleteBlind(Family::kArticleIndex, key);
  }
  for (const std::string& key : after) {
    if (in(before, key) || COURANT_FAILPOINT("index.lose_entry")) continue;
    state.PutBlind(Family::kArticleIndex, key, "");
  }
}

// Gives the article's alias ids to it, and takes back those that it gave up.
void StageAliases(const v1::ChangeFacts& facts, StateBatch& state) {
  const auto& after = facts.row().attributes().alias_ids();
  for (const std::string& alias : facts.before().alias_ids()) {
    if (std::find(after.begin(), after.end(), alias) == after.end()) {
      state.DeleteBlind(Family::kAlias, alias);
    }
  }
  for (const std::string& alias : after) {
    state.Put(Family::kAlias, alias, facts.article_id());
  }
}

// Writes down what the article or translation is tied to, once.
void StageTies(const v1::ChangeFacts& facts, StateBatch& state) {
  const v1::Attributes& after = facts.row().attributes();
  const v1::Attributes& before = facts.before();
  const auto put = [&](absl::string_view article_id, Derived tie) {
    state.Put(Family::kDerived, DerivedKey(article_id, tie, facts.article_id()),
              "");
  };
  const bool is_translation = after.resource() == v1::TRANSLATION;
  if (!after.source_article_id().empty() &&
      after.source_article_id() != before.source_article_id()) {
    put(after.source_article_id(),
        is_translation ? Derived::kTranslation : Derived::kArticle);
  }
  if (!after.result_article_id().empty() &&
      after.result_article_id() != before.result_article_id()) {
    put(after.result_article_id(), Derived::kResultOf);
  }
}

void StageAnswer(const v1::ChangeFacts& facts, absl::Time commit_time,
                 StateBatch& state) {
  if (facts.request_id().empty()) return;
  v1::RequestRow row;
  row.set_fingerprint(facts.request_fingerprint());
  row.set_sequence(facts.row().sequence());
  row.set_commit_time_us(absl::ToUnixMicros(commit_time));
  Applier::StageRequest(facts.request_id(), row, state);
}

}  // namespace

absl::StatusOr<History> HistoryAfter(const Entry& trim) {
  courant::v1::HistoryTrim text;
  if (!IsTrim(trim) || !text.ParseFromString(trim.article) ||
      text.floor_sequence() < 1 ||
      text.floor_sequence() > static_cast<int64_t>(trim.sequence().value())) {
    return MakeError(courant::v1::DATA_CORRUPTED,
                     absl::StrCat("change ", trim.sequence().value(),
                                  " does not say what was let go"));
  }
  return History{
      .floor = Sequence(static_cast<uint64_t>(text.floor_sequence())),
      .kept_since = FromTimestamp(text.kept_since()),
      .considered =
          Sequence(static_cast<uint64_t>(text.considered_sequence()))};
}

void Applier::SetListener(ChangeListener* listener) {
  MutexLock lock(mu_);
  listener_ = listener;
}

void Applier::Stage(Entry entry, const ErasedEntries& erased,
                    absl::Time commit_time, std::vector<Entry>& frame,
                    StateBatch& state) {
  const v1::ChangeFacts& facts = entry.facts;
  const v1::ArticleRow& row = facts.row();
  state.Put(Family::kArticle, facts.article_id(), row.SerializeAsString());
  state.Put(Family::kRevision,
            RevisionKey(facts.article_id(), Revision(row.revision())),
            EncodeNumber(row.sequence()));
  StageIndex(facts, state);
  StageAliases(facts, state);
  StageTies(facts, state);
  StageAnswer(facts, commit_time, state);
  StageErasure(facts, entry.sequence(), erased, frame, state);
  frame.push_back(std::move(entry));
}

void Applier::StageRequest(absl::string_view request_id,
                           const v1::RequestRow& row, StateBatch& state) {
  state.Put(Family::kRequest, request_id, row.SerializeAsString());
  state.PutBlind(Family::kRequestAge, RequestAgeKey(row, request_id),
                 request_id);
}

absl::Status Applier::WriteRequests(StateBatch& state) {
  return database_.WriteDurably(&state.batch());
}

absl::Status Applier::Finish(Frame frame, StateBatch& state) {
  History history = this->history();
  for (const Entry& entry : frame.entries) {
    if (!IsTrim(entry)) continue;
    COURANT_ASSIGN_OR_RETURN(history, HistoryAfter(entry));
  }
  if (!state.written()) {
    StageFrame(frame, state);
    COURANT_RETURN_IF_ERROR(database_.WriteDurably(&state.batch()));
    state.set_written();
  }
  const Tail tail = frame.TailAfter();
  std::vector<SharedEntry> changes;
  changes.reserve(frame.entries.size());
  for (Entry& entry : frame.entries) {
    changes.push_back(std::make_shared<const Entry>(std::move(entry)));
  }
  ChangeListener* listener;
  {
    MutexLock lock(mu_);
    listener = listener_;
  }
  if (changes.empty()) listener = nullptr;
  if (listener != nullptr) listener->BeforeApplied(changes);
  {
    MutexLock lock(mu_);
    applied_ = tail;
    // At once: who knows of the change that took a text knows where to begin.
    history_ = history;
  }
  moved_.SignalAll();
  if (listener != nullptr) listener->OnApplied(changes);
  return absl::OkStatus();
}

absl::Status Applier::Apply(Frame frame) {
  COURANT_RETURN_IF_ERROR(VerifyFollows(applied(), frame));
  StateBatch state(database_);
  const absl::Time commit_time =
      absl::FromUnixMicros(frame.header.commit_time_us());
  const Sequence begin(frame.header.first_sequence());
  std::vector<Entry> entries;
  entries.reserve(frame.entries.size());
  for (Entry& entry : frame.entries) {
    COURANT_ASSIGN_OR_RETURN(const ErasedEntries erased,
                             LoadErased(database_, ErasedSequences(entry.facts),
                                        entry.sequence(), begin));
    Stage(std::move(entry), erased, commit_time, entries, state);
  }
  frame.entries = std::move(entries);
  return Finish(std::move(frame), state);
}

Tail Applier::applied() const {
  MutexLock lock(mu_);
  return applied_;
}

History Applier::history() const {
  MutexLock lock(mu_);
  return history_;
}

void Applier::SetHistory(const History& history) {
  MutexLock lock(mu_);
  history_ = history;
}

bool Applier::WaitFor(Sequence sequence, absl::Duration timeout) {
  // On a clock that nobody sets: set back, the system's would prolong the wait.
  using Clock = std::chrono::steady_clock;
  const Clock::time_point begin = Clock::now();
  MutexLock lock(mu_);
  while (applied_.last_sequence < sequence) {
    const absl::Duration left =
        timeout - absl::FromChrono(Clock::now() - begin);
    if (left <= absl::ZeroDuration()) return false;
    moved_.WaitFor(mu_, left);
  }
  return true;
}

absl::StatusOr<std::unique_ptr<Database::Snapshot>> Applier::TakeSnapshot() {
  constexpr absl::Duration kAnnouncedWithin = absl::Seconds(5);
  std::unique_ptr<Database::Snapshot> snapshot = database_.TakeSnapshot();
  while (true) {
    const Tail tail = applied();
    // Frames follow each other: without the next one there is none.
    COURANT_ASSIGN_OR_RETURN(
        const std::optional<std::string> unannounced,
        database_.Get(Family::kFrame, EncodeNumber(tail.index.Next().value()),
                      snapshot.get()));
    if (!unannounced) return snapshot;
    if (!WaitFor(tail.last_sequence.Next(), kAnnouncedWithin)) {
      return absl::UnavailableError("a change is on disk and not announced");
    }
  }
}

}  // namespace courant::storage
