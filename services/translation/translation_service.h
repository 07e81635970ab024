#ifndef COURANT_SERVICES_TRANSLATION_TRANSLATION_SERVICE_H_
#define COURANT_SERVICES_TRANSLATION_TRANSLATION_SERVICE_H_

#include "services/rpc/handler.h"
#include "services/translation/translation_reads.h"
#include "services/translation/translation_writes.h"

namespace courant {

// courant.v1.TranslationService as a table: what the translation desk calls.
// For the house alone; partners know articles and nothing of how they came
// about, so no method is open to anybody outside. All of them run on a worker:
// they read whole translations, and a decision may follow a story to its last
// version. Neither object is owned; both must outlive the service.
ServiceTable TranslationServiceTable(TranslationWrites& writes,
                                     TranslationReads& reads);

}  // namespace courant

#endif  // COURANT_SERVICES_TRANSLATION_TRANSLATION_SERVICE_H_
