// `courant health` against gRPC's own health service.

#include "services/cli/health_command.h"

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "courant/v1/change_service.grpc.pb.h"
#include "gmock/gmock.h"
#include "grpcpp/health_check_service_interface.h"
#include "gtest/gtest.h"
#include "services/cli/command_line.h"
#include "tests/services/cli/canned_server.h"
#include "tests/services/cli/cli_run.h"

namespace courant {
namespace {

using testing::HasSubstr;

// A server that does nothing but answer how it is.
class HealthCommandTest : public testing::Test {
 protected:
  HealthCommandTest() {
    int port = 0;
    grpc::EnableDefaultHealthCheckService(true);
    grpc::ServerBuilder builder;
    builder.RegisterService(&service_);
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                             &port);
    server_ = builder.BuildAndStart();
    grpc::EnableDefaultHealthCheckService(false);
    address_ = absl::StrCat("127.0.0.1:", port);
  }

  void SetServing(bool serving) {
    server_->GetHealthCheckService()->SetServingStatus(serving);
  }

  // Has no method; without any service nobody would serve calls.
  v1::ChangeService::Service service_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

TEST_F(HealthCommandTest, SucceedsWhileTheServerTakesWork) {
  SetServing(true);
  const CliResult text = RunCliAt(address_, {"health"});
  EXPECT_EQ(text.code, kExitOk) << text.err;
  EXPECT_EQ(text.out, "serving\n");
  const CliResult json = RunCliAt(address_, {"health", "-o", "json"});
  EXPECT_EQ(json.out, "{\"status\":\"SERVING\"}\n");
}

TEST_F(HealthCommandTest, FailsWhileItTakesNone) {
  SetServing(false);
  const CliResult result = RunCliAt(address_, {"health"});
  EXPECT_EQ(result.code, kExitFailed);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, HasSubstr("NOT_SERVING"));
  EXPECT_THAT(result.err, HasSubstr(address_));
}

TEST_F(HealthCommandTest, FailsWhenNobodyAnswersOrHasNoSuchService) {
  EXPECT_EQ(RunCliAt("127.0.0.1:1", {"health"}).code, kExitFailed);
  CannedServer stranger({});
  EXPECT_EQ(RunCliAt(stranger.address(), {"health"}).code, kExitFailed);
}

}  // namespace
}  // namespace courant
