#ifndef COURANT_SERVICES_TRANSLATION_TRANSLATION_WRITES_H_
#define COURANT_SERVICES_TRANSLATION_TRANSLATION_WRITES_H_

#include <string>

#include "absl/status/statusor.h"
#include "courant/v1/translation_service.pb.h"
#include "services/rpc/handler.h"
#include "services/rpc/request_context.h"
#include "services/translation/translation_reads.h"
#include "storage/base/clock.h"
#include "storage/committer.h"
#include "storage/database.h"

namespace courant {

// A request that was checked by itself: what is left is to decide and commit.
struct TranslationWrite {
  storage::Proposal proposal;
  // Owns what it needs of the request.
  storage::Decide decide;
  // How many translations the answer is made of, the last changes of the
  // decision; 0: the answer is the one translation itself.
  size_t answers = 0;
};

// The methods of TranslationService that change something. Each Prepare checks
// the request by itself; Run() decides within the commit path and answers. See
// translation_service.proto for the contract of each. Thread-safe.
class TranslationWrites {
 public:
  struct Options {
    // For `urn:newsml:`; empty: articles get no URN.
    std::string publisher_domain;
  };

  // Nothing is owned; all must outlive the object.
  TranslationWrites(storage::Committer& committer,
                    const storage::Database& database,
                    const TranslationReads& reads, const Clock& clock,
                    Options options)
      : committer_(committer),
        database_(database),
        reads_(reads),
        clock_(clock),
        options_(std::move(options)) {}

  // What is left of a request that was checked, or what is wrong with it.
  using Prepared = absl::StatusOr<TranslationWrite>;

  // The beginning of the work: what is wanted, of what, into which language.
  Prepared PrepareCreate(const RequestContext& context,
                         const v1::CreateTranslationRequest& request) const;

  // Who has the work. All of these need to know who asks. A lease is of 300 to
  // 28,800 seconds.
  Prepared PrepareClaim(const RequestContext& context,
                        const v1::ClaimTranslationRequest& request) const;
  // Reads the queue first, so it blocks on the disk even before it decides:
  // what is claimed is the first of what waited then that is still to be had.
  Prepared PrepareClaimNext(const RequestContext& context,
                            v1::ClaimNextTranslationRequest request) const;
  Prepared PrepareRenew(const RequestContext& context,
                        const v1::RenewTranslationLeaseRequest& request) const;
  Prepared PrepareRelease(const RequestContext& context,
                          const v1::ReleaseTranslationRequest& request) const;
  Prepared PrepareRevoke(
      const RequestContext& context,
      const v1::RevokeTranslationLeaseRequest& request) const;

  // What the holder of a lease does: each request shows its token.
  Prepared PrepareUpdateSegments(const RequestContext& context,
                                 v1::BatchUpdateSegmentsRequest request) const;
  Prepared PrepareSubmit(const RequestContext& context,
                         const v1::SubmitTranslationRequest& request) const;
  Prepared PrepareApprove(const RequestContext& context,
                          const v1::ApproveTranslationRequest& request) const;
  Prepared PrepareReject(const RequestContext& context,
                         v1::RejectTranslationRequest request) const;

  // What the desk does. None of these needs a lease.
  Prepared PrepareCancel(const RequestContext& context,
                         v1::CancelTranslationRequest request) const;
  // Chooses the ids of the articles that are made, so that the decision has
  // nothing left to chance.
  Prepared PreparePublish(const RequestContext& context,
                          const v1::PublishTranslationRequest& request) const;

  // Which revision of the source it is bound to. The token is needed while
  // somebody has the work.
  Prepared PrepareRebase(const RequestContext& context,
                         const v1::RebaseTranslationRequest& request) const;
  Prepared PrepareConfirm(const RequestContext& context,
                          const v1::ConfirmTranslationRequest& request) const;
  Prepared PrepareDetach(const RequestContext& context,
                         const v1::DetachTranslationRequest& request) const;

  // Commits what `write` asks for. Answers when it is durable, perhaps later
  // and on another thread.
  void Run(TranslationWrite write, UnaryDone done);

 private:
  storage::Committer& committer_;
  const storage::Database& database_;
  const TranslationReads& reads_;
  const Clock& clock_;
  const Options options_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_TRANSLATION_TRANSLATION_WRITES_H_
