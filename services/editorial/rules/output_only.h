#ifndef COURANT_SERVICES_EDITORIAL_RULES_OUTPUT_ONLY_H_
#define COURANT_SERVICES_EDITORIAL_RULES_OUTPUT_ONLY_H_

#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"

// The fields of an article that only the server sets: those that article.proto
// calls "Output only", and `name`, which a client gives as `article_id`. Pure
// and thread-safe.
namespace courant {

// True when `field` is one of them, at whatever depth.
bool IsOutputOnly(const google::protobuf::FieldDescriptor& field);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_RULES_OUTPUT_ONLY_H_
