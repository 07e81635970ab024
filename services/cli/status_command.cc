#include "services/cli/status_command.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "services/cli/connection.h"
#include "services/cli/display_width.h"
#include "services/cli/json_text.h"
#include "services/cli/time_text.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

constexpr int kStatusLabelWidth = 14;

absl::Status Status(Context& context) {
  COURANT_ASSIGN_OR_RETURN(const v1::ChangeLogStatus log,
                           context.connection.GetChangeLogStatus({}));
  Console& console = context.console;
  if (context.output == OutputFormat::kJson) {
    console.out << JsonLine(log) << '\n';
    return absl::OkStatus();
  }
  const std::string written = TimeText(log.tail_commit_time());
  const std::vector<std::pair<const char*, std::string>> facts = {
      {"server", context.connection.address()},
      {"log id", OneLine(log.log_id())},
      {"epoch", absl::StrCat(log.epoch())},
      {"floor", absl::StrCat(log.floor_sequence())},
      {"tail", absl::StrCat(log.tail_sequence())},
      {"last change", written.empty() ? "none yet" : written},
      {"open streams", absl::StrCat(log.open_streams())},
  };
  for (const auto& [label, value] : facts) {
    console.out << PadToWidth(label, kStatusLabelWidth) << value << '\n';
  }
  return absl::OkStatus();
}

}  // namespace

Command StatusCommand() {
  return {"",
          "status",
          "Show where the server is and where its log stands",
          "courant status --address 127.0.0.1:7400",
          {},
          {},
          false,
          Status};
}

}  // namespace courant
