#include "services/ledger/delivery_ledger.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "courant/v1/partner.pb.h"
#include "services/audience/viewer.h"
#include "services/editorial/article_errors.h"
#include "services/ledger/ledger_names.h"
#include "services/ledger/notice_rules.h"
#include "services/ledger/notice_text.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"
#include "storage/space_guard.h"
#include "storage/view.h"

namespace courant {
namespace {

using storage::LedgerBatch;
using storage::SharedEntry;
using storage::StoredNotice;
using storage::v1::NoticeRow;

// Submissions of one write.
constexpr size_t kMaxGroup = 1024;
// Notices taken at a time, and about so many bytes of them: what fits into one
// message of a stream.
constexpr size_t kMaxTaken = 64;
constexpr size_t kMaxTakenBytes = 256 << 10;
// Notices to a partner that are remembered for those who follow.
constexpr size_t kMaxRemembered = 256;
// Changes without consequence are passed over in memory; every so many it is
// written down how far, for the next start not to read them all again.
constexpr uint64_t kPassedOver = 5'000;
// Read at a time when it starts.
constexpr size_t kReadAtOnce = 1000;
constexpr size_t kReadBytesAtOnce = 4 << 20;
// Before a write that failed is tried again.
constexpr absl::Duration kRetryAfter = absl::Seconds(1);

v1::Access::Decision DecisionOf(Sight sight) {
  return sight == Sight::kText ? v1::Access::FULL : v1::Access::METADATA;
}

absl::Status Stopping() {
  return MakeError(v1::NODE_DRAINING, "the server is stopping");
}

}  // namespace

DeliveryLedger::DeliveryLedger(const storage::LedgerStore& store,
                               const storage::Database& database,
                               const storage::ChangeLog& log,
                               RightsBook& rights, const Clock& clock,
                               LedgerMetrics& metrics, Options options)
    : store_(store),
      database_(database),
      log_(log),
      rights_(rights),
      clock_(clock),
      metrics_(metrics),
      options_(std::move(options)),
      maker_(database, rights, clock),
      watch_(store, clock, metrics, options_.acknowledge_within,
             options_.on_overdue) {}

DeliveryLedger::~DeliveryLedger() { Stop(); }

absl::Status DeliveryLedger::Start() {
  COURANT_ASSIGN_OR_RETURN(const auto state, store_.FindState());
  const Sequence tail = log_.tail().last_sequence;
  if (state) {
    state_ = *state;
  } else {
    LedgerBatch batch(store_);
    state_.set_noticed_through(tail.value());
    batch.SetState(state_);
    COURANT_RETURN_IF_ERROR(batch.Write());
  }
  if (state_.noticed_through() > tail.value()) {
    // The log was rolled back, and has other changes from there on.
    LedgerBatch batch(store_);
    COURANT_RETURN_IF_ERROR(batch.ForgetNoticesAfter(tail));
    state_.set_noticed_through(tail.value());
    COURANT_RETURN_IF_ERROR(WriteWithState(batch));
  }
  COURANT_RETURN_IF_ERROR(MakeOwed(tail));
  {
    MutexLock lock(mu_);
    seen_ = tail;
  }
  thread_ = std::thread([this] { Work(); });
  return absl::OkStatus();
}

absl::Status DeliveryLedger::MakeOwed(Sequence tail) {
  bool full = false;
  for (Sequence after(state_.noticed_through()); after < tail;) {
    COURANT_ASSIGN_OR_RETURN(const std::vector<SharedEntry> changes,
                             log_.Read(after, {.max_changes = kReadAtOnce,
                                               .max_bytes = kReadBytesAtOnce}));
    if (changes.empty()) break;
    after = changes.back()->sequence();
    const storage::v1::LedgerRow before = state_;
    absl::Status written;
    if (!full) {
      LedgerBatch batch(store_);
      written = Follow(changes, after, batch);
      if (written.ok()) written = WriteWithState(batch);
      full = storage::IsStorageFull(written);
      if (!written.ok() && !full) return written;
    }
    std::vector<NewNotice> made = std::exchange(made_, {});
    if (!full) {
      Announce(made);
      continue;
    }
    state_ = before;
    MutexLock lock(mu_);
    for (const SharedEntry& change : changes) {
      if (NoticeMaker::MayConcernHolders(change->facts)) {
        changes_.push_back(change);
      }
    }
  }
  return absl::OkStatus();
}

void DeliveryLedger::Stop() {
  {
    MutexLock lock(mu_);
    stopping_ = true;
  }
  changed_.SignalAll();
  if (thread_.joinable()) thread_.join();
}

void DeliveryLedger::OnApplied(const std::vector<SharedEntry>& changes) {
  bool concerns = false;
  {
    MutexLock lock(mu_);
    for (const SharedEntry& change : changes) {
      if (!NoticeMaker::MayConcernHolders(change->facts)) continue;
      changes_.push_back(change);
      concerns = true;
    }
    if (!changes.empty()) {
      const Sequence through = changes.back()->sequence();
      concerns |= through.value() / kPassedOver != seen_.value() / kPassedOver;
      seen_ = through;
    }
  }
  if (concerns) changed_.SignalAll();
}

absl::Status DeliveryLedger::Run(Edit edit) {
  absl::Status result;
  bool done = false;
  {
    MutexLock lock(mu_);
    if (stopping_) return Stopping();
    queue_.push_back({std::move(edit), &result, &done});
  }
  changed_.SignalAll();
  MutexLock lock(mu_);
  while (!done) answered_.Wait(mu_);
  return result;
}

absl::Status DeliveryLedger::Note(const Recipient& to,
                                  v1::Delivery::Channel channel,
                                  std::vector<Delivered> given) {
  if (given.empty()) return absl::OkStatus();
  return Run(
      [&](LedgerBatch& batch) { return Put(to, channel, given, batch); });
}

absl::Status DeliveryLedger::NoteSent(absl::string_view partner,
                                      std::vector<Sequence> notices) {
  if (notices.empty()) return absl::OkStatus();
  return Run([&](LedgerBatch& batch) {
    for (const Sequence notice : notices) {
      COURANT_RETURN_IF_ERROR(PutSent(partner, notice, batch));
    }
    return absl::OkStatus();
  });
}

absl::StatusOr<StoredNotice> DeliveryLedger::Acknowledge(const Recipient& by,
                                                         Sequence notice,
                                                         const Answer& answer) {
  StoredNotice known{.partner = std::string(PartnerIdOf(by.partner)),
                     .sequence = notice};
  bool said = false;
  COURANT_RETURN_IF_ERROR(Run([&](LedgerBatch& batch) -> absl::Status {
    COURANT_ASSIGN_OR_RETURN(std::optional<NoticeRow> row,
                             batch.FindNotice(known.partner, notice));
    if (!row) return ResourceNotFound(NoticeName(known.partner, notice));
    const auto state = static_cast<v1::Notice::State>(row->state());
    const bool same = state == answer.state && row->url() == answer.url &&
                      row->comment() == answer.comment;
    said = !same && StateAfter(state, answer.state) == answer.state;
    if (said) {
      row->set_state(answer.state);
      row->set_url(answer.url);
      row->set_comment(answer.comment);
      row->set_key(std::string(KeyIdOf(by.key)));
      row->set_acknowledge_time_us(absl::ToUnixMicros(clock_.Now()));
      COURANT_RETURN_IF_ERROR(
          batch.PutNotice(known.partner, notice, *row, /*open=*/false));
    }
    known.row = *std::move(row);
    return absl::OkStatus();
  }));
  if (said) {
    metrics_.answered(answer.state).Increment();
    metrics_.NoteAnswer(known.partner, clock_.Now());
  }
  return known;
}

absl::StatusOr<std::vector<v1::Notice>> DeliveryLedger::TakeNotices(
    const Recipient& to, NoticeReader* reader) {
  const std::string partner(PartnerIdOf(to.partner));
  // Who comes is told of all that was answered before.
  if (reader->scanned_to == Sequence(0)) COURANT_RETURN_IF_ERROR(CatchUp());
  COURANT_ASSIGN_OR_RETURN(std::vector<Sequence> notices,
                           NextFor(partner, *reader));
  if (notices.empty()) return std::vector<v1::Notice>();
  COURANT_RETURN_IF_ERROR(NoteSent(partner, notices));
  // Now that they are sent, and as they may be seen by now.
  COURANT_ASSIGN_OR_RETURN(const Viewer viewer, rights_.ViewerNow(to.partner));
  std::vector<v1::Notice> texts;
  const storage::View view(database_);
  size_t bytes = 0;
  for (size_t i = 0; i < notices.size() && bytes < kMaxTakenBytes; ++i) {
    COURANT_ASSIGN_OR_RETURN(std::optional<NoticeRow> row,
                             store_.FindNotice(partner, notices[i]));
    if (row && IsOpen(static_cast<v1::Notice::State>(row->state()))) {
      COURANT_ASSIGN_OR_RETURN(
          v1::Notice text,
          NoticeText({partner, notices[i], *std::move(row)}, viewer, view));
      bytes += text.ByteSizeLong();
      texts.push_back(std::move(text));
    }
    Took(notices[i], *reader);
  }
  return texts;
}

void DeliveryLedger::Took(Sequence notice, NoticeReader& reader) {
  if (reader.scanned_to) {
    reader.scanned_to = notice;
  } else {
    ++reader.seen;
  }
}

absl::Status DeliveryLedger::CatchUp() {
  return Run([](LedgerBatch&) { return absl::OkStatus(); });
}

absl::StatusOr<std::vector<Sequence>> DeliveryLedger::NextFor(
    const std::string& partner, NoticeReader& reader) {
  {
    MutexLock lock(mu_);
    const Line& line = lines_[partner];
    if (!reader.scanned_to && line.made - reader.seen > line.last.size()) {
      reader.scanned_to = Sequence(0);
    }
    // What is made from here on comes after what is scanned.
    if (reader.scanned_to == Sequence(0)) reader.seen = line.made;
  }
  if (reader.scanned_to) {
    std::vector<Sequence> open;
    COURANT_RETURN_IF_ERROR(store_.ForEachNotice(
        partner, {partner, *reader.scanned_to}, /*open_only=*/true,
        [&](const StoredNotice& notice) -> absl::StatusOr<bool> {
          open.push_back(notice.sequence);
          return open.size() < kMaxTaken;
        }));
    if (!open.empty()) return open;
    reader.scanned_to = std::nullopt;
  }
  MutexLock lock(mu_);
  const Line& line = lines_[partner];
  const uint64_t missed =
      std::min<uint64_t>(line.made - reader.seen, line.last.size());
  const auto first = line.last.end() - static_cast<std::ptrdiff_t>(missed);
  return std::vector<Sequence>(
      first, first + static_cast<std::ptrdiff_t>(
                         std::min<uint64_t>(missed, kMaxTaken)));
}

void DeliveryLedger::Work() {
  absl::Time watch = absl::InfinitePast();
  Group group;
  while (TakeGroup(group)) {
    WriteGroup(group);
    group = {};
    if (absl::Now() >= watch) {
      // A failure only means that it is looked at again.
      (void)watch_.Look(state_);
      watch = absl::Now() + options_.watch_interval;
    }
  }
  // For the next start, which would find it out by itself.
  (void)WriteHowFar();
}

absl::Status DeliveryLedger::WriteHowFar() {
  {
    MutexLock lock(mu_);
    if (!changes_.empty()) return absl::OkStatus();
    if (seen_.value() <= state_.noticed_through()) return absl::OkStatus();
    state_.set_noticed_through(seen_.value());
  }
  LedgerBatch batch(store_);
  return WriteWithState(batch);
}

absl::Status DeliveryLedger::WriteWithState(LedgerBatch& batch) {
  for (const auto& [kind, change] : batch.open_changes()) {
    (*state_.mutable_open())[kind] += change;
  }
  batch.SetState(state_);
  return batch.Write();
}

bool DeliveryLedger::TakeGroup(Group& group) {
  MutexLock lock(mu_);
  if (changes_.empty() && queue_.empty() && !stopping_) {
    changed_.WaitFor(mu_, options_.watch_interval);
  }
  if (!stopping_) group.changes = std::exchange(changes_, {});
  group.through = seen_;
  const size_t taken = std::min(queue_.size(), kMaxGroup);
  std::move(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(taken),
            std::back_inserter(group.submissions));
  queue_.erase(queue_.begin(),
               queue_.begin() + static_cast<std::ptrdiff_t>(taken));
  if (!stopping_) return true;
  // What comes now would leave after the end.
  for (Submission& submission : group.submissions) {
    *submission.result = Stopping();
    *submission.done = true;
  }
  for (Submission& submission : queue_) {
    *submission.result = Stopping();
    *submission.done = true;
  }
  queue_.clear();
  answered_.SignalAll();
  return false;
}

void DeliveryLedger::WriteGroup(Group& group) {
  const storage::v1::LedgerRow before = state_;
  LedgerBatch batch(store_);
  absl::Status written = Follow(group.changes, group.through, batch);
  std::vector<absl::Status> results(group.submissions.size());
  for (size_t i = 0; written.ok() && i < group.submissions.size(); ++i) {
    results[i] = RunEdit(group.submissions[i].edit, batch);
  }
  const bool passed_many =
      state_.noticed_through() - before.noticed_through() > kPassedOver / 2;
  if (written.ok() && (!batch.empty() || passed_many)) {
    written = WriteWithState(batch);
  } else if (written.ok()) {
    // Nothing to write: the state stays what is on disk, but for what was
    // passed over, which is told again after a restart.
    state_.set_noticed_through(before.noticed_through());
  }
  std::vector<NewNotice> made = std::exchange(made_, {});
  const std::vector<v1::Delivery::Channel> given = std::exchange(given_, {});
  if (!written.ok()) {
    state_ = before;
    made.clear();
    // The notices are owed: they are made when it can be written again.
    MutexLock lock(mu_);
    changes_.insert(changes_.begin(), group.changes.begin(),
                    group.changes.end());
    for (absl::Status& result : results) result = written;
  }
  if (written.ok()) {
    for (const v1::Delivery::Channel channel : given) {
      metrics_.deliveries(channel).Increment();
    }
  }
  // Before the answers: who has one finds what is made by then.
  Announce(made);
  {
    MutexLock lock(mu_);
    for (size_t i = 0; i < group.submissions.size(); ++i) {
      *group.submissions[i].result = results[i];
      *group.submissions[i].done = true;
    }
  }
  if (!group.submissions.empty()) answered_.SignalAll();
  Tell(written);
  if (!written.ok()) {
    MutexLock lock(mu_);
    if (!stopping_) changed_.WaitFor(mu_, kRetryAfter);
  }
}

absl::Status DeliveryLedger::RunEdit(Edit& edit, LedgerBatch& batch) {
  const uint64_t last_number = state_.last_number();
  const size_t made = made_.size();
  const size_t given = given_.size();
  batch.Mark();
  absl::Status done = edit(batch);
  if (done.ok()) return done;
  // All of it or nothing: a delivery without the notices that go with it would
  // look as if they had been made.
  batch.RollBack();
  state_.set_last_number(last_number);
  made_.resize(made);
  given_.resize(given);
  return done;
}

void DeliveryLedger::Tell(const absl::Status& written) {
  metrics_.stuck().Set(written.ok() ? 0 : 1);
  if (written.ok() == trouble_.ok()) return;
  trouble_ = written;
  if (options_.on_trouble) options_.on_trouble(written);
}

absl::Status DeliveryLedger::Follow(const std::vector<SharedEntry>& changes,
                                    Sequence through, LedgerBatch& batch) {
  for (const SharedEntry& change : changes) {
    COURANT_RETURN_IF_ERROR(maker_.Follow(*change, batch, made_));
  }
  state_.set_noticed_through(
      std::max(state_.noticed_through(), through.value()));
  return absl::OkStatus();
}

absl::Status DeliveryLedger::Put(const Recipient& to,
                                 v1::Delivery::Channel channel,
                                 const std::vector<Delivered>& given,
                                 LedgerBatch& batch) {
  const std::string partner(PartnerIdOf(to.partner));
  for (const Delivered& one : given) {
    if (AsksHolders(one.kind)) {
      COURANT_RETURN_IF_ERROR(PutSent(partner, one.sequence, batch));
    }
    if (one.sight < Sight::kNotice) continue;
    const storage::DeliveryKey key{.article_id = one.article_id,
                                   .partner = partner,
                                   .revision = one.revision,
                                   .channel = channel,
                                   .decision = DecisionOf(one.sight)};
    COURANT_ASSIGN_OR_RETURN(const auto known, batch.FindDelivery(key));
    // Of a log that was rolled back, a revision of the same number is another.
    if (known && known->sequence() == one.sequence.value()) continue;
    storage::v1::DeliveryRow row;
    state_.set_last_number(state_.last_number() + 1);
    row.set_number(state_.last_number());
    row.set_sequence(one.sequence.value());
    row.set_deliver_time_us(absl::ToUnixMicros(clock_.Now()));
    row.set_key(std::string(KeyIdOf(to.key)));
    batch.AddDelivery(key, row);
    given_.push_back(channel);
    COURANT_RETURN_IF_ERROR(maker_.CatchUp(key, one.sequence, batch, made_));
  }
  return absl::OkStatus();
}

absl::Status DeliveryLedger::PutSent(absl::string_view partner, Sequence notice,
                                     LedgerBatch& batch) const {
  COURANT_ASSIGN_OR_RETURN(std::optional<NoticeRow> row,
                           batch.FindNotice(partner, notice));
  if (!row || row->deliver_time_us() != 0) return absl::OkStatus();
  row->set_deliver_time_us(absl::ToUnixMicros(clock_.Now()));
  const bool open = row->state() == v1::Notice::PENDING;
  if (open) row->set_state(v1::Notice::DELIVERED);
  return batch.PutNotice(partner, notice, *row, open);
}

void DeliveryLedger::Announce(const std::vector<NewNotice>& made) {
  if (made.empty()) return;
  for (const NewNotice& notice : made) metrics_.made(notice.kind).Increment();
  {
    MutexLock lock(mu_);
    for (const NewNotice& notice : made) {
      Line& line = lines_[notice.partner];
      ++line.made;
      line.last.push_back(notice.sequence);
      if (line.last.size() > kMaxRemembered) line.last.pop_front();
    }
  }
  if (options_.on_notices) options_.on_notices();
}

}  // namespace courant
