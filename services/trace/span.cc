#include "services/trace/span.h"

#include <cstring>

#include "absl/random/random.h"

namespace courant {
namespace {

// Without a destructor, so that the last line of a thread may still ask.
thread_local Span current;

uint64_t RandomBits() {
  // One for each thread: to name a call takes no lock.
  thread_local absl::BitGen random;
  return random();
}

// Draws until it is not none.
template <typename Id>
void Draw(Id* id) {
  do {
    for (size_t at = 0; at < id->size(); at += sizeof(uint64_t)) {
      const uint64_t bits = RandomBits();
      std::memcpy(id->data() + at, &bits, sizeof(bits));
    }
  } while (*id == Id{});
}

}  // namespace

Span NewTrace() {
  Span span;
  Draw(&span.context.trace_id);
  Draw(&span.context.span_id);
  return span;
}

Span PartOf(const TraceContext& parent) {
  Span span{.context = parent, .parent_id = parent.span_id};
  Draw(&span.context.span_id);
  return span;
}

Span SpanFrom(absl::string_view traceparent) {
  const auto parent = ParseTraceparent(traceparent);
  return parent ? PartOf(*parent) : NewTrace();
}

std::string TraceIdOf(const Span& span) {
  const TraceId& id = span.context.trace_id;
  return id == TraceId{} ? std::string() : ToHex(id);
}

SpanScope::SpanScope(const Span& span) : before_(current) { current = span; }

SpanScope::~SpanScope() { current = before_; }

const Span& CurrentSpan() { return current; }

}  // namespace courant
