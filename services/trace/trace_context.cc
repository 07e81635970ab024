#include "services/trace/trace_context.h"

namespace courant {
namespace {

// Where the parts of `00-{trace id}-{span id}-{flags}` begin, and its end.
constexpr size_t kTraceIdAt = 3;
constexpr size_t kSpanIdAt = 36;
constexpr size_t kFlagsAt = 53;
constexpr size_t kBytes = 55;

constexpr uint8_t kVersion = 0;
constexpr uint8_t kNoVersion = 0xff;
constexpr uint8_t kSampled = 1;

// Minus one: not a hex digit in lower case.
int DigitOf(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// Reads two hex digits for each byte of `*bytes`, at the start of `text`, which
// has so many characters.
template <size_t size>
bool ReadHex(absl::string_view text, std::array<uint8_t, size>* bytes) {
  for (size_t i = 0; i < size; ++i) {
    const int high = DigitOf(text[2 * i]);
    const int low = DigitOf(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    (*bytes)[i] = static_cast<uint8_t>(high * 16 + low);
  }
  return true;
}

// Writes two for each byte, to `out`.
template <size_t size>
void WriteHex(const std::array<uint8_t, size>& bytes, char* out) {
  constexpr char kDigits[] = "0123456789abcdef";
  for (const uint8_t byte : bytes) {
    *out++ = kDigits[byte / 16];
    *out++ = kDigits[byte % 16];
  }
}

template <typename Id>
std::string HexOf(const Id& id) {
  std::string text(2 * id.size(), '0');
  WriteHex(id, text.data());
  return text;
}

}  // namespace

std::optional<TraceContext> ParseTraceparent(absl::string_view text) {
  if (text.size() < kBytes || text.size() > kMaxTraceparentBytes ||
      text[kTraceIdAt - 1] != '-' || text[kSpanIdAt - 1] != '-' ||
      text[kFlagsAt - 1] != '-') {
    return std::nullopt;
  }
  std::array<uint8_t, 1> version{};
  std::array<uint8_t, 1> flags{};
  TraceContext trace;
  if (!ReadHex(text, &version) ||
      !ReadHex(text.substr(kTraceIdAt), &trace.trace_id) ||
      !ReadHex(text.substr(kSpanIdAt), &trace.span_id) ||
      !ReadHex(text.substr(kFlagsAt), &flags)) {
    return std::nullopt;
  }
  if (version[0] == kNoVersion || trace.trace_id == TraceId{} ||
      trace.span_id == SpanId{}) {
    return std::nullopt;
  }
  if (text.size() > kBytes && (version[0] == kVersion || text[kBytes] != '-')) {
    return std::nullopt;
  }
  trace.sampled = (flags[0] & kSampled) != 0;
  return trace;
}

std::string FormatTraceparent(const TraceContext& trace) {
  std::string text(kBytes, '0');
  text[kTraceIdAt - 1] = text[kSpanIdAt - 1] = text[kFlagsAt - 1] = '-';
  WriteHex(trace.trace_id, &text[kTraceIdAt]);
  WriteHex(trace.span_id, &text[kSpanIdAt]);
  if (trace.sampled) text.back() = '1';
  return text;
}

std::string ToHex(const TraceId& id) { return HexOf(id); }

std::string ToHex(const SpanId& id) { return HexOf(id); }

}  // namespace courant
