#include "services/distribution/stream_metrics.h"

#include <algorithm>
#include <string>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "services/distribution/match.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

prometheus::Counter& MakeCounter(prometheus::Registry& registry,
                                 const char* name, const char* help,
                                 const prometheus::Labels& labels = {}) {
  return prometheus::BuildCounter()
      .Name(name)
      .Help(help)
      .Register(registry)
      .Add(labels);
}

prometheus::Histogram& MakeLatency(prometheus::Registry& registry,
                                   const char* name, const char* help) {
  return prometheus::BuildHistogram()
      .Name(name)
      .Help(help)
      .Register(registry)
      .Add({}, prometheus::Histogram::BucketBoundaries{
                   0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
                   0.5, 1, 2.5, 5, 10});
}

template <size_t kSize>
size_t IndexOf(const std::array<absl::string_view, kSize>& names,
               absl::string_view name) {
  return static_cast<size_t>(std::find(names.begin(), names.end(), name) -
                             names.begin());
}

absl::string_view StartOf(const v1::SubscribeChangesRequest& request) {
  // Its token was filled in.
  if (!request.subscription().empty()) return "subscription";
  switch (request.start_case()) {
    case v1::SubscribeChangesRequest::kResumeToken:
      return "token";
    case v1::SubscribeChangesRequest::kResumeAfterSequence:
      return "sequence";
    case v1::SubscribeChangesRequest::kStartFrom:
      if (request.start_from() == v1::EARLIEST_RETAINED) return "earliest";
      if (request.start_from() == v1::SNAPSHOT_THEN_LIVE) return "snapshot";
      return "latest";
    case v1::SubscribeChangesRequest::START_NOT_SET:
      break;
  }
  return "latest";
}

absl::string_view EndOf(const absl::Status& status) {
  if (status.ok()) return "complete";
  switch (ReasonOf(status)) {
    case v1::NODE_DRAINING:
      return "drain";
    case v1::SUBSCRIBER_STALLED:
      return "stalled";
    case v1::CREDENTIALS_REFUSED:
      return "revoked";
    case v1::SESSION_FENCED:
      return "fenced";
    case v1::RESOURCE_NOT_FOUND:
      return "deleted";
    case v1::RESUME_TOKEN_EXPIRED:
      return "expired";
    default:
      break;
  }
  return absl::IsCancelled(status) ? "client_cancel" : "error";
}

}  // namespace

StreamMetrics::StreamMetrics(prometheus::Registry& registry)
    : delivered_(MakeCounter(registry, "courant_events_delivered_total",
                             "Changes handed to the transport, all streams.")),
      delivery_seconds_(
          MakeLatency(registry, "courant_delivery_latency_seconds",
                      "Time from commit to hand-over to the transport, for "
                      "streams at the tail.")),
      kill_seconds_(MakeLatency(registry, "courant_kill_propagation_seconds",
                                "Time from the commit of a kill to its "
                                "hand-over to the transport, for streams at "
                                "the tail.")),
      catchup_bytes_(MakeCounter(registry, "courant_catchup_bytes_total",
                                 "Bytes of batches for streams that were not "
                                 "at the tail yet, or had fallen behind what "
                                 "is in memory.")) {
  for (size_t i = 0; i < kStarts.size(); ++i) {
    opened_.at(i) =
        &MakeCounter(registry, "courant_subscriptions_opened_total",
                     "Change streams that have begun, by where they did.",
                     {{"start", std::string(kStarts.at(i))}});
  }
  for (size_t i = 0; i < kEnds.size(); ++i) {
    ended_.at(i) = &MakeCounter(registry, "courant_subscriptions_ended_total",
                                "Change streams that had begun and have ended, "
                                "by why.",
                                {{"reason", std::string(kEnds.at(i))}});
  }
  for (int kind = 0; kind < v1::Change::Kind_ARRAYSIZE; ++kind) {
    if (kind == v1::Change::RIGHTS_GRANTED ||
        kind == v1::Change::RIGHTS_REVOKED || !v1::Change::Kind_IsValid(kind)) {
      continue;
    }
    committed_.at(static_cast<size_t>(kind)) = &MakeCounter(
        registry, "courant_articles_writes_total",
        "Changes committed since the start, by kind; KIND_UNSPECIFIED is one "
        "that cannot be read.",
        {{"kind", v1::Change::Kind_Name(static_cast<v1::Change::Kind>(kind))}});
  }
}

void StreamMetrics::Opened(const v1::SubscribeChangesRequest& request) {
  opened_.at(IndexOf(kStarts, StartOf(request)))->Increment();
}

void StreamMetrics::Ended(const absl::Status& status) {
  ended_.at(IndexOf(kEnds, EndOf(status)))->Increment();
}

void StreamMetrics::Committed(v1::Change::Kind kind) {
  const auto number = static_cast<size_t>(kind);
  prometheus::Counter* const counter =
      number < committed_.size() ? committed_.at(number) : nullptr;
  (counter != nullptr ? counter : committed_.front())->Increment();
}

void StreamMetrics::Delivered(const std::vector<Match>& matches, size_t bytes,
                              bool live) {
  delivered_.Increment(static_cast<double>(matches.size()));
  const auto committed_us = [](const Match& match) {
    return match.change->entry().commit_time_us;
  };
  // What was read from the log does not say when it was committed.
  if (!live || committed_us(matches.back()) == 0) {
    catchup_bytes_.Increment(static_cast<double>(bytes));
    return;
  }
  const absl::Time now = absl::Now();
  const auto seconds = [&](const Match& match) {
    return absl::ToDoubleSeconds(now -
                                 absl::FromUnixMicros(committed_us(match)));
  };
  delivery_seconds_.Observe(seconds(matches.back()));
  for (const Match& match : matches) {
    if (match.change->kind() == v1::Change::KILLED &&
        committed_us(match) != 0) {
      kill_seconds_.Observe(seconds(match));
    }
  }
}

}  // namespace courant
