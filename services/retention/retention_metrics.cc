#include "services/retention/retention_metrics.h"

namespace courant {

RetentionMetrics::RetentionMetrics(prometheus::Registry& registry)
    : texts_let_go(prometheus::BuildCounter()
                       .Name("courant_history_texts_let_go_total")
                       .Help("Texts of earlier revisions that were let go "
                             "since they are older than storage.retention.")
                       .Register(registry)
                       .Add({})),
      passes_failed(prometheus::BuildCounter()
                        .Name("courant_history_passes_failed_total")
                        .Help("Looks for texts to let go that failed; the log "
                              "says why.")
                        .Register(registry)
                        .Add({})) {}

}  // namespace courant
