#ifndef COURANT_SERVICES_CLI_IMPORT_QUEUE_H_
#define COURANT_SERVICES_CLI_IMPORT_QUEUE_H_

#include <atomic>
#include <deque>
#include <functional>
#include <future>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "courant/v1/article.pb.h"
#include "services/importers/imported_item.h"
#include "storage/base/worker_pool.h"

namespace courant {

class Connection;

// What became of one item.
struct ImportResult {
  enum Outcome {
    kNew,
    // It was imported before and is as it was.
    kAlreadyThere,
    // It was imported before; this is a newer version, and the article says
    // now what it says.
    kUpdated,
    // It was imported before, and this is an older version than that. Not
    // updated.
    kStale,
    // It was imported before, and its source has changed since, though nothing
    // tells which of the two is newer. Not updated.
    kSourceChanged,
    // The server will not have it; `error` says why.
    kRefused,
    // Not tried to the end, because of the server or one before it; `error`
    // says why.
    kUnsent,
  };
  Outcome outcome = kUnsent;
  // File and line, for people: "wire.csv:12".
  std::string where;
  // What was sent.
  ImportedItem item;
  // As it is on the server, unless refused or unsent.
  v1::Article article;
  // OK unless refused or unsent.
  absl::Status error;
};

// Creates articles on a server, or updates those of which a newer version
// comes (services/importers/redelivery.h), one after the other, so that their
// changes are in the order in which the items came, and tells the results in
// that order. Reads of the next items and the calls go on at the same time.
// Used by one thread.
class ImportQueue {
 public:
  using OnResult = std::function<void(const ImportResult&)>;

  // `connection` must outlive this. `on_result` runs on the calling thread,
  // within Push() and Finish().
  ImportQueue(Connection& connection, OnResult on_result);

  // Stops, and drops the results that Finish() was not called for.
  ~ImportQueue();

  // Sends `item`, found at `where`, after all before it. Blocks while too many
  // wait.
  void Push(std::string where, ImportedItem item);

  // Waits for all results.
  void Finish();

  // Sends nothing more: what has not been sent comes back as kUnsent.
  void Stop() { stopped_ = true; }

  // True after Stop(), and once the server could not be worked with, which
  // stops the queue by itself.
  bool stopped() const { return stopped_; }

 private:
  // On a worker: creates or updates one article.
  ImportResult Send(std::string where, ImportedItem item);
  // Makes of the article `name`, which there is, what the item says, if that is
  // newer; sets outcome and article.
  absl::Status Redeliver(const std::string& name, ImportResult& result);
  // Waits for the oldest result and hands it over.
  void TakeFirst();

  Connection& connection_;
  const OnResult on_result_;
  std::atomic<bool> stopped_ = false;
  std::set<std::string> ids_;  // Of all articles pushed.
  std::deque<std::future<ImportResult>> pending_;
  WorkerPool workers_;  // Last: its tasks use the members above.
};

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_IMPORT_QUEUE_H_
