#ifndef COURANT_SERVICES_RPC_QUOTA_KIND_H_
#define COURANT_SERVICES_RPC_QUOTA_KIND_H_

namespace courant {

// What a method takes from. What has to arrive and be answered has a bucket of
// its own, of the same size: who has asked for too much else can still say that
// it has removed an article.
enum class QuotaKind { kCalls, kNotices };

}  // namespace courant

#endif  // COURANT_SERVICES_RPC_QUOTA_KIND_H_
