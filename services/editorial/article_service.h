#ifndef COURANT_SERVICES_EDITORIAL_ARTICLE_SERVICE_H_
#define COURANT_SERVICES_EDITORIAL_ARTICLE_SERVICE_H_

#include "services/editorial/article_reads.h"
#include "services/editorial/article_writes.h"
#include "services/rpc/handler.h"

namespace courant {

// courant.v1.ArticleService as a table: one row for each method, and the name
// in a row is the one in the contract, which a test compares. The handlers
// refer to `writes` and `reads`, which must outlive the table, and are as
// thread-safe as those are.
ServiceTable ArticleServiceTable(ArticleWrites& writes, ArticleReads& reads);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_ARTICLE_SERVICE_H_
