#include "services/backup/backup_service.h"

#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

absl::StatusOr<storage::BackupId> ParseBackupName(absl::string_view name) {
  if (name.empty()) return RequiredField("name");
  storage::BackupId id = 0;
  absl::string_view number = name;
  if (!absl::ConsumePrefix(&number, "backups/") ||
      !absl::SimpleAtoi(number, &id) || id == 0) {
    return InvalidField("name",
                        "must be backups/{number}, as ListBackups says");
  }
  return id;
}

// What a service does that has a folder.
class Calls {
 public:
  Calls(BackupRuns& runs, const storage::BackupFolder& folder)
      : runs_(runs), folder_(folder) {}

  absl::StatusOr<v1::BackupRun> Start(const v1::StartBackupRequest&) const {
    return runs_.StartBackup();
  }
  absl::StatusOr<v1::BackupRun> Start(
      const v1::StartVerificationRequest& request) const {
    COURANT_ASSIGN_OR_RETURN(const storage::BackupId id,
                             ParseBackupName(request.name()));
    return runs_.StartVerification(id);
  }
  absl::StatusOr<v1::BackupRun> Get(const v1::GetBackupRunRequest&) const {
    if (std::optional<v1::BackupRun> run = runs_.Latest()) {
      return *std::move(run);
    }
    return MakeError(v1::RESOURCE_NOT_FOUND,
                     "no run has begun since the server was started",
                     {{"resource", "run"}});
  }
  absl::StatusOr<v1::ListBackupsResponse> List(
      const v1::ListBackupsRequest&) const {
    COURANT_ASSIGN_OR_RETURN(const std::vector<storage::BackupRecord> records,
                             folder_.List());
    v1::ListBackupsResponse response;
    for (const storage::BackupRecord& record : records) {
      *response.add_backups() = BackupOf(record);
    }
    return response;
  }
  absl::StatusOr<v1::PruneBackupsResponse> Prune(
      const v1::PruneBackupsRequest& request) const {
    if (request.keep() < 1) {
      return InvalidField("keep", "must be 1 or more: one backup is kept");
    }
    v1::PruneBackupsResponse response;
    COURANT_RETURN_IF_ERROR(runs_.Alone([&]() -> absl::Status {
      COURANT_ASSIGN_OR_RETURN(const int deleted,
                               folder_.Prune(request.keep()));
      response.set_deleted(deleted);
      return absl::OkStatus();
    }));
    return response;
  }

 private:
  BackupRuns& runs_;
  const storage::BackupFolder& folder_;
};

template <typename Request, typename Response>
UnaryHandler BindCall(BackupRuns* runs, const storage::BackupFolder* folder,
                      absl::StatusOr<Response> (Calls::*method)(const Request&)
                          const) {
  return Typed<Request, Response>(
      [runs, folder, method](
          const RequestContext& /*context*/,
          const Request& request) -> absl::StatusOr<Response> {
        if (runs == nullptr || folder == nullptr) {
          return MakeError(v1::NOT_OFFERED,
                           "this server has no folder for backups; set "
                           "backup.dir in its configuration");
        }
        return (Calls(*runs, *folder).*method)(request);
      });
}

}  // namespace

ServiceTable BackupServiceTable(BackupRuns* runs,
                                const storage::BackupFolder* folder) {
  const auto bind = [&](auto method) { return BindCall(runs, folder, method); };
  using Run = v1::BackupRun;
  return {.name = "courant.v1.BackupService",
          .methods = {
              {.name = "StartBackup",
               .unary = BindCall<v1::StartBackupRequest, Run>(runs, folder,
                                                              &Calls::Start)},
              {.name = "StartVerification",
               .unary = BindCall<v1::StartVerificationRequest, Run>(
                   runs, folder, &Calls::Start)},
              {.name = "GetBackupRun", .unary = bind(&Calls::Get)},
              {.name = "ListBackups", .unary = bind(&Calls::List)},
              {.name = "PruneBackups", .unary = bind(&Calls::Prune)},
          }};
}

}  // namespace courant
