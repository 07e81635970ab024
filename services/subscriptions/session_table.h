#ifndef COURANT_SERVICES_SUBSCRIPTIONS_SESSION_TABLE_H_
#define COURANT_SERVICES_SUBSCRIPTIONS_SESSION_TABLE_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "services/distribution/stream_cursor.h"
#include "storage/base/clock.h"
#include "storage/base/ids.h"
#include "storage/subscription_store.h"

namespace courant {

// The streams that are open on subscriptions at this server: at most one each,
// the newest. A session is on stable storage before its stream says a word, so
// that no restart lets an older one commit again. Thread-safe.
class SessionTable {
 public:
  // Nothing is owned; both must outlive the table. What was submitted to the
  // store may be answered after the table has gone.
  SessionTable(storage::SubscriptionStore& store, const Clock& clock);
  ~SessionTable();

  // Opens a session for the stream that `stream` wakes: see OpenCursor. An
  // older one on the same subscription ends with SESSION_FENCED.
  std::unique_ptr<StreamCursor> Open(const std::string& name,
                                     std::weak_ptr<Wakeable> stream);

  // Whether a stream is open on the subscription, and has not been ended.
  bool IsOpen(const std::string& name) const;

  // Tells the stream, if one is open, that the cursor is at `position`: what
  // was sent up to there does not count for its window any more.
  void Committed(const std::string& name, const LogPosition& position);

  // Ends the stream, if one is open, with `why`: at its next message, for which
  // it is woken.
  void End(const std::string& name, const absl::Status& why);

 private:
  class Table;    // the newest session of each subscription
  class Session;  // one stream: where it began, what is sent, why it ended
  class Cursor;   // what the stream holds; its end is the session's

  // Never null. Shared with the cursors and with what is submitted, which may
  // outlive this.
  const std::shared_ptr<Table> table_;
  storage::SubscriptionStore& store_;
  const Clock& clock_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_SUBSCRIPTIONS_SESSION_TABLE_H_
