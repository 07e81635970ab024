#ifndef COURANT_SERVICES_PARTNERS_PARTNER_WRITES_H_
#define COURANT_SERVICES_PARTNERS_PARTNER_WRITES_H_

#include "absl/status/statusor.h"
#include "courant/v1/partner_service.pb.h"
#include "services/rpc/handler.h"
#include "services/rpc/request_context.h"
#include "storage/committer.h"

namespace courant {

// A request that was checked by itself: what is left is to decide and commit.
// The answer is the record that the change leaves, as it is stored.
struct PartnerWrite {
  storage::Proposal proposal;
  // Owns what it needs of the request.
  storage::Decide decide;
};

// The methods of PartnerService that change something, each the same for all
// four kinds: a Prepare checks the request by itself, Run() decides within the
// commit path and answers. See partner_service.proto for the contract of each.
// Thread-safe.
class PartnerWrites {
 public:
  // Not owned; must outlive this.
  explicit PartnerWrites(storage::Committer& committer)
      : committer_(committer) {}

  // What is left of a request that was checked, or what is wrong with it.
  using Prepared = absl::StatusOr<PartnerWrite>;

  // The name is made of the parent and the id; what only the server sets is
  // cleared.
  static Prepared PrepareCreate(const RequestContext& context,
                                v1::CreatePartnerRequest request);
  static Prepared PrepareCreate(const RequestContext& context,
                                v1::CreateContractRequest request);
  static Prepared PrepareCreate(const RequestContext& context,
                                v1::CreateGrantRequest request);
  static Prepared PrepareCreate(const RequestContext& context,
                                v1::CreateProductRequest request);

  // The mask is checked; the rest when it is known what there is.
  static Prepared PrepareUpdate(const RequestContext& context,
                                const v1::UpdatePartnerRequest& request);
  static Prepared PrepareUpdate(const RequestContext& context,
                                const v1::UpdateContractRequest& request);
  static Prepared PrepareUpdate(const RequestContext& context,
                                const v1::UpdateGrantRequest& request);
  static Prepared PrepareUpdate(const RequestContext& context,
                                const v1::UpdateProductRequest& request);

  // `Record` is what the request suspends: `Request` has a name, a reason and
  // an etag.
  template <typename Record, typename Request>
  static Prepared PrepareSuspend(const RequestContext& context,
                                 const Request& request);
  // The same without a reason.
  template <typename Record, typename Request>
  static Prepared PrepareResume(const RequestContext& context,
                                const Request& request);

  // Commits what `write` asks for, unless it was only to be told: its errors
  // are those of the decision (partner_decisions.h) and of Committer::Submit.
  // Answers when it is durable, perhaps later and on another thread.
  void Run(PartnerWrite write, UnaryDone done);

 private:
  storage::Committer& committer_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_PARTNERS_PARTNER_WRITES_H_
