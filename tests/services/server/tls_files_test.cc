#include "services/server/tls_files.h"

#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <fstream>
#include <map>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/generic/generic_stub.h"
#include "gtest/gtest.h"
#include "services/server/grpc_listener.h"
#include "tests/services/server/test_certificates.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace courant {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// A listener's files, and the listener when a test starts it.
class TlsFilesTest : public testing::Test {
 protected:
  // The clients go by the clock of the machine, and the server by one that
  // stands still, as of now.
  TlsFilesTest() : authority_("Authority"), first_(authority_.Issue()) {
    tls_.set_certificate_file(dir_.Join("certificate"));
    tls_.set_key_file(dir_.Join("key"));
    Write(first_);
  }

  static void WriteFile(const std::string& path, absl::string_view text,
                        mode_t mode = 0600) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
    ASSERT_EQ(chmod(path.c_str(), mode), 0);
  }
  void WriteCertificate(absl::string_view text) {
    WriteFile(tls_.certificate_file(), text);
  }
  void WriteKey(absl::string_view text) { WriteFile(tls_.key_file(), text); }
  void Write(const TestCertificate& pair) {
    WriteCertificate(pair.certificate);
    WriteKey(pair.key);
  }

  TlsEnvironment Environment() {
    return {.clock = clock_,
            .registry = registry_,
            .on_reload =
                [this](absl::string_view listener, const absl::Status& status) {
                  EXPECT_EQ(listener, "partner");
                  MutexLock lock(mu_);
                  told_.push_back(status);
                  changed_.SignalAll();
                },
            .poll = absl::InfiniteDuration()};
  }

  void Start() {
    config::v1::Listener config;
    config.set_address("127.0.0.1:0");
    *config.mutable_tls() = tls_;
    COURANT_ASSERT_OK_AND_ASSIGN(
        listener_,
        GrpcListener::Start(config, {},
                            {.name = "partner", .max_message_bytes = 1 << 20},
                            {.tls = Environment()}));
  }

  // Sees what has changed, and that it stays.
  void LookTwice() {
    listener_->tls()->Look();
    listener_->tls()->Look();
  }

  // The certificate that a client is shown that connects now; or why it cannot.
  std::string Handshake(const TestCertificate& client = {}) const {
    grpc::ChannelArguments arguments;
    arguments.SetSslTargetNameOverride("wire");
    // A connection of its own.
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    grpc::GenericStub stub(grpc::CreateCustomChannel(
        listener_->address(),
        grpc::SslCredentials(
            {authority_.certificate(), client.key, client.certificate}),
        arguments));
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(30)));
    grpc::CompletionQueue queue;
    grpc::ByteBuffer answer;
    grpc::Status status;
    const grpc::Slice nothing;
    const auto call =
        stub.PrepareUnaryCall(&context, "/grpc.health.v1.Health/Check",
                              grpc::ByteBuffer(&nothing, 1), &queue);
    call->StartCall();
    call->Finish(&answer, &status, &answer);
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
    queue.Shutdown();
    if (!status.ok()) return status.error_message();
    const auto shown = context.auth_context()->FindPropertyValues(
        GRPC_X509_PEM_CERT_PROPERTY_NAME);
    return shown.empty() ? "none"
                         : std::string(shown[0].data(), shown[0].size());
  }

  // The value of a metric of the listener.
  double Metric(const std::string& name, const std::string& result = "") {
    for (const prometheus::MetricFamily& family : registry_.Collect()) {
      if (family.name != name) continue;
      for (const prometheus::ClientMetric& metric : family.metric) {
        std::map<std::string, std::string> labels;
        for (const auto& label : metric.label) labels[label.name] = label.value;
        EXPECT_EQ(labels["listener"], "partner");
        if (labels["result"] != result) continue;
        return result.empty() ? metric.gauge.value : metric.counter.value;
      }
    }
    return -1;
  }
  double Reloads(const std::string& result) {
    return Metric("courant_tls_reload_total", result);
  }

  std::vector<absl::Status> Told() {
    MutexLock lock(mu_);
    return told_;
  }

  // What Open() says of the files as they are.
  absl::Status Opened() {
    return TlsFiles::Open("partner", tls_, Environment()).status();
  }

  TempDir dir_;
  FakeClock clock_{absl::Now()};
  prometheus::Registry registry_;
  TestAuthority authority_;
  const TestCertificate first_;
  config::v1::Tls tls_;
  Mutex mu_;
  CondVar changed_;
  std::vector<absl::Status> told_ ABSL_GUARDED_BY(mu_);
  std::unique_ptr<GrpcListener> listener_;
};

// Looks twice, and never as root, who may read anything whatever its mode is.
void LookTwiceWithoutRights(TlsFiles& files) {
  const bool is_root = geteuid() == 0;
  // Of this thread alone.
  if (is_root) setfsuid(65534);
  files.Look();
  files.Look();
  if (is_root) setfsuid(0);
}

// A client that connects all the time, each time anew.
class BusyClient {
 public:
  explicit BusyClient(std::function<std::string()> connect)
      : thread_([this, connect = std::move(connect)] {
          while (!stopping_) {
            const std::string shown = connect();
            EXPECT_THAT(shown, StartsWith("-----BEGIN CERTIFICATE"));
            ++handshakes_;
          }
        }) {}
  ~BusyClient() { Stop(); }

  // How often it connected.
  int Stop() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
    return handshakes_;
  }

 private:
  std::atomic<bool> stopping_{false};
  std::atomic<int> handshakes_{0};
  std::thread thread_;
};

TEST_F(TlsFilesTest, NoClientNoticesFiveHundredRotations) {
  constexpr int kRotations = 500;
  Start();
  BusyClient client([this] { return Handshake(); });
  TlsFiles& files = *listener_->tls();
  TestCertificate good = first_;
  int successes = 0;
  for (int i = 0; i < kRotations; ++i) {
    SCOPED_TRACE(i);
    const TestCertificate next = authority_.Issue();
    switch (i % 10) {
      case 0:  // One after the other, and somebody looks in between.
        WriteCertificate(next.certificate);
        files.Look();
        EXPECT_EQ(Handshake(), good.certificate);
        WriteKey(next.key);
        break;
      case 1:  // The key of another certificate.
        Write({next.certificate, authority_.Issue().key});
        break;
      case 2:
        Write(authority_.Issue({.expires = clock_.Now() - absl::Minutes(1)}));
        break;
      case 4:
        Write({next.certificate.substr(0, next.certificate.size() / 2),
               next.key});
        break;
      case 5:
        Write({next.certificate, ""});
        break;
      case 6:
        ASSERT_EQ(unlink(tls_.certificate_file().c_str()), 0);
        break;
      case 8:
        Write(next);
        ASSERT_EQ(chmod(tls_.key_file().c_str(), 0), 0);
        break;
      case 9:  // Half of it, and the other half does not come.
        WriteKey(next.key);
        WriteCertificate(good.certificate);
        break;
      default:
        Write(next);
    }
    if (i % 10 == 8) {
      LookTwiceWithoutRights(files);
      ASSERT_EQ(chmod(tls_.key_file().c_str(), 0600), 0);
    } else {
      LookTwice();
    }
    if (i % 10 == 0 || i % 10 == 3 || i % 10 == 7) {
      good = next;
      ++successes;
    }
    ASSERT_EQ(Handshake(), good.certificate);
    ASSERT_EQ(Reloads("success"), successes);
    ASSERT_EQ(Reloads("failure"), i + 1 - successes);
  }
  EXPECT_GT(client.Stop(), kRotations / 2);
  EXPECT_EQ(Reloads("success"), kRotations * 3 / 10);
  EXPECT_EQ(Reloads("failure"), kRotations * 7 / 10);
  EXPECT_EQ(Told().size(), static_cast<size_t>(kRotations));
}

TEST_F(TlsFilesTest, LooksByItself) {
  TlsEnvironment environment = Environment();
  environment.poll = absl::Milliseconds(1);
  COURANT_ASSERT_OK_AND_ASSIGN(const auto files,
                               TlsFiles::Open("partner", tls_, environment));
  files->Start();
  const TestCertificate next = authority_.Issue();
  for (const auto& [path, text] :
       {std::pair(tls_.key_file(), next.key),
        std::pair(tls_.certificate_file(), next.certificate)}) {
    WriteFile(path + ".new", text);
    ASSERT_EQ(rename((path + ".new").c_str(), path.c_str()), 0);
  }
  {
    MutexLock lock(mu_);
    // Between the two it may have seen one without the other.
    while (told_.empty() || !told_.back().ok()) changed_.Wait(mu_);
  }
  files->Stop();
  EXPECT_EQ(files->in_force()->certificates, next.certificate);
}

TEST_F(TlsFilesTest, AFailureIsToldOnce) {
  Start();
  WriteKey("nothing of the kind");
  for (int i = 0; i < 5; ++i) listener_->tls()->Look();
  ASSERT_EQ(Told().size(), 1U);
  EXPECT_THAT(Told()[0].message(),
              AllOf(HasSubstr("listeners.partner.tls.key_file"),
                    HasSubstr(tls_.key_file()), Not(HasSubstr("nothing of"))));
  // Undone, which is no change.
  Write(first_);
  LookTwice();
  EXPECT_EQ(Told().size(), 1U);
  // The same again is a failure of its own.
  WriteKey("nothing of the kind");
  LookTwice();
  EXPECT_EQ(Reloads("failure"), 2);
  EXPECT_EQ(Reloads("success"), 0);
  EXPECT_EQ(Handshake(), first_.certificate);
}

TEST_F(TlsFilesTest, WhatIsNotValidYetWillBe) {
  Start();
  const absl::Time begins = absl::Now() + absl::Hours(2);
  Write(authority_.Issue({.begins = begins}));
  LookTwice();
  LookTwice();
  EXPECT_EQ(Reloads("failure"), 1);
  EXPECT_THAT(Told().back().message(), HasSubstr("is not valid before"));
  clock_.Set(begins + absl::Seconds(1));
  listener_->tls()->Look();
  EXPECT_EQ(Reloads("success"), 1);
}

TEST_F(TlsFilesTest, TellsWhenTheCertificateExpires) {
  Start();
  constexpr char kExpiry[] = "courant_tls_certificate_expiry_seconds";
  EXPECT_NEAR(
      Metric(kExpiry),
      absl::ToDoubleSeconds(clock_.Now() + absl::Hours(24) - absl::UnixEpoch()),
      60);
  EXPECT_EQ(Reloads("success"), 0);
  EXPECT_EQ(Reloads("failure"), 0);
  const absl::Time expires = absl::FromUnixSeconds(4'000'000'000);
  Write(authority_.Issue({.expires = expires}));
  LookTwice();
  EXPECT_EQ(Metric(kExpiry), 4'000'000'000);
}

TEST_F(TlsFilesTest, AuthoritiesOfClientsChangeWithTheRest) {
  TestAuthority old_clients("Old"), new_clients("New");
  const TestAuthority::Request request = {.purpose = "clientAuth"};
  const TestCertificate old_client = old_clients.Issue(request);
  const TestCertificate new_client = new_clients.Issue(request);
  tls_.set_client_ca_file(dir_.Join("clients"));
  WriteFile(tls_.client_ca_file(), old_clients.certificate());
  Start();
  EXPECT_EQ(Handshake(old_client), first_.certificate);
  EXPECT_NE(Handshake(new_client), first_.certificate);
  EXPECT_NE(Handshake(), first_.certificate);
  const std::string& some = new_clients.certificate();
  for (const std::string& wrong :
       {std::string(), std::string("nobody"), some.substr(0, some.size() / 2),
        some + some.substr(0, 20)}) {
    WriteFile(tls_.client_ca_file(), wrong);
    LookTwice();
    EXPECT_THAT(Told().back().message(), HasSubstr("tls.client_ca_file: "));
    EXPECT_EQ(Handshake(old_client), first_.certificate);
  }
  EXPECT_EQ(Reloads("failure"), 4);
  WriteFile(tls_.client_ca_file(), new_clients.certificate());
  LookTwice();
  EXPECT_EQ(Handshake(new_client), first_.certificate);
  EXPECT_NE(Handshake(old_client), first_.certificate);
  EXPECT_NE(Handshake(), first_.certificate);
}

// What stands first is the server's own certificate; the rest is its chain.
TEST_F(TlsFilesTest, TakesAChain) {
  WriteCertificate(first_.certificate + authority_.certificate());
  Start();
  EXPECT_EQ(Handshake(), first_.certificate);
  WriteCertificate(authority_.certificate() + first_.certificate);
  EXPECT_THAT(Opened().message(), HasSubstr("is not the key of"));
  const std::string chain = first_.certificate + authority_.certificate();
  for (const size_t cut : {20, 200}) {
    WriteCertificate(chain.substr(0, first_.certificate.size() + cut));
    EXPECT_THAT(Opened(), StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

struct Fault {
  // The file that is named, and what is said of it.
  bool of_key;
  std::string what;
  TestCertificate files;
};

// At the start there is nothing that could stay in force.
TEST_F(TlsFilesTest, AStartIsRefusedByWords) {
  const TestCertificate good = authority_.Issue();
  const std::string large(TlsSource::kMaxFileBytes, '\n');
  const std::vector<Fault> faults = {
      {true, "is not the key of", {good.certificate, first_.key}},
      {true, "has no private key", {good.certificate, good.certificate}},
      {true, "has no private key", {good.certificate, good.key.substr(0, 99)}},
      {true, "is empty", {good.certificate, ""}},
      {true, "has more than 1048576", {good.certificate, large + good.key}},
      {true,
       "is not text",
       {good.certificate, good.key + std::string(1, '\0')}},
      {false, "has expired at",
       authority_.Issue({.expires = clock_.Now() - absl::Seconds(1)})},
      {false, "is not valid before",
       authority_.Issue({.begins = absl::Now() + absl::Hours(1)})},
      {false, "is not for a server",
       authority_.Issue({.purpose = "clientAuth"})},
      {false, "has no certificate", {good.key, good.key}},
      {false, "cannot be read", {good.certificate.substr(0, 200), good.key}},
      {false, "is empty", {"", good.key}},
      {false, "has more than 1048576", {large + good.certificate, good.key}},
  };
  for (const Fault& fault : faults) {
    SCOPED_TRACE(fault.what);
    Write(fault.files);
    const absl::Status refused = Opened();
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument));
    const std::string& path =
        fault.of_key ? tls_.key_file() : tls_.certificate_file();
    EXPECT_THAT(refused.message(),
                AllOf(HasSubstr(fault.of_key ? "tls.key_file: "
                                             : "tls.certificate_file: "),
                      HasSubstr(path), HasSubstr(fault.what)));
    // And by no line of what is in the files.
    for (const auto& text : {fault.files.certificate, fault.files.key}) {
      for (const absl::string_view line : absl::StrSplit(text, '\n')) {
        if (line.size() <= 8) continue;
        EXPECT_THAT(refused.message(), Not(HasSubstr(line)));
      }
    }
  }
  Write(good);
  EXPECT_THAT(Opened(), IsOk());
}

TEST_F(TlsFilesTest, AKeyIsPrivate) {
  ASSERT_EQ(chmod(tls_.key_file().c_str(), 0640), 0);
  EXPECT_THAT(Opened(), IsOk());
  for (const mode_t mode : {0604, 0602, 0644}) {
    ASSERT_EQ(chmod(tls_.key_file().c_str(), mode), 0);
    EXPECT_THAT(Opened().message(), HasSubstr("chmod o="));
  }
}

TEST_F(TlsFilesTest, WhatIsNoFileIsRefusedAtOnce) {
  ASSERT_EQ(unlink(tls_.key_file().c_str()), 0);
  EXPECT_THAT(Opened().message(), HasSubstr("No such file"));
  ASSERT_EQ(mkfifo(tls_.key_file().c_str(), 0600), 0);
  EXPECT_THAT(Opened().message(), HasSubstr("is not a file"));
  tls_.set_key_file(dir_.path());
  EXPECT_THAT(Opened().message(), HasSubstr("is not a file"));
}

TEST_F(TlsFilesTest, WhatIsPreparedIsShownOnlyWhenItIsTakenOver) {
  Start();
  TlsFiles& files = *listener_->tls();
  const TestCertificate next = authority_.Issue();
  Write(next);
  COURANT_ASSERT_OK_AND_ASSIGN(TlsFiles::Prepared prepared, files.Prepare());
  EXPECT_EQ(Handshake(), first_.certificate);
  // Whatever becomes of the files until then.
  WriteKey("");
  files.TakeOver(prepared);
  EXPECT_EQ(Handshake(), next.certificate);
  EXPECT_THAT(files.Prepare(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("listeners.partner.tls.key_file")));
  EXPECT_EQ(Handshake(), next.certificate);
  // The same again is nothing to tell.
  Write(next);
  COURANT_ASSERT_OK_AND_ASSIGN(prepared, files.Prepare());
  files.TakeOver(prepared);
  LookTwice();
  MutexLock lock(mu_);
  EXPECT_THAT(told_, testing::ElementsAre(absl::OkStatus()));
}

}  // namespace
}  // namespace courant
