#include "services/trace/span.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "storage/base/mutex.h"

namespace courant {
namespace {

constexpr char kCaller[] =
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

TEST(SpanTest, GoesOnWithTheTraceOfTheCaller) {
  const Span span = SpanFrom(kCaller);
  EXPECT_EQ(ToHex(span.context.trace_id), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(ToHex(span.parent_id), "b7ad6b7169203331");
  EXPECT_NE(span.context.span_id, span.parent_id);
  EXPECT_NE(span.context.span_id, SpanId{});
  EXPECT_TRUE(span.context.sampled);
}

TEST(SpanTest, BeginsATraceWhereThereIsNone) {
  for (const char* text : {"", "soup",
                           "ff-0af7651916cd43dd8448eb211c80319c-"
                           "b7ad6b7169203331-01"}) {
    const Span span = SpanFrom(text);
    EXPECT_NE(span.context.trace_id, TraceId{});
    EXPECT_NE(span.context.span_id, SpanId{});
    EXPECT_EQ(span.parent_id, SpanId{});
    EXPECT_FALSE(span.context.sampled);
  }
}

TEST(SpanTest, NamesNoTwoThingsAlikeOnAnyThread) {
  constexpr int kThreads = 4;
  constexpr int kEach = 20'000;
  Mutex mu;
  std::set<TraceId> traces;
  std::set<SpanId> spans;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      std::vector<Span> mine;
      for (int n = 0; n < kEach; ++n) mine.push_back(NewTrace());
      MutexLock lock(mu);
      for (const Span& span : mine) {
        traces.insert(span.context.trace_id);
        spans.insert(span.context.span_id);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(traces.size(), kThreads * kEach);
  EXPECT_EQ(spans.size(), kThreads * kEach);
}

TEST(SpanTest, ScopesNestAndAreOfOneThread) {
  EXPECT_EQ(CurrentSpan().context, TraceContext{});
  const Span outer = NewTrace();
  {
    const SpanScope in_outer(outer);
    EXPECT_EQ(CurrentSpan().context, outer.context);
    const Span inner = PartOf(outer.context);
    {
      const SpanScope in_inner(inner);
      EXPECT_EQ(CurrentSpan().context, inner.context);
      EXPECT_EQ(CurrentSpan().parent_id, outer.context.span_id);
    }
    EXPECT_EQ(CurrentSpan().context, outer.context);
    std::thread([] {
      EXPECT_EQ(CurrentSpan().context, TraceContext{});
    }).join();
  }
  EXPECT_EQ(CurrentSpan().context, TraceContext{});
}

}  // namespace
}  // namespace courant
