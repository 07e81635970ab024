#ifndef COURANT_SERVICES_CLI_CHANGE_FOLLOWER_H_
#define COURANT_SERVICES_CLI_CHANGE_FOLLOWER_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "courant/v1/change_service.pb.h"
#include "services/cli/change_start.h"

namespace courant {

class Connection;
class StopSource;

// Reads the stream of changes and keeps its place: after the server went
// away it goes on from the last token, and every message is compared with the
// position of the one before, so that no change is missed or seen twice
// without an error. Not thread-safe.
class ChangeFollower {
 public:
  struct Options {
    ChangeStart start = v1::LATEST;
    // As in SubscribeChangesRequest.
    std::string filter;
    // A durable subscription: start and filter are its own. What was handed
    // over once and not committed is not handed over again.
    std::string subscription = "";
    // At most so many changes in a message. 0: as the server likes.
    int max_batch_changes = 0;
    // Ends after this sequence. Nothing: follows for ever.
    std::optional<int64_t> end_sequence;
    // Wait before the second try to connect; doubles from try to try, up to
    // 5 s. What the server asks for goes before.
    absl::Duration first_wait = absl::Milliseconds(100);
  };

  // What the owner is told, on the thread that runs Run().
  struct Events {
    // The next change. An error ends Run() with it, kCancelled with OK.
    std::function<absl::Status(const v1::Change&)> on_change;
    // All changes of a message were handed over: time to show them.
    std::function<void()> on_batch_end = [] {};
    // Everything up to `token` was handed over, and shown. An error ends Run()
    // with it, kCancelled with OK. `session` is that of the subscription.
    std::function<absl::Status(const std::string& token,
                               const std::string& session)>
        on_position = [](auto&, auto&) { return absl::OkStatus(); };
    // Connected for the first time.
    std::function<void(const v1::Started&)> on_start = [](auto&) {};
    // The articles that there were have all been handed over.
    std::function<void(const v1::SnapshotComplete&)> on_snapshot_end =
        [](auto&) {};
    // The server is gone, for the reason given: it is waited for.
    std::function<void(const absl::Status&)> on_wait = [](auto&) {};
    // The server is back.
    std::function<void()> on_return = [] {};
  };

  // All must outlive this.
  ChangeFollower(Connection& connection, StopSource& stop, Options options,
                 Events events);

  // Follows until `end_sequence`, a stop or an error. A stop and the end are
  // OK. Before the first answer a server that is not there is an error after
  // a few tries; later it is waited for without end.
  //
  // Errors, besides those of ChangeService.SubscribeChanges:
  // * DATA_LOSS: the server left out or repeated changes, or came back as
  //   another log.
  absl::Status Run();

  // The sequence of the last change handed over, or beyond it the last that
  // did not match the filter: what a `start` that goes on from here names. In
  // a snapshot, the token of the last whole message. Nothing before the first
  // answer.
  std::optional<ChangeStart> place() const;

 private:
  v1::SubscribeChangesRequest NextRequest() const;
  absl::Status OnMessage(const v1::SubscribeChangesResponse& message);
  absl::Status OnStarted(const v1::Started& started);
  absl::Status OnBatch(const v1::ChangeBatch& batch);
  absl::Status OnSnapshotComplete(const v1::SnapshotComplete& complete);
  absl::Status OnProgress(const v1::Progress& progress);
  // DATA_LOSS unless a message that continues from `after` is the next one.
  absl::Status CheckContinues(int64_t after) const;

  Connection& connection_;
  StopSource& stop_;
  const Options options_;
  const Events events_;

  // Of the log that is followed. Empty before the first answer.
  std::string log_id_;
  int64_t position_ = 0;
  // For position_, between two messages.
  std::string token_;
  // Of the current stream, if it is on a subscription.
  std::string session_;
  // The newest change handed over.
  int64_t handed_over_ = 0;
  // True from the loss of a server to the next answer.
  bool waiting_ = false;
  // True once the current stream has begun.
  bool started_ = false;
  // True from a beginning in a snapshot to its end.
  bool in_snapshot_ = false;
  // How long the current stream asked to stay away after it.
  absl::Duration reconnect_after_ = absl::ZeroDuration();
};

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_CHANGE_FOLLOWER_H_
