#include "services/partners/rights_rules.h"

#include <unicode/timezone.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/timestamp.pb.h"
#include "services/editorial/rules/language_tag.h"
#include "services/editorial/rules/request_rules.h"
#include "services/filter/filter.h"
#include "services/partners/rights_kind.h"
#include "services/partners/rights_name.h"
#include "services/partners/territory_rules.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

using Texts = google::protobuf::RepeatedPtrField<std::string>;

constexpr int kMaxNameCodePoints = 200;
constexpr int kMaxTermsCodePoints = 10'000;
constexpr int kMaxContacts = 20;
constexpr int kMaxTerritories = 250;
constexpr int kMaxLanguages = 50;
constexpr int kMaxArchiveDays = 36'500;
constexpr int kMaxZoneBytes = 64;
constexpr int kMaxCertificateNames = 20;
constexpr int64_t kMaxPerSecond = 100'000;
constexpr int64_t kMaxOpenings = 1'000'000;
constexpr int64_t kMinBytes = int64_t{64} << 10;
constexpr int64_t kMaxBytes = int64_t{1} << 40;
constexpr size_t kMaxCertificateNameBytes = 500;

absl::Status TooMany(absl::string_view field, int limit) {
  return MakeFieldError(v1::FIELD_TOO_LONG,
                        {{std::string(field),
                          absl::StrCat("has more than ", limit, " elements")}},
                        {{"limit", absl::StrCat(limit)}});
}

absl::Status CheckDisplayName(absl::string_view name, absl::string_view kind) {
  return CheckWords(name, absl::StrCat(kind, ".display_name"),
                    kMaxNameCodePoints, /*required=*/true);
}

absl::Status CheckTimeZone(const std::string& name) {
  if (name.empty()) return absl::OkStatus();
  constexpr char kField[] = "partner.time_zone";
  icu::UnicodeString canonical;
  UBool is_system = false;
  UErrorCode error = U_ZERO_ERROR;
  if (name.size() <= kMaxZoneBytes) {
    icu::TimeZone::getCanonicalID(icu::UnicodeString::fromUTF8(name), canonical,
                                  is_system, error);
  }
  if (is_system && U_SUCCESS(error)) return absl::OkStatus();
  return InvalidField(kField,
                      "must be the IANA name of a zone, such as Asia/Seoul");
}

absl::Status CheckContacts(const v1::Partner& partner) {
  if (partner.contacts_size() > kMaxContacts) {
    return TooMany("partner.contacts", kMaxContacts);
  }
  for (int i = 0; i < partner.contacts_size(); ++i) {
    const v1::PartnerContact& contact = partner.contacts(i);
    const std::string field = absl::StrCat("partner.contacts[", i, "]");
    if (!v1::PartnerContact::Role_IsValid(contact.role())) {
      return InvalidField(absl::StrCat(field, ".role"),
                          "must be KILL_DESK, RIGHTS or TECHNICAL");
    }
    COURANT_RETURN_IF_ERROR(CheckWords(contact.name(),
                                       absl::StrCat(field, ".name"),
                                       kMaxNameCodePoints, /*required=*/false));
    COURANT_RETURN_IF_ERROR(CheckWords(contact.address(),
                                       absl::StrCat(field, ".address"),
                                       kMaxNameCodePoints, /*required=*/true));
  }
  return absl::OkStatus();
}

// A URI has a colon and a DNS name has none, so that neither passes for the
// other.
absl::Status CheckCertificateNames(const Texts& names) {
  constexpr char kField[] = "partner.certificate_sans";
  if (names.size() > kMaxCertificateNames) {
    return TooMany(kField, kMaxCertificateNames);
  }
  std::set<absl::string_view> seen;
  for (int i = 0; i < names.size(); ++i) {
    const std::string& name = names[i];
    const std::string path = absl::StrCat(kField, "[", i, "]");
    const bool is_visible =
        std::all_of(name.begin(), name.end(), absl::ascii_isgraph);
    if (name.empty() || name.size() > kMaxCertificateNameBytes || !is_visible ||
        name.front() == ':') {
      return InvalidField(path,
                          absl::StrCat("must be a URI or a DNS name, 1 to ",
                                       kMaxCertificateNameBytes,
                                       " visible characters of ASCII"));
    }
    if (name.find('*') != name.npos) {
      return InvalidField(path, "must be a whole name, without wildcards");
    }
    if (!seen.insert(name).second) return InvalidField(path, "is repeated");
  }
  return absl::OkStatus();
}

// 0 is what holds for all.
absl::Status CheckLimit(absl::string_view field, int64_t value, int64_t least,
                        int64_t most) {
  if (value == 0 || (value >= least && value <= most)) return absl::OkStatus();
  return InvalidField(field, absl::StrCat("must be ", least, " to ", most,
                                          ", or 0 for what holds for all"));
}

// `kind` is what has it: "partner".
absl::Status CheckQuota(const v1::Quota& quota, absl::string_view kind) {
  const auto check = [kind](absl::string_view field, int64_t value,
                            int64_t least, int64_t most) {
    return CheckLimit(absl::StrCat(kind, ".quota.", field), value, least, most);
  };
  COURANT_RETURN_IF_ERROR(
      check("calls_per_second", quota.calls_per_second(), 1, kMaxPerSecond));
  COURANT_RETURN_IF_ERROR(
      check("call_burst", quota.call_burst(), 1, kMaxPerSecond));
  COURANT_RETURN_IF_ERROR(
      check("max_streams", quota.max_streams(), 1, kMaxPerSecond));
  COURANT_RETURN_IF_ERROR(check("openings_per_minute",
                                quota.openings_per_minute(), 1, kMaxOpenings));
  COURANT_RETURN_IF_ERROR(check("bytes_per_second", quota.bytes_per_second(),
                                kMinBytes, kMaxBytes));
  return check("replay_days", quota.replay_days(), 1, kMaxArchiveDays);
}

// What has `valid_from` and `valid_to`.
template <typename Record>
absl::Status CheckValidity(const Record& record, absl::string_view kind) {
  const std::string to = absl::StrCat(kind, ".valid_to");
  if (record.has_valid_from()) {
    COURANT_RETURN_IF_ERROR(CheckTime(true, record.valid_from(),
                                      absl::StrCat(kind, ".valid_from")));
  }
  if (!record.has_valid_to()) return absl::OkStatus();
  COURANT_RETURN_IF_ERROR(CheckTime(true, record.valid_to(), to));
  if (!record.has_valid_from()) return absl::OkStatus();
  const auto instant = [](const google::protobuf::Timestamp& time) {
    return std::pair(time.seconds(), time.nanos());
  };
  if (instant(record.valid_from()) < instant(record.valid_to())) {
    return absl::OkStatus();
  }
  return InvalidField(to, "must be later than valid_from");
}

absl::Status CheckTerritories(const Texts& codes, absl::string_view field) {
  if (codes.size() > kMaxTerritories) return TooMany(field, kMaxTerritories);
  std::set<absl::string_view> seen;
  for (int i = 0; i < codes.size(); ++i) {
    const std::string path = absl::StrCat(field, "[", i, "]");
    COURANT_RETURN_IF_ERROR(CheckTerritory(codes[i], path));
    if (!seen.insert(codes[i]).second) return InvalidField(path, "is repeated");
  }
  return absl::OkStatus();
}

absl::Status SettleLanguages(v1::Grant* grant) {
  if (grant->languages_size() > kMaxLanguages) {
    return TooMany("grant.languages", kMaxLanguages);
  }
  std::set<std::string> seen;
  for (int i = 0; i < grant->languages_size(); ++i) {
    const std::string path = absl::StrCat("grant.languages[", i, "]");
    std::string& tag = *grant->mutable_languages(i);
    const std::optional<std::string> canonical = CanonicalLanguageTag(tag);
    if (!canonical) {
      return InvalidField(path, LanguageTagAdvice(tag));
    }
    if (!seen.insert(*canonical).second) {
      return InvalidField(path, "is repeated");
    }
    tag = *canonical;
  }
  return absl::OkStatus();
}

// `error` of a filter, about the field of the request that has it.
absl::Status OfProductFilter(const absl::Status& error) {
  const std::optional<google::rpc::BadRequest> fields = BadRequestOf(error);
  const std::optional<google::rpc::ErrorInfo> info = ErrorInfoOf(error);
  if (!fields || !info) return error;
  std::vector<FieldViolation> violations;
  for (const auto& violation : fields->field_violations()) {
    violations.push_back({"product.filter", violation.description()});
  }
  return MakeFieldError(
      ReasonOf(error), violations,
      ErrorMetadata(info->metadata().begin(), info->metadata().end()));
}

absl::Status CheckUses(const v1::Grant& grant) {
  if (grant.uses().empty() && grant.effect() == v1::Grant::ALLOW) {
    return RequiredField("grant.uses");
  }
  std::set<int> seen;
  for (int i = 0; i < grant.uses_size(); ++i) {
    const std::string path = absl::StrCat("grant.uses[", i, "]");
    if (grant.uses(i) == v1::Grant::USE_UNSPECIFIED ||
        !v1::Grant::Use_IsValid(grant.uses(i))) {
      return InvalidField(path, "must be a use, such as WEB or PRINT");
    }
    if (!seen.insert(grant.uses(i)).second) {
      return InvalidField(path, "is repeated");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status SettleRights(v1::Partner* partner) {
  COURANT_RETURN_IF_ERROR(CheckDisplayName(partner->display_name(), "partner"));
  if (!v1::Partner::Class_IsValid(partner->class_())) {
    return InvalidField("partner.class", "must be OUTLET or INTERNAL");
  }
  if (partner->class_() == v1::Partner::CLASS_UNSPECIFIED) {
    partner->set_class_(v1::Partner::OUTLET);
  }
  if (!v1::Partner::EmbargoClearance_IsValid(partner->embargo_clearance())) {
    return InvalidField("partner.embargo_clearance",
                        "must be NOT_CLEARED or PRE_NOTICE");
  }
  if (partner->embargo_clearance() ==
      v1::Partner::EMBARGO_CLEARANCE_UNSPECIFIED) {
    partner->set_embargo_clearance(v1::Partner::NOT_CLEARED);
  }
  COURANT_RETURN_IF_ERROR(CheckContacts(*partner));
  COURANT_RETURN_IF_ERROR(CheckCertificateNames(partner->certificate_sans()));
  COURANT_RETURN_IF_ERROR(CheckQuota(partner->quota(), "partner"));
  return CheckTimeZone(partner->time_zone());
}

absl::Status SettleRights(v1::Contract* contract) {
  COURANT_RETURN_IF_ERROR(
      CheckDisplayName(contract->display_name(), "contract"));
  COURANT_RETURN_IF_ERROR(CheckValidity(*contract, "contract"));
  if (contract->archive_days() < 0 ||
      contract->archive_days() > kMaxArchiveDays) {
    return InvalidField("contract.archive_days",
                        "must be from 0 (any age) to 36,500");
  }
  COURANT_RETURN_IF_ERROR(
      CheckTerritories(contract->territories(), "contract.territories"));
  COURANT_RETURN_IF_ERROR(CheckTerritories(contract->excluded_territories(),
                                           "contract.excluded_territories"));
  return CheckWords(contract->terms(), "contract.terms", kMaxTermsCodePoints,
                    /*required=*/false);
}

absl::Status SettleRights(v1::Grant* grant) {
  COURANT_RETURN_IF_ERROR(CheckRightsName(
      grant->product(), RightsKind<v1::Product>::kPattern, "grant.product"));
  if (!v1::Grant::Effect_IsValid(grant->effect())) {
    return InvalidField("grant.effect", "must be ALLOW or BLOCK");
  }
  if (grant->effect() == v1::Grant::EFFECT_UNSPECIFIED) {
    grant->set_effect(v1::Grant::ALLOW);
  }
  COURANT_RETURN_IF_ERROR(CheckUses(*grant));
  COURANT_RETURN_IF_ERROR(SettleLanguages(grant));
  COURANT_RETURN_IF_ERROR(
      CheckTerritories(grant->territories(), "grant.territories"));
  return CheckValidity(*grant, "grant");
}

absl::Status SettleRights(v1::ApiKey* key) {
  COURANT_RETURN_IF_ERROR(CheckDisplayName(key->display_name(), "key"));
  std::set<int> seen;
  for (int i = 0; i < key->scopes_size(); ++i) {
    const std::string path = absl::StrCat("key.scopes[", i, "]");
    if (key->scopes(i) == v1::ApiKey::SCOPE_UNSPECIFIED ||
        !v1::ApiKey::Scope_IsValid(key->scopes(i))) {
      return InvalidField(path, "must be READ_ARTICLES or FOLLOW_CHANGES");
    }
    if (!seen.insert(key->scopes(i)).second) {
      return InvalidField(path, "is repeated");
    }
  }
  // Fixed now: what a later server offers is not in a key of today.
  if (key->scopes().empty()) {
    key->add_scopes(v1::ApiKey::READ_ARTICLES);
    key->add_scopes(v1::ApiKey::FOLLOW_CHANGES);
  }
  COURANT_RETURN_IF_ERROR(CheckQuota(key->quota(), "key"));
  if (!key->has_expire_time()) return absl::OkStatus();
  return CheckTime(true, key->expire_time(), "key.expire_time");
}

absl::Status SettleRights(v1::Product* product) {
  COURANT_RETURN_IF_ERROR(CheckDisplayName(product->display_name(), "product"));
  const absl::StatusOr<Filter> filter =
      Filter::Parse(product->filter(), FieldSet::kProducts);
  if (!filter.ok()) return OfProductFilter(filter.status());
  product->set_filter(filter->canonical());
  return absl::OkStatus();
}

}  // namespace courant
