#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "nlohmann/json.hpp"
#include "services/config/server_config.h"
#include "services/server/all_metrics.h"
#include "services/server/config_metrics.h"
#include "services/server/config_reload.h"
#include "services/server/data_commands.h"
#include "services/server/json_log.h"
#include "services/server/metric_list.h"
#include "services/server/second_signal.h"
#include "services/server/server.h"
#include "services/server/service_notify.h"
#include "services/server/socket_activation.h"
#include "services/server/version.h"
#include "services/trace/span.h"

extern char** environ;

namespace courant {
namespace {

struct CommandLine {
  ConfigInputs inputs;
  bool check_config = false;
  bool print_config = false;
  bool verify = false;
  bool list_metrics = false;
  bool list_backups = false;
  bool without_kills = false;
  bool core_dumps = false;
  std::optional<uint32_t> restore_backup;
  std::string export_to;
  std::string import_from;
  std::optional<uint64_t> accept_data_loss;

  bool serves() const {
    return !check_config && !print_config && !list_metrics && !verify &&
           !list_backups && !restore_backup && export_to.empty() &&
           import_from.empty();
  }
};

// Reads the command line. Returns an exit code when there is nothing to run.
std::optional<int> ParseCommandLine(int argc, char** argv, CommandLine* out) {
  CLI::App app("Courant: the wire that a newspaper runs itself.", "courantd");
  app.footer(
      "Example:\n  courantd --data-dir ./var --set "
      "listeners.internal.address=127.0.0.1:7400\n\n"
      "On SIGHUP the configuration is read again; what --print-config calls "
      "reloadable takes effect.\n\n"
      "Exit codes: 0 clean stop, 2 bad configuration, 3 data refused, 1 "
      "anything else.");
  app.add_option("--config", out->inputs.file, "Configuration file, YAML.");
  app.add_option("--data-dir", out->inputs.data_dir,
                 "Folder of the data; made when it is not there.");
  app.add_option("--set", out->inputs.set,
                 "Sets a configuration key: key=value. May be repeated.");
  app.add_flag("--check-config", out->check_config,
               "Checks the configuration and exits.");
  app.add_flag("--print-config", out->print_config,
               "Prints every key with its value and origin, and exits.");
  app.add_flag("--verify", out->verify,
               "Checks the whole log in the data folder, erases from its files "
               "what kills took away, and exits: 0 and one line of JSON, or 3. "
               "No server may be running on it.");
  app.add_flag(
      "--list-metrics", out->list_metrics,
      "Prints what /metrics has, and exits: a line each of name, type, "
      "labels and help, with tabs between them.");
  app.add_flag("--list-backups", out->list_backups,
               "Prints the backups in backup.dir, one line of JSON each, and "
               "exits.");
  CLI::Option* const restore = app.add_option(
      "--restore-backup", out->restore_backup,
      "Restores this backup from backup.dir into the data folder, which must "
      "be empty or not there, kills again what was killed since, checks "
      "everything, and exits: 0 and one line of JSON, or 3.");
  app.add_option("--export", out->export_to,
                 "Writes everything in the data folder to this new file, or to "
                 "stdout for -, as lines of JSON, and exits. As private as the "
                 "folder. No server may be running on it.");
  CLI::Option* const import = app.add_option(
      "--import-export", out->import_from,
      "Makes the data folder, which must be empty or not there, of what "
      "--export wrote into this file, or of stdin for -, kills again what "
      "KILLS in backup.dir says was killed since (without it, only with "
      "--without-kills), checks everything, and exits: 0 and one line of JSON, "
      "or 3.");
  app.add_flag(
      "--without-kills", out->without_kills,
      "Restores or imports although KILLS, which says what was killed since, "
      "is "
      "missing or damaged, or, for an import, backup.dir is not set: killed "
      "texts may come back.");
  restore->excludes(import);
  app.add_option("--accept-data-loss", out->accept_data_loss,
                 "Opens a log that lost its end, if this is the newest change "
                 "left. The refusal to start names the number.");
  app.add_flag("--core-dumps", out->core_dumps,
               "Leaves the limit on the size of a core dump as it is, instead "
               "of 0. One holds texts under embargo, and keys.");
  app.set_version_flag("--version", std::string(kVersion));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kCleanStop : kBadConfiguration;
  }
  if (out->without_kills && !out->restore_backup && out->import_from.empty()) {
    std::fputs(
        "courantd: --without-kills goes with --restore-backup or "
        "--import-export\n",
        stderr);
    return kBadConfiguration;
  }
  return std::nullopt;
}

void PrintReadyLine(const Server::Addresses& addresses) {
  nlohmann::ordered_json line;
  line["ready"]["internal"] = addresses.internal;
  line["ready"]["partner"] = addresses.partner;
  line["ready"]["ops"] = addresses.ops;
  std::puts(line.dump().c_str());
  std::fflush(stdout);
}

sigset_t SetOf(std::initializer_list<int> numbers) {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : numbers) sigaddset(&signals, number);
  return signals;
}

// The signals that end the program or have it read its configuration, kept from
// every thread: main waits. One that comes before it does is kept for it.
sigset_t BlockSignals() {
  const sigset_t signals = SetOf({SIGTERM, SIGINT, SIGHUP});
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // A client that left is an error of a write, not of the program.
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

// Reads the configuration again on each SIGHUP that somebody sends, and returns
// at the first other signal; also when the terminal is closed that the program
// was started from, of which the system tells by SIGHUP as well.
int AwaitStop(const sigset_t& signals, ConfigReload& reload) {
  while (true) {
    siginfo_t info = {};
    const int signal = sigwaitinfo(&signals, &info);
    if (signal < 0) continue;
    if (signal != SIGHUP || info.si_code == SI_KERNEL) return signal;
    reload.Run();
  }
}

// To what the system lets us have: many set it low for programs that use
// select(), and every connection takes two.
void RaiseDescriptorLimit() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// A core dump has in it what memory had: texts under embargo, killed ones,
// keys. Not for a moment, and not by a limit that somebody raises later.
void ForbidCoreDumps() {
  const rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
}

// Prints what can be measured.
int PrintMetricList(const LoadedConfig& loaded) {
  const absl::StatusOr<std::string> list = ListMetrics(loaded.config);
  if (!list.ok()) {
    std::fprintf(stderr, "courantd: %s\n",
                 std::string(list.status().message()).c_str());
    return ExitCodeFor(list.status());
  }
  std::fputs(list->c_str(), stdout);
  return kCleanStop;
}

// Feeds the service manager's watchdog as long as the server does its work.
void SetWatchdog(const JsonLog& log, ServerOptions& options) {
  if (const auto timeout = WatchdogTimeout()) {
    options.watchdog.interval =
        std::min(options.watchdog.interval, *timeout / 2);
    options.watchdog.on_well = [] { NotifyServiceManager("WATCHDOG=1"); };
  }
  options.watchdog.on_change = [&log](const absl::Status& found) {
    if (found.ok()) return log.Write(LogLevel::kInfo, "watchdog_well_again");
    log.Write(LogLevel::kError, "watchdog_missed",
              {{"why", std::string(found.message())},
               {"do",
                "the server does not do its work: a service manager that "
                "watches it starts it anew, otherwise do it yourself"}});
  };
}

// In order, or at once when it is told once more to stop.
void Stop(const JsonLog& log, Server& server) {
  const SecondSignal second(SetOf({SIGTERM, SIGINT}), [&server, &log] {
    log.Write(LogLevel::kInfo, "stopping_at_once");
    server.Hurry();
  });
  server.Stop();
}

// What the server tells of while it runs becomes lines of `log`, which must
// outlive it.
void TellLog(const JsonLog& log, ServerOptions& options) {
  options.on_overdue = [&log](const v1::Notice& notice) {
    log.Write(LogLevel::kWarning, "notice_overdue",
              {{"notice", notice.name()},
               {"article", notice.article()},
               {"kind", v1::Change::Kind_Name(notice.kind())},
               {"state", v1::Notice::State_Name(notice.state())},
               {"do", "call the partner: courant partner exposure"}});
  };
  options.on_ledger_trouble = [&log](const absl::Status& why) {
    if (why.ok()) return log.Write(LogLevel::kInfo, "ledger_written_again");
    log.Write(LogLevel::kError, "ledger_stuck",
              {{"why", std::string(why.message())},
               {"do",
                "partners are given nothing until it can be written; see "
                "that the disk is whole and has room"}});
  };
  options.on_retention_trouble = [&log](const absl::Status& why) {
    log.Write(LogLevel::kError, "history_not_let_go",
              {{"why", std::string(why.message())},
               {"do",
                "what is older than storage.retention stays; it is tried again "
                "in an hour: see that the disk is whole and has room"}});
  };
  options.on_audit_trouble = [&log](const absl::Status& why) {
    if (why.ok()) return log.Write(LogLevel::kInfo, "audit_written_again");
    log.Write(LogLevel::kError, "audit_stuck",
              {{"why", std::string(why.message())},
               {"do",
                "what is done is kept in memory or lost until it can be "
                "written; see that the disk is whole and has room"}});
  };
  options.on_tls_reload = [&log](absl::string_view listener,
                                 const absl::Status& outcome) {
    if (outcome.ok()) {
      log.Write(LogLevel::kInfo, "tls_reloaded",
                {{"listener", std::string(listener)}});
    } else {
      log.Write(LogLevel::kError, "tls_reload_refused",
                {{"listener", std::string(listener)},
                 {"why", std::string(outcome.message())}});
    }
  };
  options.on_cut = [&log](const std::string& peer, absl::string_view reason,
                          int64_t untold) {
    log.Write(LogLevel::kWarning, "connection_cut",
              {{"peer", peer},
               {"reason", std::string(reason)},
               {"untold", absl::StrCat(untold)}});
  };
}

// Takes what a service manager listens on into `*sockets`, and its addresses
// into the configuration. False: it cannot be used, which was said.
bool TakeSockets(InheritedSockets* sockets, LoadedConfig& loaded) {
  absl::StatusOr<InheritedSockets> taken = TakeInheritedSockets();
  absl::Status usable = taken.status();
  if (usable.ok()) usable = ApplyAddresses(*taken, loaded);
  if (!usable.ok()) {
    std::fprintf(stderr, "courantd: %s\n",
                 std::string(usable.message()).c_str());
    return false;
  }
  *sockets = *std::move(taken);
  return true;
}

int Serve(const CommandLine& command_line, LoadedConfig loaded,
          const sigset_t& signals) {
  // What is read again has the addresses that were given, not those of sockets.
  const LoadedConfig given = loaded;
  InheritedSockets sockets;
  if (!TakeSockets(&sockets, loaded)) return kBadConfiguration;
  const SystemClock clock;
  const Span process = NewTrace();
  const SpanScope scope(process);
  JsonLog log(LogLevelOf(loaded.config.log().level()), process);
  ConfigMetrics config_metrics(given.config, clock.Now());
  const AllMetrics of_the_program({&log, &config_metrics});
  std::atomic<bool> broken{false};
  std::atomic<bool> stopping{false};
  ServerOptions options{.config = loaded.config, .metrics = &of_the_program};
  if (command_line.accept_data_loss) {
    options.accept_data_loss = Sequence(*command_line.accept_data_loss);
  }
  options.on_broken = [&](const absl::Status& why) {
    if (broken.exchange(true)) return;
    log.Write(LogLevel::kError, "storage_broken",
              {{"why", std::string(why.message())},
               {"do",
                "see that the disk is whole and has room; the program "
                "ends, start it again"}});
    // One that comes while it stops would be taken for somebody in a hurry.
    if (!stopping.load()) kill(getpid(), SIGTERM);
  };
  options.log = &log;
  options.sockets = &sockets;
  TellLog(log, options);
  SetWatchdog(log, options);
  RaiseDescriptorLimit();
  absl::StatusOr<std::unique_ptr<Server>> server =
      Server::Start(std::move(options), clock);
  if (!server.ok()) {
    log.Write(LogLevel::kError, "start_refused",
              {{"why", std::string(server.status().message())}});
    return ExitCodeFor(server.status());
  }
  PrintReadyLine((*server)->addresses());
  NotifyServiceManager("READY=1");
  log.Write(LogLevel::kInfo, "ready",
            {{"version", std::string(kVersion)},
             {"internal", (*server)->addresses().internal},
             {"partner", (*server)->addresses().partner},
             {"ops", (*server)->addresses().ops}});
  if (const std::string trouble = (*server)->key_trouble(); !trouble.empty()) {
    log.Write(LogLevel::kError, "keys_unusable", {{"why", trouble}});
  }
  ConfigReload reload(
      command_line.inputs, given,
      [&server](const config::v1::ServerConfig& next,
                absl::string_view changed) {
        return (*server)->Reload(next, changed);
      },
      log, config_metrics, clock);
  const int signal = AwaitStop(signals, reload);
  stopping.store(true);
  NotifyServiceManager("STOPPING=1");
  log.Write(LogLevel::kInfo, "stopping", {{"signal", strsignal(signal)}});
  Stop(log, **server);
  log.Write(LogLevel::kInfo, "stopped");
  return broken ? kOtherFailure : kCleanStop;
}

int Run(int argc, char** argv) {
  CommandLine command_line;
  if (const auto code = ParseCommandLine(argc, argv, &command_line)) {
    return *code;
  }
  if (!command_line.core_dumps) ForbidCoreDumps();
  // Before anything that takes time: a SIGHUP that comes too soon must not end
  // a server that is about to run.
  const sigset_t signals = BlockSignals();
  for (char** entry = environ; *entry != nullptr; ++entry) {
    command_line.inputs.environment.emplace_back(*entry);
  }
  const absl::StatusOr<LoadedConfig> loaded = LoadConfig(command_line.inputs);
  if (!loaded.ok()) {
    std::fprintf(stderr, "courantd: %s\n",
                 std::string(loaded.status().message()).c_str());
    return kBadConfiguration;
  }
  if (!command_line.serves()) {
    // What ends by itself can be ended as everything else.
    pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  }
  if (command_line.print_config) {
    std::fputs(PrintConfig(*loaded).c_str(), stdout);
    return kCleanStop;
  }
  if (command_line.check_config) return kCleanStop;
  if (command_line.list_metrics) return PrintMetricList(*loaded);
  if (command_line.verify) return VerifyCommand(*loaded);
  if (command_line.list_backups) return ListBackupsCommand(*loaded);
  if (command_line.restore_backup) {
    return RestoreBackupCommand(*loaded, *command_line.restore_backup,
                                command_line.without_kills);
  }
  if (!command_line.export_to.empty()) {
    return ExportCommand(*loaded, command_line.export_to);
  }
  if (!command_line.import_from.empty()) {
    return ImportExportCommand(*loaded, command_line.import_from,
                               command_line.without_kills);
  }
  return Serve(command_line, *loaded, signals);
}

}  // namespace
}  // namespace courant

int main(int argc, char** argv) {
  // Debian builds Abseil with assertions: each lock of gRPC is noted in one
  // graph, under one lock, to find those that are taken in a wrong order. That
  // is for who changes gRPC; our own locks are checked by Clang and TSan.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  return courant::Run(argc, argv);
}
