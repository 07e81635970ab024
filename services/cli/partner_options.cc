#include "services/cli/partner_options.h"

#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "services/cli/error_text.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

using google::protobuf::FieldMask;
using google::protobuf::RepeatedPtrField;
using OptionUse = Option::Use;

// "ai-training" for AI_TRAINING.
std::string WordFor(const std::string& name) {
  return absl::StrReplaceAll(absl::AsciiStrToLower(name), {{"_", "-"}});
}

std::string NameFor(const std::string& word) {
  return absl::StrReplaceAll(absl::AsciiStrToUpper(word), {{"-", "_"}});
}

void ReadText(const Arguments& given, const char* option, const char* path,
              std::string* text, FieldMask* mask) {
  if (!given.Has(option)) return;
  *text = given.Get(option);
  mask->add_paths(path);
}

// Given once and empty, the list is to be empty.
void ReadList(const Arguments& given, const char* option, const char* path,
              RepeatedPtrField<std::string>* list, FieldMask* mask) {
  if (!given.Has(option)) return;
  for (std::string& value : given.All(option)) {
    if (!value.empty()) list->Add(std::move(value));
  }
  mask->add_paths(path);
}

// Reads --from and --to of what has `valid_from` and `valid_to`. Empty: no
// limit.
template <typename Record>
absl::Status ReadValidity(const Arguments& given, Record* record,
                          FieldMask* mask) {
  if (given.Has("from")) {
    if (!given.Get("from").empty()) {
      COURANT_ASSIGN_OR_RETURN(*record->mutable_valid_from(),
                               ReadPastOption(given, "from"));
    }
    mask->add_paths("valid_from");
  }
  if (given.Has("to")) {
    if (!given.Get("to").empty()) {
      COURANT_ASSIGN_OR_RETURN(*record->mutable_valid_to(),
                               ReadPastOption(given, "to"));
    }
    mask->add_paths("valid_to");
  }
  return absl::OkStatus();
}

// "kill_desk:야간 데스크:+82 2 555 0100": role, name, address.
absl::StatusOr<v1::PartnerContact> ReadContact(const std::string& text) {
  const size_t first = text.find(':');
  const size_t second = first == text.npos ? first : text.find(':', first + 1);
  v1::PartnerContact contact;
  v1::PartnerContact::Role role;
  if (second == text.npos ||
      !v1::PartnerContact::Role_Parse(NameFor(text.substr(0, first)), &role)) {
    return UsageError(
        "--contact must be ROLE:NAME:ADDRESS, such as "
        "kill-desk:night:+82-2-555-0100; ROLE is kill-desk, rights or "
        "technical");
  }
  contact.set_role(role);
  contact.set_name(text.substr(first + 1, second - first - 1));
  contact.set_address(text.substr(second + 1));
  return contact;
}

}  // namespace

absl::Status ReadQuota(const Arguments& given, v1::Quota* quota) {
  const auto& type = *v1::Quota::descriptor();
  for (const std::string& text : given.All("quota")) {
    if (text.empty()) continue;
    const std::pair<std::string, std::string> limit =
        absl::StrSplit(text, absl::MaxSplits('=', 1));
    const auto* const field =
        type.FindFieldByName(absl::AsciiStrToLower(NameFor(limit.first)));
    int64_t value;
    const bool is_long =
        field != nullptr &&
        field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_INT64;
    if (field == nullptr || !absl::SimpleAtoi(limit.second, &value) ||
        value < 0 ||
        (!is_long && value > std::numeric_limits<int32_t>::max())) {
      return UsageError(absl::StrCat(
          "--quota must be LIMIT=N, such as calls-per-second=200, and not ",
          text, "; the limits are ", kLimitWords));
    }
    const auto& reflection = *v1::Quota::GetReflection();
    if (is_long) {
      reflection.SetInt64(quota, field, value);
    } else {
      reflection.SetInt32(quota, field, static_cast<int32_t>(value));
    }
  }
  return absl::OkStatus();
}

Operand RightsOperand(const std::string& what) {
  return {"NAME", absl::StrCat(what, ", or the full name"),
          Operand::Use::kRequired};
}

absl::StatusOr<RightsName> NamedRights(const Context& context,
                                       RightsNameKind kind) {
  absl::string_view text = context.arguments.operands().front();
  // What can only be a product may be named by its id.
  std::string product;
  if (kind == RightsNameKind::kProduct &&
      text.find('/') == absl::string_view::npos) {
    product = absl::StrCat("products/", text);
    text = product;
  }
  COURANT_ASSIGN_OR_RETURN(RightsName name, ReadRightsName(text));
  if (name.kind == kind) return name;
  constexpr const char* kForms[] = {"PARTNER", "PARTNER/CONTRACT",
                                    "PARTNER/CONTRACT/GRANT", "PRODUCT"};
  return UsageError(
      absl::StrCat("NAME must be ", kForms[static_cast<int>(kind)]));
}

std::string UseWords() {
  std::string words;
  for (int use = v1::Grant::USE_UNSPECIFIED + 1; use < v1::Grant::Use_ARRAYSIZE;
       ++use) {
    absl::StrAppend(
        &words, words.empty() ? "" : ", ",
        WordFor(v1::Grant::Use_Name(static_cast<v1::Grant::Use>(use))));
  }
  return words;
}

absl::StatusOr<v1::Grant::Use> ReadUse(const std::string& word) {
  v1::Grant::Use use;
  if (v1::Grant::Use_Parse(NameFor(word), &use) &&
      use != v1::Grant::USE_UNSPECIFIED) {
    return use;
  }
  return UsageError(absl::StrCat("--use must be one of: ", UseWords()));
}

std::vector<Option> PartnerSettingOptions() {
  return {
      {"called", "TEXT", "What people call it"},
      {"class",
       "CLASS",
       "What kind of consumer it is; else an outlet",
       OptionUse::kOptional,
       {"outlet", "internal"}},
      {"embargo",
       "CLEARANCE",
       "What it gets under an embargo; else nothing",
       OptionUse::kOptional,
       {"not-cleared", "pre-notice"}},
      {"contact", "ROLE:NAME:ADDRESS",
       "Whom to reach: kill-desk, rights or technical", OptionUse::kRepeated},
      {"time-zone", "ZONE", "Where its people work, such as Asia/Seoul"},
      {"certificate-san", "NAME",
       "A URI or DNS name that stands for it in a certificate",
       OptionUse::kRepeated},
      {"quota", "LIMIT=N",
       absl::StrCat("How much it may ask for, in place of what all may: ",
                    kLimitWords, "; those that are not named are as for all"),
       OptionUse::kRepeated},
  };
}

absl::Status ReadRightsSettings(const Arguments& given, v1::Partner* partner,
                                FieldMask* mask) {
  ReadText(given, "called", "display_name", partner->mutable_display_name(),
           mask);
  if (given.Has("class")) {
    v1::Partner::Class kind;
    if (v1::Partner::Class_Parse(NameFor(given.Get("class")), &kind)) {
      partner->set_class_(kind);
    }
    mask->add_paths("class");
  }
  if (given.Has("embargo")) {
    v1::Partner::EmbargoClearance clearance;
    if (v1::Partner::EmbargoClearance_Parse(NameFor(given.Get("embargo")),
                                            &clearance)) {
      partner->set_embargo_clearance(clearance);
    }
    mask->add_paths("embargo_clearance");
  }
  if (given.Has("contact")) {
    for (const std::string& text : given.All("contact")) {
      if (text.empty()) continue;
      COURANT_ASSIGN_OR_RETURN(*partner->add_contacts(), ReadContact(text));
    }
    mask->add_paths("contacts");
  }
  ReadText(given, "time-zone", "time_zone", partner->mutable_time_zone(), mask);
  ReadList(given, "certificate-san", "certificate_sans",
           partner->mutable_certificate_sans(), mask);
  if (!given.Has("quota")) return absl::OkStatus();
  mask->add_paths("quota");
  return ReadQuota(given, partner->mutable_quota());
}

std::vector<Option> ContractSettingOptions() {
  return {
      {"called", "TEXT", "What people call it"},
      {"from", "TIME", "In force from then on; a day begins in UTC"},
      {"to", "TIME", "Not any more from then on"},
      {"archive-days", "N", "Articles that are no older; 0: any age"},
      {"territory", "CODE", "There and nowhere else, such as KR",
       OptionUse::kRepeated},
      {"exclude", "CODE", "Never there, whatever else is agreed",
       OptionUse::kRepeated},
      {"terms", "TEXT", "What else was agreed, in words"},
  };
}

absl::Status ReadRightsSettings(const Arguments& given, v1::Contract* contract,
                                FieldMask* mask) {
  ReadText(given, "called", "display_name", contract->mutable_display_name(),
           mask);
  COURANT_RETURN_IF_ERROR(ReadValidity(given, contract, mask));
  if (given.Has("archive-days")) {
    int32_t days;
    if (!absl::SimpleAtoi(given.Get("archive-days"), &days) || days < 0) {
      return UsageError("--archive-days must be a number of days; 0: any age");
    }
    contract->set_archive_days(days);
    mask->add_paths("archive_days");
  }
  ReadList(given, "territory", "territories", contract->mutable_territories(),
           mask);
  ReadList(given, "exclude", "excluded_territories",
           contract->mutable_excluded_territories(), mask);
  ReadText(given, "terms", "terms", contract->mutable_terms(), mask);
  return absl::OkStatus();
}

std::vector<Option> GrantSettingOptions() {
  return {
      {"product", "PRODUCT", "Which articles"},
      {"use", "USE",
       absl::StrCat("For what: ", UseWords(),
                    "; of one that blocks, else for everything"),
       OptionUse::kRepeated},
      {"effect",
       "EFFECT",
       "Allow, or block whatever else is granted",
       OptionUse::kOptional,
       {"allow", "block"}},
      {"language", "TAG", "Articles in this language, such as ko",
       OptionUse::kRepeated},
      {"territory", "CODE", "There and nowhere else, such as KR",
       OptionUse::kRepeated},
      {"from", "TIME", "From then on; a day begins in UTC"},
      {"to", "TIME", "Not any more from then on"},
  };
}

absl::Status ReadRightsSettings(const Arguments& given, v1::Grant* grant,
                                FieldMask* mask) {
  if (given.Has("product")) {
    const std::string product = given.Get("product");
    grant->set_product(product.find('/') == product.npos
                           ? absl::StrCat("products/", product)
                           : product);
    mask->add_paths("product");
  }
  if (given.Has("use")) {
    for (const std::string& word : given.All("use")) {
      COURANT_ASSIGN_OR_RETURN(const v1::Grant::Use use, ReadUse(word));
      grant->add_uses(use);
    }
    mask->add_paths("uses");
  }
  if (given.Has("effect")) {
    grant->set_effect(given.Get("effect") == "block" ? v1::Grant::BLOCK
                                                     : v1::Grant::ALLOW);
    mask->add_paths("effect");
  }
  ReadList(given, "language", "languages", grant->mutable_languages(), mask);
  ReadList(given, "territory", "territories", grant->mutable_territories(),
           mask);
  return ReadValidity(given, grant, mask);
}

std::vector<Option> ProductSettingOptions() {
  return {
      {"called", "TEXT", "What people call it"},
      {"filter", "FILTER", "Which articles, such as 'section=\"sport\"'"},
  };
}

absl::Status ReadRightsSettings(const Arguments& given, v1::Product* product,
                                FieldMask* mask) {
  ReadText(given, "called", "display_name", product->mutable_display_name(),
           mask);
  ReadText(given, "filter", "filter", product->mutable_filter(), mask);
  return absl::OkStatus();
}

}  // namespace courant
