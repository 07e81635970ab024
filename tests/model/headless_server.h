#ifndef COURANT_TESTS_MODEL_HEADLESS_SERVER_H_
#define COURANT_TESTS_MODEL_HEADLESS_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "services/editorial/scheduler.h"
#include "storage/base/clock.h"
#include "storage/store.h"

namespace courant::model {

// Everything of a server that has to do with articles, translations and
// changes, without its sockets and with a clock of the test's. The store is
// real, except that it does not wait for the disk. The scheduler looks only
// when it is told to.
class HeadlessServer {
 public:
  // Opens `data_dir`; ends the program when it cannot. `clock` must outlive it.
  HeadlessServer(const std::string& data_dir, const Clock& clock);
  // Closes it in order.
  ~HeadlessServer();

  // Calls a method of ArticleService, TranslationService or ChangeService that
  // is not a stream, by its name. `actor` is who does, empty for nobody.
  absl::StatusOr<std::string> Call(absl::string_view method,
                                   const std::string& actor,
                                   const google::protobuf::Message& request);

  storage::Store& store();
  Scheduler& scheduler();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace courant::model

#endif  // COURANT_TESTS_MODEL_HEADLESS_SERVER_H_
