#include "tests/model/headless_server.h"

#include <cstdlib>
#include <functional>
#include <future>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "prometheus/registry.h"
#include "services/distribution/change_service.h"
#include "services/editorial/article_reads.h"
#include "services/editorial/article_service.h"
#include "services/editorial/article_writes.h"
#include "services/translation/consequences.h"
#include "services/translation/translation_reads.h"
#include "services/translation/translation_service.h"
#include "services/translation/translation_writes.h"
#include "tests/model/article_model.h"

namespace courant::model {
namespace {

storage::StoreOptions OptionsFor(const std::string& data_dir) {
  storage::StoreOptions options{.data_dir = data_dir};
  options.database.unsafe_no_sync = true;
  options.database.block_cache_bytes = size_t{16} << 20;
  options.consequences = AddConsequences;
  return options;
}

template <typename T>
T OrDie(absl::StatusOr<T> value) {
  if (!value.ok()) {
    ADD_FAILURE() << value.status();
    std::abort();
  }
  return *std::move(value);
}

}  // namespace

struct HeadlessServer::Parts {
  Parts(const std::string& data_dir, const Clock& clock)
      : store(
            OrDie(storage::Store::Open(OptionsFor(data_dir), clock, registry))),
        key(OrDie(TokenKey::FromSecret(store->token_key()))),
        hub_metrics(registry),
        hub(store->change_log(), hub_metrics,
            {.ring_bytes = size_t{1} << 20, .tick = absl::Hours(1)}),
        positions(
            store->change_log(),
            {.log_id = LogIdFrom(store->log_id()), .epochs = store->epochs()},
            key),
        writes(store->committer(), clock,
               {.kill_confirm_window = ArticleModel::kKillWindow}),
        reads(store->database(), store->applier(), key),
        translation_reads(store->database(), store->applier(), key),
        translation_writes(store->committer(), store->database(),
                           translation_reads, clock, {}),
        changes(hub, positions),
        scheduler_metrics(registry),
        scheduler(store->committer(), store->database(), clock,
                  scheduler_metrics, {}) {
    for (const ServiceTable& table :
         {ArticleServiceTable(writes, reads),
          TranslationServiceTable(translation_writes, translation_reads),
          changes.Table()}) {
      for (const Method& method : table.methods) {
        if (method.unary) methods[method.name] = method.unary;
      }
    }
    store->applier().SetListener(&hub);
  }
  ~Parts() { store->applier().SetListener(nullptr); }

  prometheus::Registry registry;
  std::unique_ptr<storage::Store> store;
  TokenKey key;
  HubMetrics hub_metrics;
  ChangeHub hub;
  LogPositions positions;
  ArticleWrites writes;
  ArticleReads reads;
  TranslationReads translation_reads;
  TranslationWrites translation_writes;
  ChangeService changes;
  SchedulerMetrics scheduler_metrics;
  Scheduler scheduler;
  std::map<std::string, UnaryHandler, std::less<>> methods;
};

HeadlessServer::HeadlessServer(const std::string& data_dir, const Clock& clock)
    : parts_(std::make_unique<Parts>(data_dir, clock)) {}

HeadlessServer::~HeadlessServer() = default;

storage::Store& HeadlessServer::store() { return *parts_->store; }
Scheduler& HeadlessServer::scheduler() { return parts_->scheduler; }

absl::StatusOr<std::string> HeadlessServer::Call(
    absl::string_view method, const std::string& actor,
    const google::protobuf::Message& request) {
  RequestContext context;
  context.actor = actor.empty() ? "unknown" : actor;
  context.actor_given = !actor.empty();
  context.method = absl::StrCat("/courant.v1.ArticleService/", method);
  // The answer may come from the thread that commits.
  std::promise<absl::StatusOr<std::string>> answer;
  parts_->methods.find(method)->second(
      context, request.SerializeAsString(),
      [&answer](absl::StatusOr<std::string> result) {
        answer.set_value(std::move(result));
      });
  return answer.get_future().get();
}

}  // namespace courant::model
