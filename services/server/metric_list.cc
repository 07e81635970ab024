#include "services/server/metric_list.h"

#include <stdlib.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <system_error>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/server/all_metrics.h"
#include "services/server/config_metrics.h"
#include "services/server/json_log.h"
#include "services/server/server.h"
#include "storage/base/clock.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

// Labels of families that have no series in an empty folder.
std::map<std::string, std::set<std::string>> LabelsToCome() {
  return {
      {"courant_partner_events_delivered_total", {"partner"}},
      {"courant_partner_lag_changes", {"partner"}},
      {"courant_partner_lag_seconds", {"partner"}},
      {"courant_partner_last_answer_timestamp_seconds", {"partner"}},
      {"courant_partner_oldest_open_notice_seconds", {"partner"}},
      {"courant_subscription_cursor_lag_changes", {"subscription"}},
      {"courant_translations", {"freshness", "language"}},
  };
}

const char* NameOf(prometheus::MetricType type) {
  switch (type) {
    case prometheus::MetricType::Counter:
      return "counter";
    case prometheus::MetricType::Gauge:
      return "gauge";
    case prometheus::MetricType::Histogram:
      return "histogram";
    case prometheus::MetricType::Summary:
      return "summary";
    default:
      return "untyped";
  }
}

}  // namespace

std::string MetricList(const std::vector<prometheus::MetricFamily>& families) {
  std::map<std::string, const prometheus::MetricFamily*> by_name;
  std::map<std::string, std::set<std::string>> labels = LabelsToCome();
  for (const prometheus::MetricFamily& family : families) {
    by_name[family.name] = &family;
    for (const prometheus::ClientMetric& metric : family.metric) {
      for (const auto& label : metric.label) {
        labels[family.name].insert(label.name);
      }
    }
  }
  std::string list;
  for (const auto& [name, family] : by_name) {
    const std::set<std::string>& its = labels[name];
    absl::StrAppend(&list, name, "\t", NameOf(family->type), "\t",
                    its.empty() ? "-" : absl::StrJoin(its, ","), "\t",
                    family->help, "\n");
  }
  return list;
}

absl::StatusOr<std::string> ListMetrics(config::v1::ServerConfig config) {
  std::error_code error;
  const auto temporary = std::filesystem::temp_directory_path(error);
  std::string folder =
      (error ? std::filesystem::path("/tmp") : temporary) / "courant-XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) {
    return absl::UnavailableError(
        absl::StrCat("cannot make ", folder, ": ", std::strerror(errno)));
  }
  const absl::Cleanup remove = [&folder] {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  };
  config.set_data_dir(absl::StrCat(folder, "/data"));
  config.mutable_auth()->clear_pepper_file();
  // What a running server has open is not touched, however full its disk is.
  config.mutable_audit()->clear_file();
  config.mutable_backup()->clear_dir();
  config.mutable_storage()->set_reserved_bytes(0);
  config::v1::Listeners& listeners = *config.mutable_listeners();
  for (config::v1::Listener* listener :
       {listeners.mutable_internal(), listeners.mutable_partner(),
        listeners.mutable_ops()}) {
    listener->Clear();
    listener->set_address("127.0.0.1:0");
  }
  const SystemClock clock;
  const JsonLog log(LogLevel::kError);
  const ConfigMetrics config_metrics(config, clock.Now());
  const AllMetrics of_the_program({&log, &config_metrics});
  COURANT_ASSIGN_OR_RETURN(
      const std::unique_ptr<Server> server,
      Server::Start({.config = std::move(config), .metrics = &of_the_program},
                    clock));
  return MetricList(server->Metrics());
}

}  // namespace courant
