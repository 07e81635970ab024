#ifndef COURANT_SERVICES_CLI_PARTNER_OPTIONS_H_
#define COURANT_SERVICES_CLI_PARTNER_OPTIONS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "courant/v1/partner.pb.h"
#include "google/protobuf/field_mask.pb.h"
#include "services/cli/command.h"
#include "services/cli/json_text.h"
#include "services/cli/partner_name.h"
#include "services/cli/partner_text.h"
#include "services/cli/subscription_options.h"

// What the commands on partners have in common. Thread-safe.
namespace courant {

// The operand NAME of a command on one of `what`, "PARTNER/CONTRACT".
Operand RightsOperand(const std::string& what);

// Its value. A usage error for a name of another kind.
absl::StatusOr<RightsName> NamedRights(const Context& context,
                                       RightsNameKind kind);

// The options that say what one is, and what was given for them: copied to the
// record, and named in the mask. Usage errors.
std::vector<Option> PartnerSettingOptions();
absl::Status ReadRightsSettings(const Arguments& given, v1::Partner* partner,
                                google::protobuf::FieldMask* mask);
std::vector<Option> ContractSettingOptions();
absl::Status ReadRightsSettings(const Arguments& given, v1::Contract* contract,
                                google::protobuf::FieldMask* mask);
std::vector<Option> GrantSettingOptions();
absl::Status ReadRightsSettings(const Arguments& given, v1::Grant* grant,
                                google::protobuf::FieldMask* mask);
std::vector<Option> ProductSettingOptions();
absl::Status ReadRightsSettings(const Arguments& given, v1::Product* product,
                                google::protobuf::FieldMask* mask);

// The limits of --quota, "calls-per-second=200"; kLimitWords names them for a
// help text. Leaves those that are not given as they are. Usage errors.
inline constexpr char kLimitWords[] =
    "calls-per-second, call-burst, max-streams, openings-per-minute, "
    "bytes-per-second, replay-days";
absl::Status ReadQuota(const Arguments& given, v1::Quota* quota);

// The words for uses, for a help text: "print, web, ai-training, ...".
std::string UseWords();

// The use that one of these words names. A usage error for any other.
absl::StatusOr<v1::Grant::Use> ReadUse(const std::string& word);

// Prints `record`, the answer to a write, as the user of `context` wants it. An
// error is returned with what the user can do about it.
template <typename Record>
absl::Status ReportRights(const absl::StatusOr<Record>& record,
                          Context& context) {
  if (!record.ok()) return WithRetryHint(record.status(), context);
  context.console.out << (context.output == OutputFormat::kJson
                              ? JsonLine(*record)
                              : RightsLine(*record))
                      << '\n';
  return absl::OkStatus();
}

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_PARTNER_OPTIONS_H_
