#ifndef COURANT_SERVICES_SERVER_CONFIG_RELOAD_H_
#define COURANT_SERVICES_SERVER_CONFIG_RELOAD_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "courant/config/v1/server_config.pb.h"
#include "services/config/server_config.h"
#include "services/server/config_metrics.h"
#include "services/server/json_log.h"
#include "storage/base/clock.h"

namespace courant {

// Reads the configuration of a running server again, from where it came from,
// and has it taken over: all of it, or when anything is wrong nothing.
//
// What is wrong is found in this order, and told for all keys together of the
// first of them that finds something: what would be refused at a start; keys
// that have changed and take effect at the start alone; what only those see who
// would take it over. Of the environment and the flags there is what there was
// at the start, so that it is the file that can have changed.
//
// One line of the log for each fault, `config_refused`, with its place and what
// would be right; or one, `config_reloaded`, with what has changed. The level
// of the log changes here; that line is written if either level lets it. One
// thread at a time.
class ConfigReload {
 public:
  // Takes over `next` but for the log, all or nothing, and at once; `changed`
  // are the keys that are others, with spaces between. An error has a line for
  // each fault.
  using TakeOver = std::function<absl::Status(
      const config::v1::ServerConfig& next, absl::string_view changed)>;

  // `inputs` and `running`, which came of them, are those of the start. The
  // rest is not owned and must outlive the object.
  ConfigReload(ConfigInputs inputs, LoadedConfig running, TakeOver take_over,
               JsonLog& log, ConfigMetrics& metrics, const Clock& clock);

  // Does so once, and tells the service manager when it begins and ends. Blocks
  // on the disk. True: the server runs with what was read.
  bool Run();

 private:
  absl::Status TryOnce();

  const ConfigInputs inputs_;
  LoadedConfig running_;
  const TakeOver take_over_;
  JsonLog& log_;
  ConfigMetrics& metrics_;
  const Clock& clock_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_CONFIG_RELOAD_H_
