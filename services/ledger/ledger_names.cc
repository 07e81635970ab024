#include "services/ledger/ledger_names.h"

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/editorial/article_errors.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

constexpr absl::string_view kPartners = "partners/";
constexpr absl::string_view kKeys = "/keys/";
constexpr absl::string_view kNotices = "/notices/";

}  // namespace

absl::string_view PartnerIdOf(absl::string_view name) {
  absl::ConsumePrefix(&name, kPartners);
  return name.substr(0, name.find('/'));
}

absl::string_view KeyIdOf(absl::string_view name) {
  return name.substr(name.rfind('/') + 1);
}

std::string PartnerNameOf(absl::string_view partner_id) {
  return absl::StrCat(kPartners, partner_id);
}

std::string KeyNameOf(absl::string_view partner_id, absl::string_view key_id) {
  if (key_id.empty()) return "";
  return absl::StrCat(kPartners, partner_id, kKeys, key_id);
}

std::string DeliveryName(absl::string_view partner_id, uint64_t number) {
  return absl::StrCat(kPartners, partner_id, "/deliveries/", number);
}

std::string NoticeName(absl::string_view partner_id, Sequence sequence) {
  return absl::StrCat(kPartners, partner_id, kNotices, sequence.value());
}

absl::StatusOr<Sequence> ParseNoticeName(absl::string_view name,
                                         absl::string_view partner) {
  uint64_t number = 0;
  const absl::string_view id = PartnerIdOf(name);
  const std::string prefix = absl::StrCat(kPartners, id, kNotices);
  if (id.empty() || !absl::StartsWith(name, prefix) ||
      !absl::SimpleAtoi(name.substr(prefix.size()), &number) || number == 0 ||
      name != NoticeName(id, Sequence(number))) {
    return MakeFieldError(
        v1::FIELD_INVALID,
        {{"name", "must be partners/{partner}/notices/{sequence}"}});
  }
  if (PartnerNameOf(id) != partner) return ResourceNotFound(std::string(name));
  return Sequence(number);
}

}  // namespace courant
