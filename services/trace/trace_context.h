#ifndef COURANT_SERVICES_TRACE_TRACE_CONTEXT_H_
#define COURANT_SERVICES_TRACE_TRACE_CONTEXT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

// By what work is found again that began in one program and goes on in another:
// W3C Trace Context, level 1 (https://www.w3.org/TR/trace-context-1/). Pure.
namespace courant {

// The metadata of a call, and the header of HTTP, that a trace goes by.
inline constexpr char kTraceparentKey[] = "traceparent";

// Longest value that is looked at, in bytes. Ours, of version 00, has 55; of
// versions to come there may be more behind that.
inline constexpr size_t kMaxTraceparentBytes = 512;

// All zeros: none.
using TraceId = std::array<uint8_t, 16>;
using SpanId = std::array<uint8_t, 8>;

// What one program tells the next. A value.
struct TraceContext {
  // Of the whole of the work. Never none when it was read.
  TraceId trace_id{};
  // Of the piece of it that speaks. Never none when it was read.
  SpanId span_id{};
  // Whether whoever began may have written it down. Passed on, and nothing else
  // is made of it: what others say decides nothing here.
  bool sampled = false;

  friend bool operator==(const TraceContext&, const TraceContext&) = default;
};

// Reads a `traceparent`: `00-{32 hex digits}-{16}-{2}`, in lower case. Of a
// higher version what version 00 has is read, whatever follows behind a dash.
// Nothing: it is malformed, too long, of version ff, or an id is all zeros;
// then a new trace begins, as if none had been sent. Takes any bytes.
// Thread-safe.
std::optional<TraceContext> ParseTraceparent(absl::string_view text);

// `trace` as a `traceparent` of version 00, 55 characters of [0-9a-f-].
// Thread-safe.
std::string FormatTraceparent(const TraceContext& trace);

// An id as a log has it: 32 or 16 of [0-9a-f]. Thread-safe.
std::string ToHex(const TraceId& id);
std::string ToHex(const SpanId& id);

}  // namespace courant

#endif  // COURANT_SERVICES_TRACE_TRACE_CONTEXT_H_
