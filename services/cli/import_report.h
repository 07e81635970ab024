#ifndef COURANT_SERVICES_CLI_IMPORT_REPORT_H_
#define COURANT_SERVICES_CLI_IMPORT_REPORT_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/cli/command.h"
#include "services/cli/import_queue.h"
#include "services/cli/progress_bar.h"

namespace courant {

// Tells what an import does: a line an item and the sum at the end, to the
// standard output; what was refused and how far it is, to the standard error.
// With JSON the item is a message, and the sum goes to the standard error too.
// Not thread-safe.
class ImportReport {
 public:
  // `context` must outlive this.
  explicit ImportReport(Context& context);

  // An item that was sent, or should have been.
  void Add(const ImportResult& result);

  // An item that would be sent. As JSON the CreateArticleRequest, which can be
  // imported in turn.
  void AddDryRun(const ImportedItem& item);

  // An item, or a file, that could not be read. `where` names the file.
  void AddUnreadable(absl::string_view where, const absl::Status& error);

  // `done` of `total` bytes are read.
  void ShowProgress(int64_t done, int64_t total);

  // Prints the sum: "171 new, 0 already there, 0 refused".
  void Finish();

  // The first reason why items were left unsent; OK when there is none.
  const absl::Status& unsent() const { return unsent_; }

  // Items that the server refused and items and files that could not be read.
  int64_t refused() const { return refused_; }

 private:
  void AddItem(absl::string_view outcome, const ImportedItem& item,
               const v1::Article& article);
  // Takes a line for the standard output. Beside a progress bar it waits for
  // the next drawing of that, since two lines cannot stand in one place.
  void AddLine(absl::string_view line);
  // Prints the lines that wait.
  void PrintLines();
  // "171 new, 0 already there, 0 refused".
  std::string Counts() const;

  Context& context_;
  ProgressBar bar_;
  std::string lines_;  // That wait.
  // Counts of items.
  int64_t new_ = 0;
  int64_t already_there_ = 0;
  int64_t updated_ = 0;
  int64_t stale_ = 0;           // Part of already_there_.
  int64_t source_changed_ = 0;  // Part of already_there_.
  int64_t refused_ = 0;
  int64_t would_import_ = 0;
  int64_t remarks_ = 0;  // Of all items.
  absl::Status unsent_;
  const bool dry_run_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_IMPORT_REPORT_H_
