#include "services/cli/partner_text.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "services/cli/display_width.h"
#include "services/cli/partner_name.h"
#include "services/cli/time_text.h"

namespace courant {
namespace {

constexpr int kFieldWidth = 11;

std::string Field(absl::string_view label, const std::string& value) {
  if (value.empty()) return "";
  return absl::StrCat("  ", PadToWidth(label, kFieldWidth), "  ",
                      OneLine(value), "\n");
}

std::string SuspensionText(const v1::Suspension& suspension) {
  return absl::StrCat("since ", TimeText(suspension.time()), " by ",
                      suspension.actor(), ": ", suspension.reason());
}

// "from 2026-01-01T00:00:00Z to 2027-01-01T00:00:00Z"; empty for all times.
template <typename Record>
std::string ValidText(const Record& record) {
  std::string text;
  if (record.has_valid_from()) {
    absl::StrAppend(&text, "from ", TimeText(record.valid_from()));
  }
  if (record.has_valid_to()) {
    absl::StrAppend(&text, text.empty() ? "" : " ", "to ",
                    TimeText(record.valid_to()));
  }
  return text;
}

std::string OrElse(absl::string_view text, absl::string_view otherwise) {
  return std::string(text.empty() ? otherwise : text);
}

std::string UseNames(const v1::Grant& grant) {
  return absl::StrJoin(grant.uses(), ", ", [](std::string* out, int use) {
    absl::StrAppend(out, v1::Grant::Use_Name(static_cast<v1::Grant::Use>(use)));
  });
}

std::string RuleLines(
    const google::protobuf::RepeatedPtrField<v1::AccessRule>& rules,
    int width) {
  std::string text;
  for (const v1::AccessRule& rule : rules) {
    absl::StrAppend(
        &text, PadToWidth(v1::AccessRule::Reason_Name(rule.reason()), width),
        "  ", OneLine(rule.name()));
    if (rule.revision() > 0) {
      absl::StrAppend(&text, " (revision ", rule.revision(), ")");
    }
    text.push_back('\n');
  }
  return text;
}

int WidestReason(
    const google::protobuf::RepeatedPtrField<v1::AccessRule>& rules) {
  int width = 0;
  for (const v1::AccessRule& rule : rules) {
    width = std::max(width,
                     DisplayWidth(v1::AccessRule::Reason_Name(rule.reason())));
  }
  return width;
}

}  // namespace

std::string QuotaText(const v1::Quota& quota) {
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  const auto& reflection = *quota.GetReflection();
  reflection.ListFields(quota, &fields);
  return absl::StrJoin(fields, ", ", [&](std::string* out, const auto* field) {
    absl::StrAppend(
        out, absl::StrReplaceAll(field->name(), {{"_", "-"}}), " ",
        field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_INT64
            ? reflection.GetInt64(quota, field)
            : reflection.GetInt32(quota, field));
  });
}

template <typename Record>
std::string RightsLine(const Record& record) {
  std::string line =
      absl::StrCat(OneLine(record.name()), "  revision ", record.revision(),
                   "  change ", record.change_sequence());
  if (record.has_suspension()) {
    absl::StrAppend(&line,
                    "  suspended: ", OneLine(record.suspension().reason()));
  }
  return line;
}

template std::string RightsLine(const v1::Partner&);
template std::string RightsLine(const v1::Contract&);
template std::string RightsLine(const v1::Grant&);
template std::string RightsLine(const v1::Product&);

std::string PartnerText(const v1::Partner& partner) {
  std::string text = absl::StrCat(OneLine(partner.name()), "  ",
                                  OneLine(partner.display_name()), "\n");
  absl::StrAppend(
      &text, Field("class", v1::Partner::Class_Name(partner.class_())),
      Field("embargo", partner.embargo_clearance() == v1::Partner::PRE_NOTICE
                           ? "gets pre-notices"
                           : "gets nothing before the time"));
  for (const v1::PartnerContact& contact : partner.contacts()) {
    absl::StrAppend(
        &text,
        Field(
            "contact",
            absl::StrCat(
                contact.role() == v1::PartnerContact::ROLE_UNSPECIFIED
                    ? ""
                    : absl::StrCat(
                          v1::PartnerContact::Role_Name(contact.role()), "  "),
                contact.name(), contact.name().empty() ? "" : "  ",
                contact.address())));
  }
  absl::StrAppend(&text, Field("time zone", partner.time_zone()));
  for (const std::string& name : partner.certificate_sans()) {
    absl::StrAppend(&text, Field("certificate", name));
  }
  if (partner.has_quota()) {
    absl::StrAppend(&text, Field("quota", QuotaText(partner.quota())));
  }
  if (partner.has_suspension()) {
    absl::StrAppend(&text,
                    Field("suspended", SuspensionText(partner.suspension())));
  }
  return absl::StrCat(
      text, Field("made", TimeText(partner.create_time())),
      Field("revision",
            absl::StrCat(partner.revision(), ", change ",
                         partner.change_sequence(), ", by ", partner.actor())),
      Field("etag", partner.etag()));
}

std::string ContractLine(const v1::Contract& contract) {
  std::string line = absl::StrCat(ShortRightsName(contract.name()), "  ",
                                  OneLine(contract.display_name()), "  ",
                                  OrElse(ValidText(contract), "at all times"));
  if (contract.archive_days() > 0) {
    absl::StrAppend(&line, ", articles of ", contract.archive_days(), " days");
  }
  if (!contract.territories().empty()) {
    absl::StrAppend(&line, ", in ", absl::StrJoin(contract.territories(), " "));
  }
  if (!contract.excluded_territories().empty()) {
    absl::StrAppend(&line, ", never in ",
                    absl::StrJoin(contract.excluded_territories(), " "));
  }
  if (contract.has_suspension()) {
    absl::StrAppend(&line, ", suspended ",
                    OneLine(SuspensionText(contract.suspension())));
  }
  return line;
}

std::vector<std::string> GrantHeadings() {
  return {"GRANT",     "EFFECT",      "PRODUCT", "USES",
          "LANGUAGES", "TERRITORIES", "VALID"};
}

std::vector<std::string> GrantCells(const v1::Grant& grant) {
  std::string valid = OrElse(ValidText(grant), "as the contract");
  if (grant.has_suspension()) {
    valid = absl::StrCat("suspended: ", grant.suspension().reason());
  }
  // What blocks does not stop where the contract does.
  const bool blocks = grant.effect() == v1::Grant::BLOCK;
  return {ShortRightsName(grant.name()),
          v1::Grant::Effect_Name(grant.effect()),
          OneLine(grant.product()),
          OrElse(UseNames(grant), "every use"),
          OrElse(absl::StrJoin(grant.languages(), " "), "all"),
          OrElse(absl::StrJoin(grant.territories(), " "),
                 blocks ? "everywhere" : "as the contract"),
          OneLine(valid)};
}

std::string AccessText(const v1::ExplainAccessRequest& request,
                       const v1::ExplainAccessResponse& answer) {
  std::string text = absl::StrCat(v1::Access::Decision_Name(answer.decision()),
                                  "  ", OneLine(request.partner()), "  ",
                                  OneLine(request.article()));
  if (answer.article_revision() > 0) {
    absl::StrAppend(&text, " revision ", answer.article_revision());
  }
  absl::StrAppend(&text, "  ", v1::Grant::Use_Name(request.use()), " in ",
                  OneLine(request.territory()), "  ", TimeText(answer.time()),
                  "  as of change ", answer.sequence(), "\n");
  const int width =
      std::max(WidestReason(answer.rules()), WidestReason(answer.obstacles()));
  absl::StrAppend(&text, RuleLines(answer.rules(), width));
  if (!answer.obstacles().empty()) {
    absl::StrAppend(&text, "in the way:\n",
                    RuleLines(answer.obstacles(), width));
  }
  return text;
}

}  // namespace courant
