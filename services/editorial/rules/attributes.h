#ifndef COURANT_SERVICES_EDITORIAL_RULES_ATTRIBUTES_H_
#define COURANT_SERVICES_EDITORIAL_RULES_ATTRIBUTES_H_

#include "courant/storage/v1/record.pb.h"
#include "courant/v1/article.pb.h"

namespace courant {

// Takes from an article, complete with its output-only fields and in canonical
// form, what filters and lists compare, and what decides who may have it. The
// list time is `first_published`, else `publish_time`, else `create_time`, in
// microseconds since 1970 UTC, rounded down; 0 when there is none. Pure and
// thread-safe.
storage::v1::Attributes AttributesOf(const v1::Article& article);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_RULES_ATTRIBUTES_H_
