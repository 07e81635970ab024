#include "services/cli/change_start.h"

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "services/cli/error_text.h"

namespace courant {

absl::StatusOr<ChangeStart> ReadChangeStart(absl::string_view text) {
  if (text == "earliest") return v1::EARLIEST_RETAINED;
  if (text == "latest") return v1::LATEST;
  if (text == "snapshot") return v1::SNAPSHOT_THEN_LIVE;
  if (text.empty()) {
    return UsageError(
        "--from must be earliest, latest, snapshot, a sequence or a "
        "token");
  }
  // Tokens are much longer than any number.
  int64_t sequence;
  if (absl::SimpleAtoi(text, &sequence) && sequence >= 0) return sequence;
  return std::string(text);
}

}  // namespace courant
