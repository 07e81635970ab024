#include "services/cli/partner_door.h"

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "courant/v1/account_service.grpc.pb.h"
#include "services/cli/connection_stubs.h"

namespace courant {
namespace {

constexpr std::chrono::seconds kDoorPatience{10};

bool IsLoopback(absl::string_view address) {
  return absl::StartsWith(address, "127.") ||
         absl::StartsWith(address, "localhost:") ||
         absl::StartsWith(address, "[::1]:") ||
         absl::StartsWith(address, "unix:");
}

}  // namespace

absl::StatusOr<v1::Account> AskAccount(const PartnerDoor& door,
                                       const std::string& key) {
  if (door.ca_pem.empty() && !IsLoopback(door.address)) {
    return absl::FailedPreconditionError(absl::StrCat(
        door.address,
        " is not this machine, and without TLS anybody on the way could read "
        "the key: say with --ca whom to trust"));
  }
  grpc::SslCredentialsOptions trusted;
  trusted.pem_root_certs = door.ca_pem;
  const std::unique_ptr<v1::AccountService::Stub> stub =
      v1::AccountService::NewStub(MakeChannel(
          door.address, door.ca_pem.empty() ? grpc::InsecureChannelCredentials()
                                            : grpc::SslCredentials(trusted)));
  grpc::ClientContext context;
  context.AddMetadata("authorization", absl::StrCat("Bearer ", key));
  context.set_deadline(std::chrono::system_clock::now() + kDoorPatience);
  v1::Account account;
  const grpc::Status answered =
      stub->GetAccount(&context, v1::GetAccountRequest(), &account);
  if (answered.ok()) return account;
  Connection::Options options;
  options.address = door.address;
  return ToAbsl(answered, options);
}

}  // namespace courant
