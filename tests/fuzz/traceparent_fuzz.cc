#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "services/trace/trace_context.h"

// What is read of a `traceparent` has two ids, is a part of the text that was
// sent, and is written as 55 harmless characters that are read as the same.
namespace courant {
namespace {

void Check(bool promise) {
  if (!promise) std::abort();
}

bool IsHarmless(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == '-';
}

void Try(absl::string_view text) {
  const auto trace = ParseTraceparent(text);
  if (!trace) return;
  Check(trace->trace_id != TraceId{});
  Check(trace->span_id != SpanId{});
  Check(text.size() <= kMaxTraceparentBytes);
  const std::string written = FormatTraceparent(*trace);
  Check(written.size() == 55);
  for (const char c : written) Check(IsHarmless(c));
  Check(ParseTraceparent(written) == trace);
  Check(text.substr(2, 51) == absl::string_view(written).substr(2, 51));
  Check(ToHex(trace->trace_id) == text.substr(3, 32));
  Check(ToHex(trace->span_id) == text.substr(36, 16));
}

}  // namespace
}  // namespace courant

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  courant::Try(input);
  // Any bytes as the flags and what follows of one that is right so far.
  courant::Try("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-" +
               std::string(input));
  return 0;
}
