#ifndef COURANT_TESTS_SERVICES_PARTNERS_RIGHTS_DESK_H_
#define COURANT_TESTS_SERVICES_PARTNERS_RIGHTS_DESK_H_

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "courant/v1/partner_service.pb.h"
#include "services/partners/partner_writes.h"
#include "storage/base/ids.h"
#include "storage/committer.h"
#include "tests/testing/status_matchers.h"

namespace courant {

// Makes and changes rights for tests, as PartnerService does. Each call commits
// one change and returns its sequence.
class RightsDesk {
 public:
  explicit RightsDesk(storage::Committer& committer) : writes_(committer) {}

  Sequence Partner(const std::string& id) {
    v1::CreatePartnerRequest request;
    request.set_partner_id(id);
    request.mutable_partner()->set_display_name(id);
    return Run<v1::Partner>(PartnerWrites::PrepareCreate(context_, request));
  }
  // `archive_days`: how old articles may be; 0 for any age.
  Sequence Contract(const std::string& partner, int archive_days = 0) {
    v1::CreateContractRequest request;
    request.set_parent("partners/" + partner);
    request.set_contract_id("c");
    request.mutable_contract()->set_display_name("c");
    request.mutable_contract()->set_archive_days(archive_days);
    return Run<v1::Contract>(PartnerWrites::PrepareCreate(context_, request));
  }
  Sequence Product(const std::string& id, const std::string& filter) {
    v1::CreateProductRequest request;
    request.set_product_id(id);
    request.mutable_product()->set_display_name(id);
    request.mutable_product()->set_filter(filter);
    return Run<v1::Product>(PartnerWrites::PrepareCreate(context_, request));
  }
  Sequence Grant(const std::string& partner, const std::string& product) {
    v1::CreateGrantRequest request;
    request.set_parent("partners/" + partner + "/contracts/c");
    request.set_grant_id(product);
    request.mutable_grant()->set_product("products/" + product);
    request.mutable_grant()->add_uses(v1::Grant::WEB);
    return Run<v1::Grant>(PartnerWrites::PrepareCreate(context_, request));
  }
  Sequence ClearForNotices(const std::string& partner) {
    v1::UpdatePartnerRequest request;
    request.mutable_partner()->set_name("partners/" + partner);
    request.mutable_partner()->set_embargo_clearance(v1::Partner::PRE_NOTICE);
    request.mutable_update_mask()->add_paths("embargo_clearance");
    return Run<v1::Partner>(PartnerWrites::PrepareUpdate(context_, request));
  }
  Sequence Suspend(const std::string& partner) {
    v1::SuspendPartnerRequest request;
    request.set_name("partners/" + partner);
    request.set_reason("unpaid");
    return Run<v1::Partner>(
        PartnerWrites::PrepareSuspend<v1::Partner>(context_, request));
  }
  Sequence Resume(const std::string& partner) {
    v1::ResumePartnerRequest request;
    request.set_name("partners/" + partner);
    return Run<v1::Partner>(
        PartnerWrites::PrepareResume<v1::Partner>(context_, request));
  }
  Sequence SuspendProduct(const std::string& product) {
    v1::SuspendProductRequest request;
    request.set_name("products/" + product);
    request.set_reason("a mistake");
    return Run<v1::Product>(
        PartnerWrites::PrepareSuspend<v1::Product>(context_, request));
  }

  Sequence SuspendGrant(const std::string& partner,
                        const std::string& product) {
    v1::SuspendGrantRequest request;
    request.set_name("partners/" + partner + "/contracts/c/grants/" + product);
    request.set_reason("unpaid");
    return Run<v1::Grant>(
        PartnerWrites::PrepareSuspend<v1::Grant>(context_, request));
  }
  Sequence ResumeGrant(const std::string& partner, const std::string& product) {
    v1::ResumeGrantRequest request;
    request.set_name("partners/" + partner + "/contracts/c/grants/" + product);
    return Run<v1::Grant>(
        PartnerWrites::PrepareResume<v1::Grant>(context_, request));
  }

 private:
  template <typename Record>
  Sequence Run(PartnerWrites::Prepared write) {
    EXPECT_THAT(write, IsOk());
    Record record;
    if (!write.ok()) return Sequence(0);
    writes_.Run(*std::move(write), [&](absl::StatusOr<std::string> answer) {
      EXPECT_THAT(answer, IsOk());
      if (answer.ok()) record.ParseFromString(*answer);
    });
    return Sequence(static_cast<uint64_t>(record.change_sequence()));
  }

  const RequestContext context_{
      .actor = "rights/kim", .actor_given = true, .method = "Desk"};
  PartnerWrites writes_;
};

}  // namespace courant

#endif  // COURANT_TESTS_SERVICES_PARTNERS_RIGHTS_DESK_H_
