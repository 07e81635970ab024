#include "services/server/metric_list.h"

#include <gtest/gtest.h>

#include "prometheus/counter.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"

namespace courant {
namespace {

TEST(MetricListTest, ALineForEachFamilyByNameWithTheLabelsOfAllItsSeries) {
  prometheus::Registry registry;
  prometheus::BuildHistogram()
      .Name("z_seconds")
      .Help("Time.")
      .Register(registry)
      .Add({}, prometheus::Histogram::BucketBoundaries{1});
  auto& counters =
      prometheus::BuildCounter().Name("a_total").Help("Of a.").Register(
          registry);
  counters.Add({{"kind", "x"}});
  counters.Add({{"kind", "y"}, {"by", "z"}});
  EXPECT_EQ(MetricList(registry.Collect()),
            "a_total\tcounter\tby,kind\tOf a.\n"
            "z_seconds\thistogram\t-\tTime.\n");
}

}  // namespace
}  // namespace courant
