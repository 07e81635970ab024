#ifndef COURANT_SERVICES_TRANSLATION_TRANSLATION_READS_H_
#define COURANT_SERVICES_TRANSLATION_TRANSLATION_READS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "courant/v1/translation_service.pb.h"
#include "services/rpc/request_context.h"
#include "services/rpc/token_mac.h"
#include "storage/applier.h"
#include "storage/database.h"

namespace courant {

// The methods of TranslationService that read. Every answer is of one moment.
// They block on the disk; see translation_service.proto for the contract of
// each. Thread-safe.
class TranslationReads {
 public:
  // Translations that one page looks at, at most: a page may end early, with a
  // token.
  static constexpr int kMaxScanned = 10'000;

  // Nothing is owned; all must outlive the object. `key` seals page tokens.
  TranslationReads(const storage::Database& database, storage::Applier& applier,
                   const TokenKey& key)
      : database_(database), applier_(applier), key_(key) {}

  absl::StatusOr<v1::Translation> GetTranslation(
      const RequestContext& context, const v1::GetTranslationRequest& request);
  absl::StatusOr<v1::ListTranslationsResponse> ListTranslations(
      const RequestContext& context,
      const v1::ListTranslationsRequest& request);
  absl::StatusOr<v1::DiffTranslationSourceResponse> DiffTranslationSource(
      const RequestContext& context,
      const v1::DiffTranslationSourceRequest& request);
  absl::StatusOr<v1::LanguageVersion> LookupLanguageVersion(
      const RequestContext& context,
      const v1::LookupLanguageVersionRequest& request);

  // What waits in the queues of these languages for `actor` to do `role`, the
  // first first: by priority, due time and age. At most 200, and none that
  // somebody holds at `now`. Whether it can be had is decided when it is
  // claimed.
  absl::StatusOr<std::vector<std::string>> FindWork(
      const v1::ClaimNextTranslationRequest& request, absl::string_view actor,
      absl::Time now) const;

 private:
  const storage::Database& database_;
  storage::Applier& applier_;
  const TokenKey& key_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_TRANSLATION_TRANSLATION_READS_H_
