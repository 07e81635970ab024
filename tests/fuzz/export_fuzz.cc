#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/strings/string_view.h"
#include "services/export/export_line.h"

namespace courant {
namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

// A line that is read is one that can be written; a change that is made of it
// comes back from its own line as it was.
void TryLine(absl::string_view text) {
  static const ExportLines* const kLines = new ExportLines();
  const auto line = DecodeExportLine(text);
  if (!line.ok()) return Check(absl::IsInvalidArgument(line.status()));
  if (!line->has_change()) return;
  const auto entry = EntryOf(line->change());
  if (!entry.ok()) return Check(absl::IsInvalidArgument(entry.status()));
  const auto written = kLines->EncodeChange(*entry, line->before());
  Check(written.ok());
  const auto again = DecodeExportLine(*written);
  Check(again.ok() && again->before() == line->before());
  const auto same = EntryOf(again->change());
  Check(same.ok() && same->facts_bytes == entry->facts_bytes &&
        same->article == entry->article && same->chain == entry->chain &&
        same->erased_by == entry->erased_by);
}

}  // namespace
}  // namespace courant

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  courant::TryLine(
      absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
