#include "services/cli/command_table.h"

#include <iterator>
#include <utility>

#include "services/cli/article_read_commands.h"
#include "services/cli/article_repair_commands.h"
#include "services/cli/article_stop_commands.h"
#include "services/cli/article_write_commands.h"
#include "services/cli/audit_command.h"
#include "services/cli/backup_commands.h"
#include "services/cli/change_commands.h"
#include "services/cli/completion_command.h"
#include "services/cli/health_command.h"
#include "services/cli/import_command.h"
#include "services/cli/partner_commands.h"
#include "services/cli/status_command.h"
#include "services/cli/subscription_commands.h"
#include "services/cli/translation_edit_command.h"
#include "services/cli/translation_read_commands.h"
#include "services/cli/translation_review_commands.h"
#include "services/cli/translation_source_commands.h"
#include "services/cli/translation_status_command.h"
#include "services/cli/translation_work_commands.h"
#include "services/cli/verify_command.h"

namespace courant {
namespace {

void Append(std::vector<Command> more, std::vector<Command>& all) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

}  // namespace

std::vector<Command> AllCommands() {
  std::vector<Command> all;
  Append(ArticleWriteCommands(), all);
  Append(ArticleRepairCommands(), all);
  Append(ArticleStopCommands(), all);
  Append(ArticleReadCommands(), all);
  Append(ChangeCommands(), all);
  Append(SubscriptionCommands(), all);
  Append(SubscriptionCursorCommands(), all);
  Append(PartnerWriteCommands(), all);
  Append(PartnerReadCommands(), all);
  Append(PartnerKeyCommands(), all);
  Append(PartnerLedgerCommands(), all);
  Append(PartnerOnboardCommands(), all);
  Append(PartnerDrillCommands(), all);
  Append(TranslationWorkCommands(), all);
  Append(TranslationEditCommands(), all);
  Append(TranslationReviewCommands(), all);
  Append(TranslationSourceCommands(), all);
  Append(TranslationReadCommands(), all);
  Append(TranslationStatusCommands(), all);
  Append(BackupCommands(), all);
  Append({AuditVerifyCommand(), VerifyCommand(), ImportCommand(),
          StatusCommand(), HealthCommand(), CompletionCommand()},
         all);
  return all;
}

}  // namespace courant
