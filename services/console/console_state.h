#ifndef COURANT_SERVICES_CONSOLE_CONSOLE_STATE_H_
#define COURANT_SERVICES_CONSOLE_CONSOLE_STATE_H_

#include <functional>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "services/subscriptions/session_table.h"
#include "services/translation/translation_reads.h"
#include "storage/base/clock.h"
#include "storage/base/mutex.h"
#include "storage/store.h"

namespace courant {

// What the console shows and no metric has, since it names articles and
// partners. One object of JSON:
//
//   time, version, ready
//   history        what of it is there: retention_hours, the setting, 0 for
//                  everything; floor_sequence, the first change from which on
//                  every text is there; kept_since: texts that were replaced
//                  before were let go, null while none was
//   changes        what went out last, the newest first, kMaxChanges at most:
//                  sequence, time, kind, resource, language, and the headline
//                  that the article has now if everybody may read it now
//   subscriptions  total, and `rows`: those furthest behind, kMaxRows at most,
//                  with name, lag_changes, lag_seconds, stream_open
//   notices        `partners`: by partner, how many are open, how many of these
//                  are kills and are overdue, and since when the oldest; and
//                  `kills`: unacknowledged ones, the oldest first, kMaxRows at
//                  most. `more`: not all open ones were looked at
//   translations   `rows`: those that are not what their source says now, of
//                  sources that are or were public, kMaxRows at most, and
//                  `more`
//
// Times are RFC 3339 in UTC. A part that cannot be read has `error` instead.
// What is not public is not in it: no draft, no text under embargo, nothing of
// an article that was killed but its name. Who can reach the ops listener sees
// it.
class ConsoleState {
 public:
  // Changes shown, and changes of the log looked at for them.
  static constexpr size_t kMaxChanges = 50;
  static constexpr size_t kMaxChangesRead = 1'000;
  static constexpr size_t kMaxRows = 50;
  // Open notices looked at.
  static constexpr size_t kMaxNotices = 10'000;
  // Several viewers see the same for so long: the disk has better things to do.
  static constexpr absl::Duration kFresh = absl::Seconds(1);

  // What it is made from. Nothing is owned; all must outlive the object.
  struct Sources {
    storage::Store& store;
    TranslationReads& translations;
    const SessionTable& sessions;
    const Clock& clock;
    // storage.retention.
    absl::Duration retention = absl::ZeroDuration();
    std::string version;
    std::function<bool()> is_ready;
  };

  explicit ConsoleState(Sources sources) : sources_(std::move(sources)) {}

  // Blocks on the disk, for some milliseconds. Thread-safe: one caller reads,
  // the others wait for it.
  std::string Json() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  const Sources sources_;
  mutable Mutex mu_;
  mutable std::string json_ ABSL_GUARDED_BY(mu_);
  mutable absl::Time made_at_ ABSL_GUARDED_BY(mu_) = absl::InfinitePast();
};

}  // namespace courant

#endif  // COURANT_SERVICES_CONSOLE_CONSOLE_STATE_H_
