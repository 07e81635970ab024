#ifndef COURANT_SERVICES_EDITORIAL_RULES_CORRECTIONS_H_
#define COURANT_SERVICES_EDITORIAL_RULES_CORRECTIONS_H_

#include "absl/status/status.h"
#include "courant/v1/article.pb.h"

// Corrections that a machine can follow: where, what was, what is now. Pure and
// thread-safe.
namespace courant {

using CorrectionList =
    google::protobuf::RepeatedPtrField<v1::ChangeNote::Correction>;

// Checks what can be checked without the article: `where` and `was` are there,
// and `now` differs from `was`.
//   INVALID_ARGUMENT / FIELD_REQUIRED, FIELD_INVALID   names
//                                                      "corrections[i].was"
absl::Status CheckCorrections(const CorrectionList& corrections);

// Applies `corrections`, which have passed CheckCorrections, one after the
// other. `before` is the current revision and `after` the one to come, with
// whatever else the request changes already in it. For each correction `was`
// has to stand once at `where`:
//
// * in a place whose words `after` has as they were: they are replaced there,
//   and marks move along. A mark that covers all of `was` covers `now`; one
//   that covers a part of it keeps what is outside.
// * in a place that `after` brings new words for: those have to contain `now`.
//
// Afterwards every `where` names one place ("body" becomes "body/p3").
//   FAILED_PRECONDITION / CORRECTION_NOT_FOUND   names "corrections[i].was" or
//       "corrections[i].now"; metadata `where`, `count`. `after` is then in no
//       useful state.
absl::Status ApplyCorrections(const v1::Article& before,
                              CorrectionList* corrections, v1::Article* after);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_RULES_CORRECTIONS_H_
