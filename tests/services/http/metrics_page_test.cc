#include "services/http/metrics_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "prometheus/counter.h"
#include "prometheus/gauge.h"
#include "prometheus/registry.h"

namespace courant {
namespace {

using testing::HasSubstr;

TEST(MetricsPageTest, EveryMetricIsWrittenInTheTextFormat) {
  prometheus::Registry registry;
  auto& family = prometheus::BuildCounter()
                     .Name("courant_commits_total")
                     .Help("Groups made durable.")
                     .Register(registry);
  prometheus::Counter& commits = family.Add({{"kind", "article"}});
  commits.Increment(3);
  const OpsResponse page = RenderMetricsPage(registry);
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(page.body,
            "# HELP courant_commits_total Groups made durable.\n"
            "# TYPE courant_commits_total counter\n"
            "courant_commits_total{kind=\"article\"} 3\n");
  commits.Increment();
  EXPECT_THAT(RenderMetricsPage(registry).body, HasSubstr("} 4\n"));
}

TEST(MetricsPageTest, LabelsAreEscaped) {
  prometheus::Registry registry;
  prometheus::BuildGauge()
      .Name("courant_lag_changes")
      .Help("Behind the tail.")
      .Register(registry)
      .Add({{"subscription", "a\"b\\c\nd"}})
      .Set(1);
  EXPECT_THAT(RenderMetricsPage(registry).body,
              HasSubstr("{subscription=\"a\\\"b\\\\c\\nd\"} 1\n"));
}

TEST(MetricsPageTest, AnEmptyRegistryIsAnEmptyPage) {
  EXPECT_EQ(RenderMetricsPage(prometheus::Registry()).body, "");
}

}  // namespace
}  // namespace courant
