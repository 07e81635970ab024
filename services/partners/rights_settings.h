#ifndef COURANT_SERVICES_PARTNERS_RIGHTS_SETTINGS_H_
#define COURANT_SERVICES_PARTNERS_RIGHTS_SETTINGS_H_

#include "absl/status/status.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/message.h"

// Which fields of partners, contracts, grants and products somebody can set:
// all but those that partner.proto calls "Output only", and the name. They are
// found by their names, which are the same in all of them. Pure and
// thread-safe.
namespace courant {

// Clears what cannot be set, so that what a client sent there has no effect: it
// may send back what it got, changed or not.
void ClearOutputOnlyRights(google::protobuf::Message* record);

// Replaces in `record` what `mask` names by what `wanted`, of the same type,
// has there.
//   INVALID_ARGUMENT / FIELD_REQUIRED      the mask is empty; names
//                                          "update_mask"
//   INVALID_ARGUMENT / FIELD_MASK_INVALID  no such field, or none that can be
//                                          set; metadata `path`
absl::Status ApplyMask(const google::protobuf::Message& wanted,
                       const google::protobuf::FieldMask& mask,
                       google::protobuf::Message* record);

}  // namespace courant

#endif  // COURANT_SERVICES_PARTNERS_RIGHTS_SETTINGS_H_
