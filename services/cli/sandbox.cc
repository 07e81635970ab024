#include "services/cli/sandbox.h"

#include <cstddef>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "courant/v1/partner_service.pb.h"
#include "services/cli/display_width.h"
#include "services/cli/error_text.h"
#include "services/cli/partner_name.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

constexpr size_t kLongestSandboxId = 64;  // Of a product, and of a section.

// "sandbox-daily" for `partners/daily`.
std::string OwnCode(absl::string_view partner) {
  return absl::StrCat(kSandboxSection, "-",
                      partner.substr(partner.rfind('/') + 1));
}

}  // namespace

absl::StatusOr<Sandbox> SandboxOf(const RightsName& partner,
                                  absl::string_view called) {
  const std::string code = OwnCode(partner.name);
  if (code.size() > kLongestSandboxId) {
    return UsageError(
        absl::StrCat("NAME must be at most ",
                     kLongestSandboxId - (code.size() - partner.id.size()),
                     " characters: its product is called sandbox-NAME"));
  }
  const std::string people_call_it =
      called.empty() ? absl::StrCat(partner.id, " (sandbox)")
                     : std::string(called);
  Sandbox sandbox;
  sandbox.partner.set_name(partner.name);
  sandbox.partner.set_display_name(people_call_it);
  // A drill has a pre-notice.
  sandbox.partner.set_embargo_clearance(v1::Partner::PRE_NOTICE);
  sandbox.product.set_name(absl::StrCat("products/", code));
  sandbox.product.set_display_name(absl::StrCat("Sandbox of ", partner.id));
  sandbox.product.set_filter(absl::StrCat("section=\"", code, "\""));
  sandbox.contract.set_name(
      absl::StrCat(partner.name, "/contracts/", kSandboxSection));
  sandbox.contract.set_display_name("Sandbox");
  sandbox.contract.set_terms("Articles of drills alone, to try the wire out.");
  sandbox.grant.set_name(
      absl::StrCat(sandbox.contract.name(), "/grants/", kSandboxSection));
  sandbox.grant.set_product(sandbox.product.name());
  sandbox.grant.add_uses(v1::Grant::WEB);
  return sandbox;
}

v1::Article DrillArticle(const Sandbox& sandbox, absl::string_view what) {
  v1::Article article;
  article.set_language("en");
  article.mutable_headline()->set_value(
      absl::StrCat("DRILL, not news: ", what));
  article.add_body()->mutable_paragraph()->mutable_text()->set_text(
      "This is an exercise. Nothing in it has happened, and the tide comes in "
      "at noon.");
  article.add_sections()->set_code(kSandboxSection);
  article.add_sections()->set_code(OwnCode(sandbox.partner.name()));
  v1::Rights& rights = *article.mutable_rights();
  rights.set_status(v1::Rights::CLEARED);
  rights.set_copyright_notice("Exercise. Not for publication.");
  return article;
}

absl::Status CheckHasSandbox(const Sandbox& sandbox, Connection& connection) {
  v1::GetGrantRequest grant;
  grant.set_name(sandbox.grant.name());
  absl::Status found = connection.Partners<v1::Grant>(grant).status();
  if (!absl::IsNotFound(found)) return found;
  return WithHint(
      found, absl::StrCat("make its sandbox with: courant partner onboard ",
                          ShortRightsName(sandbox.partner.name())));
}

absl::Status CheckHasNothingElse(const Sandbox& sandbox,
                                 Connection& connection) {
  v1::ListContractsRequest request;
  request.set_parent(sandbox.partner.name());
  // Two are enough to know.
  request.set_page_size(2);
  COURANT_ASSIGN_OR_RETURN(
      const v1::ListContractsResponse page,
      connection.Partners<v1::ListContractsResponse>(request));
  for (const v1::Contract& contract : page.contracts()) {
    if (contract.name() == sandbox.contract.name()) continue;
    return absl::FailedPreconditionError(
        absl::StrCat(OneLine(sandbox.partner.name()),
                     " is a partner in earnest: it has the contract ",
                     OneLine(contract.name())));
  }
  return absl::OkStatus();
}

bool IsLiveKey(const v1::ApiKey& key, absl::Time now) {
  return !key.has_revoke_time() &&
         (!key.has_expire_time() ||
          now < absl::FromUnixSeconds(key.expire_time().seconds()));
}

}  // namespace courant
