#include "services/subscriptions/session_table.h"

#include <algorithm>
#include <deque>
#include <limits>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/escaping.h"
#include "services/editorial/article_errors.h"
#include "services/subscriptions/subscription_name.h"
#include "storage/base/mutex.h"
#include "storage/base/status_macros.h"
#include "storage/digest.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

using storage::v1::SubscriptionRow;

absl::Status NewerStream() {
  return MakeError(v1::SESSION_FENCED,
                   "a newer stream has begun on this subscription");
}

}  // namespace

// One stream on one subscription.
class SessionTable::Session {
 public:
  Session(std::string name, std::weak_ptr<Wakeable> stream)
      : name_(std::move(name)), stream_(std::move(stream)) {}

  const std::string& name() const { return name_; }

  // What the stream asks.
  absl::StatusOr<const StreamCursor::Start*> GetStart() const {
    MutexLock lock(mu_);
    COURANT_RETURN_IF_ERROR(refused_);
    return begun_ ? &start_ : nullptr;
  }
  absl::Status Check() const {
    MutexLock lock(mu_);
    return ended_;
  }
  StreamCursor::Room GetRoom() const {
    MutexLock lock(mu_);
    return {.changes = Left(max_changes_, changes_),
            .bytes = Left(max_bytes_, bytes_)};
  }
  void Sent(const LogPosition& position, size_t changes, size_t bytes) {
    MutexLock lock(mu_);
    if (max_changes_ == 0 && max_bytes_ == 0) return;
    sent_.push_back({position, changes, bytes});
    changes_ += changes;
    bytes_ += bytes;
  }

  // What it is told.
  void Begin(const absl::Status& written, const SubscriptionRow& row) {
    {
      MutexLock lock(mu_);
      begun_ = written.ok();
      refused_ = written;
      start_ = {.filter = row.filter(),
                .resume_token = row.committed_token(),
                .session_id = row.session_id()};
      max_changes_ = static_cast<size_t>(row.max_outstanding_changes());
      max_bytes_ = static_cast<size_t>(row.max_outstanding_bytes());
    }
    Wake();
  }
  bool left() const {
    MutexLock lock(mu_);
    return left_;
  }
  void Leave() {
    MutexLock lock(mu_);
    left_ = true;
  }
  void End(const absl::Status& why) {
    {
      MutexLock lock(mu_);
      ended_ = why;
    }
    Wake();
  }
  void Committed(const LogPosition& position) {
    {
      MutexLock lock(mu_);
      while (!sent_.empty() && !IsFurther(sent_.front().position, position)) {
        changes_ -= sent_.front().changes;
        bytes_ -= sent_.front().bytes;
        sent_.pop_front();
      }
    }
    Wake();
  }

 private:
  // Sent and not committed, message by message.
  struct Message {
    LogPosition position;
    size_t changes;
    size_t bytes;
  };

  static size_t Left(size_t limit, size_t used) {
    if (limit == 0) return std::numeric_limits<size_t>::max();
    return limit - std::min(limit, used);
  }

  void Wake() {
    if (const auto stream = stream_.lock()) stream->Wake();
  }

  const std::string name_;
  const std::weak_ptr<Wakeable> stream_;

  mutable Mutex mu_;
  bool begun_ ABSL_GUARDED_BY(mu_) = false;
  bool left_ ABSL_GUARDED_BY(mu_) = false;  // the stream has ended
  absl::Status refused_ ABSL_GUARDED_BY(mu_);
  absl::Status ended_ ABSL_GUARDED_BY(mu_);
  // Set once, before begun_.
  StreamCursor::Start start_ ABSL_GUARDED_BY(mu_);
  size_t max_changes_ ABSL_GUARDED_BY(mu_) = 0;
  size_t max_bytes_ ABSL_GUARDED_BY(mu_) = 0;
  std::deque<Message> sent_ ABSL_GUARDED_BY(mu_);
  size_t changes_ ABSL_GUARDED_BY(mu_) = 0;
  size_t bytes_ ABSL_GUARDED_BY(mu_) = 0;
};

// The newest session of each subscription.
class SessionTable::Table {
 public:
  // Puts `session` in the place of the one before, which is returned.
  std::shared_ptr<Session> Replace(std::shared_ptr<Session> session) {
    MutexLock lock(mu_);
    return std::exchange(open_[session->name()], std::move(session));
  }

  void Forget(const Session& session) {
    MutexLock lock(mu_);
    const auto found = open_.find(session.name());
    if (found != open_.end() && found->second.get() == &session) {
      open_.erase(found);
    }
  }

  std::shared_ptr<Session> Find(const std::string& name) const {
    MutexLock lock(mu_);
    const auto found = open_.find(name);
    return found == open_.end() ? nullptr : found->second;
  }

 private:
  mutable Mutex mu_;
  absl::flat_hash_map<std::string, std::shared_ptr<Session>> open_
      ABSL_GUARDED_BY(mu_);
};

// What the stream holds: the session ends with it.
class SessionTable::Cursor final : public StreamCursor {
 public:
  Cursor(std::shared_ptr<Table> table, std::shared_ptr<Session> session)
      : table_(std::move(table)), session_(std::move(session)) {}
  ~Cursor() override {
    session_->Leave();
    table_->Forget(*session_);
  }

  absl::StatusOr<const Start*> GetStart() const override {
    return session_->GetStart();
  }
  absl::Status Check() const override { return session_->Check(); }
  Room GetRoom() const override { return session_->GetRoom(); }
  void Sent(const LogPosition& position, size_t changes,
            size_t bytes) override {
    session_->Sent(position, changes, bytes);
  }

 private:
  const std::shared_ptr<Table> table_;
  const std::shared_ptr<Session> session_;
};

SessionTable::SessionTable(storage::SubscriptionStore& store,
                           const Clock& clock)
    : table_(std::make_shared<Table>()), store_(store), clock_(clock) {}

SessionTable::~SessionTable() = default;

std::unique_ptr<StreamCursor> SessionTable::Open(
    const std::string& name, std::weak_ptr<Wakeable> stream) {
  const auto session = std::make_shared<Session>(name, std::move(stream));
  auto cursor = std::make_unique<Cursor>(table_, session);
  if (absl::Status wrong = CheckSubscriptionName(name, "subscription");
      !wrong.ok()) {
    session->Begin(wrong, SubscriptionRow());
    return cursor;
  }
  const int64_t now_us = absl::ToUnixMicros(clock_.Now());
  store_.Submit(
      [name,
       now_us](storage::SubscriptionEdit& edit) -> absl::StatusOr<std::string> {
        COURANT_ASSIGN_OR_RETURN(std::optional<SubscriptionRow> row,
                                 edit.Find(name));
        if (!row) return ResourceNotFound(name);
        row->set_session_id(absl::BytesToHexString(storage::RandomBytes(16)));
        row->set_session_begin_us(now_us);
        edit.Put(name, *row, /*is_new=*/false);
        return row->SerializeAsString();
      },
      [table = table_, session](absl::StatusOr<std::string> answer) {
        SubscriptionRow row;
        if (answer.ok()) {
          row.ParseFromString(*answer);
          const auto older = table->Replace(session);
          if (older != nullptr) older->End(NewerStream());
        }
        session->Begin(answer.status(), row);
        // The stream may have ended meanwhile, before there was anything to
        // forget.
        if (session->left()) table->Forget(*session);
      });
  return cursor;
}

bool SessionTable::IsOpen(const std::string& name) const {
  return table_->Find(name) != nullptr;
}

void SessionTable::Committed(const std::string& name,
                             const LogPosition& position) {
  const auto session = table_->Find(name);
  if (session != nullptr) session->Committed(position);
}

void SessionTable::End(const std::string& name, const absl::Status& why) {
  const auto session = table_->Find(name);
  if (session == nullptr) return;
  table_->Forget(*session);
  session->End(why);
}

}  // namespace courant
