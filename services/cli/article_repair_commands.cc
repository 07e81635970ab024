#include "services/cli/article_repair_commands.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "services/cli/article_fields.h"
#include "services/cli/connection.h"
#include "services/cli/error_text.h"
#include "services/cli/write_report.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

using Use = Option::Use;

// Puts what --where, --was and --now say into a request, in their order.
template <typename Request>
absl::Status ReadCorrections(const Arguments& given, Request& request) {
  const std::vector<std::string> where = given.All("where");
  const std::vector<std::string> was = given.All("was");
  const std::vector<std::string> now = given.All("now");
  if (was.size() != where.size() || now.size() != where.size()) {
    return UsageError(absl::StrCat(
        "--where, --was and --now belong together and were given ",
        where.size(), ", ", was.size(), " and ", now.size(), " times"));
  }
  for (size_t i = 0; i < where.size(); ++i) {
    v1::ChangeNote::Correction& correction = *request.add_corrections();
    correction.set_where(where[i]);
    correction.set_was(was[i]);
    correction.set_now(now[i]);
  }
  return absl::OkStatus();
}

// What both commands say.
template <typename Request>
absl::Status ReadRepair(const Context& context, Request& request) {
  const Arguments& given = context.arguments;
  request.set_name(ArticleName(given.operands().front()));
  request.set_etag(given.Get("etag"));
  request.set_request_id(context.request_id);
  if (given.Has("note")) {
    request.mutable_note_editors()->set_value(given.Get("note"));
  }
  if (given.Has("note-public")) {
    request.mutable_note_public()->set_value(given.Get("note-public"));
  }
  return ReadCorrections(given, request);
}

absl::Status Correct(Context& context) {
  const Arguments& given = context.arguments;
  v1::CorrectArticleRequest request;
  COURANT_RETURN_IF_ERROR(ReadRepair(context, request));
  if (request.corrections().empty()) {
    return UsageError("nothing to correct: give --where, --was and --now");
  }
  if (given.Get("note").empty() && given.Get("note-public").empty()) {
    return UsageError("a correction says why: give --note or --note-public");
  }
  request.set_severity(given.Get("severity") == "critical"
                           ? v1::ChangeNote::CRITICAL
                           : v1::ChangeNote::SUBSTANTIVE);
  return ReportWrite(context.connection.CorrectArticle(request), request.name(),
                     context);
}

absl::Status Refile(Context& context) {
  v1::RefileArticleRequest request;
  COURANT_RETURN_IF_ERROR(ReadRepair(context, request));
  COURANT_ASSIGN_OR_RETURN(
      *request.mutable_update_mask(),
      ReadArticleFields(context.arguments, context.console.in, context.now,
                        *request.mutable_article()));
  if (request.update_mask().paths().empty()) {
    request.clear_article();
    if (request.corrections().empty()) {
      return UsageError(
          "nothing to repair: give --where, --was and --now, or --headline, "
          "--body or another");
    }
  }
  return ReportWrite(context.connection.RefileArticle(request), request.name(),
                     context);
}

std::vector<Option> CorrectionOptions(bool needs_all) {
  std::vector<Option> options = {
      {"where", "PLACE",
       "headline, summary, byline, decks/1, body/BLOCK, body for wherever it "
       "is there, ...",
       Use::kRepeated},
      {"was", "WORDS", "The wrong words, exactly as they stand there",
       Use::kRepeated},
      {"now", "WORDS", "The right words; empty takes the wrong ones out",
       Use::kRepeated},
      {"note", "TEXT",
       needs_all ? "Why, for editors; this or --note-public is required"
                 : "Why, for editors"},
      {"note-public", "TEXT", "Why, for readers"},
  };
  return options;
}

}  // namespace

std::vector<Command> ArticleRepairCommands() {
  std::vector<Option> correct = CorrectionOptions(true);
  correct.push_back({"severity",
                     "SEVERITY",
                     "How much the error matters; else substantive",
                     Use::kOptional,
                     {"substantive", "critical"}});
  correct.push_back(EtagOption());
  std::vector<Option> refile = CorrectionOptions(false);
  for (Option& option : ArticleFieldOptions()) {
    refile.push_back(std::move(option));
  }
  refile.push_back(EtagOption());
  return {
      {"article", "correct",
       "Correct an error that matters, so that everybody who has it acts",
       "courant article correct rail-talks --where body --was corruption "
       "--now collapse \\\n"
       "      --note \"The minister said collapse.\" --actor desk/kim",
       ArticleOperand(), std::move(correct), true, Correct},
      {"article", "refile", "Repair something small: spelling, layout",
       "courant article refile rail-talks --where headline --was Tlaks --now "
       "Talks",
       ArticleOperand(), std::move(refile), true, Refile},
  };
}

}  // namespace courant
