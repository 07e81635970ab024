#ifndef COURANT_SERVICES_TRACE_SPAN_H_
#define COURANT_SERVICES_TRACE_SPAN_H_

#include <string>

#include "absl/strings/string_view.h"
#include "services/trace/trace_context.h"

namespace courant {

// One piece of work in a trace: a call, a page that is asked for, the run of a
// program. A value.
struct Span {
  // What is told of it to others. None of the ids is none, unless there is no
  // work at all.
  TraceContext context;
  // The piece that it is a part of, in this program or another. None: it is
  // the first.
  SpanId parent_id{};
};

// The first piece of a trace of its own. Ids are drawn at random, of each
// thread from a generator that the system has seeded: they do not repeat, but
// are no secret. Thread-safe; takes no lock, and some tens of nanoseconds.
Span NewTrace();

// A piece of the work that `parent` tells of.
Span PartOf(const TraceContext& parent);

// What a call is that came with such a `traceparent`: a part of the caller's
// work, or, if that cannot be read, the first piece of a new trace.
Span SpanFrom(absl::string_view traceparent);

// The id of its trace as a log has it; empty for one of no trace.
std::string TraceIdOf(const Span& span);

// Says, for as long as it lives, what the thread works on. Such scopes nest.
class SpanScope {
 public:
  explicit SpanScope(const Span& span);
  ~SpanScope();

  SpanScope(const SpanScope&) = delete;
  SpanScope& operator=(const SpanScope&) = delete;

 private:
  const Span before_;
};

// What this thread works on, by its innermost scope. Outside of all, one of
// which every id is none.
const Span& CurrentSpan();

}  // namespace courant

#endif  // COURANT_SERVICES_TRACE_SPAN_H_
