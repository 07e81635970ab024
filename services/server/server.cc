#include "services/server/server.h"

#include <atomic>
#include <thread>
#include <utility>

#include "absl/time/clock.h"
#include "prometheus/registry.h"
#include "services/backup/backup_side.h"
#include "services/console/console_state.h"
#include "services/distribution/change_hub.h"
#include "services/distribution/change_service.h"
#include "services/distribution/stream_lag_metrics.h"
#include "services/edge/connection_book.h"
#include "services/edge/login_limit.h"
#include "services/editorial/article_service.h"
#include "services/editorial/scheduler.h"
#include "services/editorial/waiting_metrics.h"
#include "services/http/ops_server.h"
#include "services/partners/partner_methods.h"
#include "services/partners/partner_rings.h"
#include "services/rpc/rpc_service.h"
#include "services/server/all_metrics.h"
#include "services/server/audit_side.h"
#include "services/server/build_info.h"
#include "services/server/call_lines.h"
#include "services/server/clock_watch.h"
#include "services/server/config_duration.h"
#include "services/server/data_folder.h"
#include "services/server/database_metrics.h"
#include "services/server/drain.h"
#include "services/server/grpc_listener.h"
#include "services/server/listener_chain.h"
#include "services/server/live_config.h"
#include "services/server/loopback_call.h"
#include "services/server/node_health.h"
#include "services/server/ops_pages.h"
#include "services/server/partner_side.h"
#include "services/server/process_metrics.h"
#include "services/server/retention_side.h"
#include "services/server/server_pools.h"
#include "services/server/version.h"
#include "services/server/watchdog.h"
#include "services/subscriptions/session_table.h"
#include "services/subscriptions/subscription_metrics.h"
#include "services/subscriptions/subscription_service.h"
#include "services/trace/span.h"
#include "services/translation/consequences.h"
#include "services/translation/translation_metrics.h"
#include "services/translation/translation_service.h"
#include "storage/base/status_macros.h"
#include "storage/store.h"

namespace courant {
namespace {

// What the transport takes beyond what a service takes.
constexpr size_t kTransportSlack = 4 << 20;
constexpr size_t kPartnerTransportSlack = 64 << 10;
// For a client to take its Drain message when the server stops. One that takes
// nothing has the token of what it took last, which is all that it needs.
constexpr absl::Duration kDrainPatience = absl::Seconds(1);
// For a client that was told that it has stalled to take that. Together with
// `stream.stall_timeout`, 30 s by default, it is when a client that died under
// a blocked write is noticed at the latest; keepalive does not see it.
constexpr absl::Duration kLastWordPatience = absl::Seconds(5);
// For calls in progress when the server stops.
constexpr absl::Duration kStopGrace = absl::Seconds(10);
// For the server to answer its own call.
constexpr absl::Duration kLoopbackPatience = absl::Seconds(5);

absl::Duration ProgressIntervalOf(const config::v1::ServerConfig& config) {
  return ToDuration(config.stream().default_progress_interval());
}

}  // namespace

// Everything a running server is made of. Declared in the order of dependence,
// so that destruction undoes it.
struct Server::Parts {
  Parts(ServerOptions o, std::unique_ptr<storage::Store> s,
        std::shared_ptr<prometheus::Registry> r, TokenKey k, PartnerRings known,
        std::unique_ptr<AuditSide> a, std::unique_ptr<BackupSide> b,
        std::shared_ptr<NodeHealth> h, const Clock& c)
      : options(std::move(o)),
        health(std::move(h)),
        clock(c),
        registry(std::move(r)),
        store(std::move(s)),
        backups(std::move(b)),
        key(std::move(k)),
        audit(std::move(a)),
        calls(options.log, options.config.log().calls()),
        pools(static_cast<int>(options.config.limits().worker_threads())),
        clock_watch(clock, *registry),
        hub_metrics(*registry),
        hub(store->change_log(), hub_metrics,
            {.ring_bytes = options.config.stream().ring_bytes(),
             .on_tick = [this] { OnTick(); }}),
        positions(
            store->change_log(),
            {.log_id = LogIdFrom(store->log_id()), .epochs = store->epochs()},
            key),
        writes(store->committer(), clock,
               {.publisher_domain = options.config.publisher().domain(),
                .publisher_contact = options.config.publisher().contact(),
                .kill_confirm_window = ToDuration(
                    options.config.editorial().kill_confirm_window())}),
        scheduler_metrics(*registry),
        scheduler(store->committer(), store->database(), clock,
                  scheduler_metrics, {}),
        retention(*store, options.config, clock, *registry,
                  options.on_retention_trouble),
        partners(options.config, *store, std::move(known), key, clock,
                 *registry, LedgerOptions()),
        reads(store->database(), store->applier(), key, &partners.rights,
              &partners.ledger),
        translation_reads(store->database(), store->applier(), key),
        translation_writes(
            store->committer(), store->database(), translation_reads, clock,
            {.publisher_domain = options.config.publisher().domain()}),
        listeners(Listeners(), partners.FirstListeners()),
        sessions(store->subscriptions(), clock),
        subscription_metrics(store->subscriptions(), store->change_log(),
                             *registry),
        subscription_reads(Subscriptions()),
        subscription_writes(Subscriptions(), subscription_metrics.commits()),
        changes(
            hub, positions, ProgressIntervalOf(options.config),
            [this](const std::string& name, std::weak_ptr<Wakeable> stream) {
              return sessions.Open(name, std::move(stream));
            },
            &partners.rights),
        partner_changes(hub, positions, ProgressIntervalOf(options.config),
                        nullptr, &partners.rights, kMaxWaitingPartners,
                        &partners.ledger),
        article_service(ArticleServiceTable(writes, reads), Environment()),
        translation_service(
            TranslationServiceTable(translation_writes, translation_reads),
            Environment()),
        subscription_service(
            SubscriptionServiceTable(subscription_writes, subscription_reads),
            Environment()),
        partner_service(partners.PartnerTable(), Environment()),
        change_service(changes.Table(), Environment()),
        account_service(partners.AccountTable(), Environment()),
        backup_service(backups->Table(), Environment()),
        database_metrics(*store),
        lag_metrics(hub, clock),
        translation_metrics(store->database(), clock),
        waiting_metrics(store->database(), clock),
        all_metrics({registry.get(), &process_metrics, &database_metrics,
                     &lag_metrics, health.get(), &pools, &subscription_metrics,
                     &translation_metrics, &waiting_metrics,
                     &partners.open_notice_metrics, &partners.pepper_guard,
                     options.metrics}),
        console(ConsoleSources()),
        logins(static_cast<int>(
                   options.config.partners().failed_logins_per_minute()),
               static_cast<int>(options.config.partners().failed_login_burst()),
               *registry) {
    TellBuild(*registry);
    store->applier().SetListener(&listeners);
  }

  ~Parts() {
    store->applier().SetListener(nullptr);
    hub.StopTicking();
    partners.ledger.Stop();
  }

  std::vector<storage::ChangeListener*> Listeners() {
    std::vector<storage::ChangeListener*> all = {&partners.ledger, &hub};
    if (backups->listener() != nullptr) all.push_back(backups->listener());
    return all;
  }

  RpcEnvironment Environment() {
    RpcEnvironment environment = pools.ForHouse(*registry);
    environment.max_request_bytes = options.config.limits().max_request_bytes();
    environment.max_streams = options.config.limits().max_streams();
    environment.audit = &audit->house();
    environment.calls = calls.house();
    return environment;
  }
  RpcEnvironment PartnerEnvironment() {
    RpcEnvironment environment = pools.ForPartners(*registry);
    environment.max_request_bytes = MaxPartnerRequest(options.config);
    environment.max_streams = options.config.limits().max_streams();
    environment.authenticator = &partners.authenticator;
    environment.audit = &audit->partners();
    environment.calls = calls.partners();
    environment.gate = &partner_connections;
    environment.quota = &partners.quota;
    return environment;
  }

  DeliveryLedger::Options LedgerOptions() {
    return {.on_notices = [this] { hub.WakeAll(); },
            .on_overdue =
                [this](const v1::Notice& notice) {
                  // The record of it and the line of the log have one trace.
                  const SpanScope scope(NewTrace());
                  audit->TellOverdue(notice);
                  if (options.on_overdue) options.on_overdue(notice);
                },
            .on_trouble = options.on_ledger_trouble};
  }

  TlsEnvironment Tls() {
    return {.clock = clock,
            .registry = *registry,
            .on_reload = options.on_tls_reload};
  }

  SubscriptionParts Subscriptions() {
    return {.store = store->subscriptions(),
            .sessions = sessions,
            .hub = hub,
            .positions = positions,
            .key = key,
            .clock = clock};
  }

  ConsoleState::Sources ConsoleSources() {
    return {.store = *store,
            .translations = translation_reads,
            .sessions = sessions,
            .clock = clock,
            .retention = retention.retention,
            .version = kVersion,
            .is_ready = [this] { return health->is_ready(); }};
  }

  void OnTick() {
    clock_watch.Look();
    CutStalledStreams();
  }

  void CutStalledStreams() {
    // The hub ticks before the services that own the streams are made.
    if (!streams_ready.load()) return;
    const absl::Duration limit =
        hub.draining() ? kDrainPatience
                       : absl::Nanoseconds(stall_timeout_ns.load());
    const absl::Duration patience =
        hub.draining() ? kDrainPatience : kLastWordPatience;
    int stalled = change_service.CutStalledStreams(limit, patience);
    for (const auto& service : partner_services) {
      stalled += service->CutStalledStreams(limit, patience);
    }
    hub_metrics.stalled.Set(stalled);
  }

  std::function<void(const CutConnection&)> TellsOfCuts() const {
    if (!options.on_cut) return nullptr;
    return [this](const CutConnection& cut) {
      options.on_cut(cut.peer, NameOf(cut.reason), cut.untold);
    };
  }

  LiveParts Live() {
    LiveParts live = {.store = *store,
                      .audit = *audit,
                      .writes = writes,
                      .partners = partners,
                      .logins = logins,
                      .partner_listener = *partner,
                      .changes = {&changes, &partner_changes},
                      .services = {&change_service},
                      .stall_timeout_ns = stall_timeout_ns};
    for (const auto& service : partner_services) {
      live.services.push_back(service.get());
    }
    for (GrpcListener* const listener : {internal.get(), partner.get()}) {
      if (listener->tls() != nullptr) live.tls.push_back(listener->tls());
    }
    return live;
  }

  absl::Status Listen();
  absl::Status ListenForPartners();
  void StartWatchdog();

  const ServerOptions options;
  const std::shared_ptr<NodeHealth> health;
  const Clock& clock;
  const std::shared_ptr<prometheus::Registry> registry;
  const std::unique_ptr<storage::Store> store;
  const std::unique_ptr<BackupSide> backups;
  const TokenKey key;
  const std::unique_ptr<AuditSide> audit;
  std::atomic<int64_t> stall_timeout_ns{absl::ToInt64Nanoseconds(
      ToDuration(options.config.stream().stall_timeout()))};
  CallLines calls;
  std::atomic<bool> streams_ready{false};
  ServerPools pools;
  ClockWatch clock_watch;  // touched by the hub's thread alone
  HubMetrics hub_metrics;
  ChangeHub hub;
  LogPositions positions;
  ArticleWrites writes;
  SchedulerMetrics scheduler_metrics;
  Scheduler scheduler;
  RetentionSide retention;
  PartnerSide partners;
  ArticleReads reads;
  TranslationReads translation_reads;
  TranslationWrites translation_writes;
  ListenerChain listeners;
  SessionTable sessions;
  SubscriptionMetrics subscription_metrics;
  SubscriptionReads subscription_reads;
  SubscriptionWrites subscription_writes;
  ChangeService changes;
  ChangeService partner_changes;
  RpcService article_service;
  RpcService translation_service;
  RpcService subscription_service;
  RpcService partner_service;
  RpcService change_service;
  RpcService account_service;
  RpcService backup_service;
  std::vector<std::unique_ptr<RpcService>> partner_services;
  ProcessMetrics process_metrics;
  DatabaseMetrics database_metrics;
  StreamLagMetrics lag_metrics;
  TranslationMetrics translation_metrics;
  WaitingMetrics waiting_metrics;
  AllMetrics all_metrics;
  ConsoleState console;
  ConnectionBook partner_connections;
  LoginLimit logins;
  std::unique_ptr<GrpcListener> internal;
  std::unique_ptr<GrpcListener> partner;
  std::unique_ptr<OpsServer> ops;
  std::unique_ptr<Watchdog> watchdog;
  Addresses addresses;
};

absl::Status Server::Parts::ListenForPartners() {
  COURANT_ASSIGN_OR_RETURN(
      std::vector<ServiceTable> tables,
      ForPartners({partners.AccountTable(), ArticleServiceTable(writes, reads),
                   partner_changes.Table()},
                  clock));
  const RpcEnvironment environment = PartnerEnvironment();
  std::vector<RpcService*> services;
  for (ServiceTable& table : tables) {
    partner_services.push_back(
        std::make_unique<RpcService>(std::move(table), environment));
    services.push_back(partner_services.back().get());
  }
  COURANT_ASSIGN_OR_RETURN(
      partner,
      GrpcListener::Start(
          options.config.listeners().partner(), services,
          {.name = "partner",
           .max_message_bytes =
               environment.max_request_bytes + kPartnerTransportSlack,
           .for_strangers = true,
           .max_connections = options.config.partners().max_connections(),
           .max_per_address =
               options.config.partners().max_connections_per_address(),
           .max_cuts_per_minute = static_cast<int>(
               options.config.partners().max_cuts_per_minute()),
           .on_cut = TellsOfCuts()},
          {.tls = Tls(),
           .connections = &partner_connections,
           .logins = &logins,
           .sockets = options.sockets}));
  addresses.partner = partner->address();
  streams_ready.store(true);
  return absl::OkStatus();
}

absl::Status Server::Parts::Listen() {
  const config::v1::Listeners& listeners = options.config.listeners();
  for (const char* name : {"internal", "partner"}) {
    MakeTlsMetrics(*registry, name);
  }
  COURANT_ASSIGN_OR_RETURN(
      internal,
      GrpcListener::Start(
          listeners.internal(),
          {&article_service, &translation_service, &subscription_service,
           &partner_service, &change_service, &account_service,
           &backup_service},
          {.name = "internal",
           .max_message_bytes =
               options.config.limits().max_request_bytes() + kTransportSlack},
          {.tls = Tls(), .sockets = options.sockets}));
  addresses.internal = internal->address();
  COURANT_RETURN_IF_ERROR(ListenForPartners());
  COURANT_ASSIGN_OR_RETURN(ops,
                           StartOps(options.config, options.sockets,
                                    OpsPages(console, all_metrics, *health)));
  addresses.ops = ops->address();
  return absl::OkStatus();
}

void Server::Parts::StartWatchdog() {
  const LoopbackCall call(addresses.internal, internal->tls());
  Watchdog::Options of_server = options.watchdog;
  of_server.checks = {[call] { return call.Make(kLoopbackPatience); },
                      [this] { return store->Probe(); }};
  watchdog = std::make_unique<Watchdog>(std::move(of_server), clock, *registry);
  watchdog->Start();
}

absl::StatusOr<std::unique_ptr<Server>> Server::Start(ServerOptions options,
                                                      const Clock& clock) {
  auto health = std::make_shared<NodeHealth>();
  options.on_broken = [health,
                       tell = options.on_broken](const absl::Status& why) {
    health->Break();
    if (tell) tell(why);
  };
  auto registry = std::make_shared<prometheus::Registry>();
  COURANT_ASSIGN_OR_RETURN(
      auto store,
      storage::Store::Open(StoreOptionsFrom(options), clock, *registry));
  COURANT_ASSIGN_OR_RETURN(TokenKey key,
                           TokenKey::FromSecret(store->token_key()));
  COURANT_ASSIGN_OR_RETURN(PartnerRings rings,
                           PartnerRings::Load(store->database()));
  COURANT_ASSIGN_OR_RETURN(
      auto audit, AuditSide::Open(options.config, options.on_audit_trouble,
                                  clock, *registry));
  auto backups = std::make_unique<BackupSide>(*store, *registry, clock,
                                              options.config.backup().dir());
  COURANT_RETURN_IF_ERROR(backups->CatchUp().status());
  auto parts = std::make_unique<Parts>(
      std::move(options), std::move(store), std::move(registry), std::move(key),
      std::move(rings), std::move(audit), std::move(backups), health, clock);
  parts->backups->Start();
  COURANT_RETURN_IF_ERROR(
      parts->partners.quotas.Load(parts->store->database()));
  COURANT_RETURN_IF_ERROR(parts->partners.ledger.Start());
  COURANT_RETURN_IF_ERROR(parts->Listen());
  parts->scheduler.Start();
  parts->retention.trimmer.Start();
  health->TellTo([internal = parts->internal.get()](bool is_ready) {
    internal->SetServing(is_ready);
  });
  health->Enter(NodeState::Phase::kServing);
  parts->StartWatchdog();
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() { Stop(); }

const Server::Addresses& Server::addresses() const { return parts_->addresses; }

std::vector<prometheus::MetricFamily> Server::Metrics() const {
  return parts_->all_metrics.Collect();
}

std::string Server::key_trouble() const {
  return parts_->partners.pepper_guard.Trouble();
}

absl::Status Server::Reload(const config::v1::ServerConfig& config,
                            absl::string_view changed) {
  COURANT_RETURN_IF_ERROR(TakeOverConfig(config, parts_->Live()));
  parts_->audit->TellReloaded(changed);
  return absl::OkStatus();
}

void Server::Hurry() {
  if (!is_urgent_.exchange(true)) urgent_.Notify();
}

void Server::Stop() {
  if (parts_ == nullptr) return;
  parts_->health->Enter(NodeState::Phase::kDraining);
  parts_->health->TellTo(nullptr);
  if (parts_->watchdog != nullptr) parts_->watchdog->Hush();
  if (parts_->internal != nullptr) {
    LeaveToNext(*parts_->internal, parts_->partner.get(), urgent_);
    parts_->hub.Drain();
    LetStreamsEnd(parts_->hub, urgent_);
    if (parts_->partner != nullptr) parts_->partner->Stop(kStopGrace, &urgent_);
    parts_->internal->Stop(kStopGrace, &urgent_);
  }
  parts_->scheduler.Stop();
  parts_->retention.trimmer.Stop();
  parts_->backups->Stop();
  parts_->watchdog = nullptr;
  parts_->pools.Shutdown();
  parts_->audit->TellStopped();
  parts_ = nullptr;
}

}  // namespace courant
