#include "services/cli/import_report.h"

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/cli/display_width.h"
#include "services/cli/error_text.h"
#include "services/cli/json_text.h"

namespace courant {
namespace {

constexpr int kOutcomeWidth = 15;  // "already there" and a gap.

absl::string_view OutcomeText(ImportResult::Outcome outcome) {
  switch (outcome) {
    case ImportResult::kNew:
      return "new";
    case ImportResult::kAlreadyThere:
      return "already there";
    case ImportResult::kUpdated:
      return "updated";
    case ImportResult::kStale:
      return "stale";
    case ImportResult::kSourceChanged:
      return "changed since";
    case ImportResult::kRefused:
      return "refused";
    case ImportResult::kUnsent:
      break;
  }
  return "not sent";
}

// What the server would make of it.
absl::string_view StateText(const v1::CreateArticleRequest& request) {
  if (request.initial_state() != v1::CreateArticleRequest::PUBLISHED) {
    return "draft";
  }
  const google::protobuf::Timestamp& embargo =
      request.article().embargo_until();
  return absl::FromUnixSeconds(embargo.seconds()) > absl::Now() ? "embargoed"
                                                                : "published";
}

}  // namespace

ImportReport::ImportReport(Context& context)
    : context_(context),
      bar_(context.console.err, context.console.err_terminal),
      dry_run_(context.arguments.Has("dry-run")) {}

void ImportReport::Add(const ImportResult& result) {
  remarks_ += static_cast<int64_t>(result.item.remarks.size());
  switch (result.outcome) {
    case ImportResult::kNew:
      ++new_;
      break;
    case ImportResult::kAlreadyThere:
      ++already_there_;
      break;
    case ImportResult::kUpdated:
      ++updated_;
      break;
    case ImportResult::kStale:
      ++already_there_;
      ++stale_;
      break;
    case ImportResult::kSourceChanged:
      ++already_there_;
      ++source_changed_;
      break;
    case ImportResult::kRefused:
      AddUnreadable(result.where, result.error);
      return;
    case ImportResult::kUnsent:
      if (unsent_.ok()) unsent_ = result.error;
      return;
  }
  AddItem(OutcomeText(result.outcome), result.item, result.article);
}

void ImportReport::AddDryRun(const ImportedItem& item) {
  ++would_import_;
  remarks_ += static_cast<int64_t>(item.remarks.size());
  if (context_.output == OutputFormat::kJson) {
    AddLine(JsonLine(item.request));
    return;
  }
  v1::Article article = item.request.article();
  article.set_name(absl::StrCat("articles/", item.request.article_id()));
  AddItem(StateText(item.request), item, article);
  for (const std::string& remark : item.remarks) {
    AddLine(absl::StrCat("  ", OneLine(remark)));
  }
}

void ImportReport::AddUnreadable(absl::string_view where,
                                 const absl::Status& error) {
  ++refused_;
  PrintLines();
  context_.console.err << ErrorText(error, where) << std::flush;
}

void ImportReport::ShowProgress(int64_t done, int64_t total) {
  if (!bar_.Due()) return;
  PrintLines();
  bar_.Show(done, total, Counts());
}

void ImportReport::Finish() {
  PrintLines();
  Console& console = context_.console;
  std::ostream& out =
      context_.output == OutputFormat::kJson ? console.err : console.out;
  out << Counts();
  if (dry_run_) {
    out << "; nothing was sent";
  } else if (remarks_ > 0) {
    out << "; " << remarks_ << " remarks, see --dry-run";
  }
  out << '\n' << std::flush;
}

void ImportReport::AddItem(absl::string_view outcome, const ImportedItem& item,
                           const v1::Article& article) {
  if (context_.output == OutputFormat::kJson) {
    AddLine(JsonLine(article));
    return;
  }
  const std::string line =
      absl::StrCat(PadToWidth(outcome, kOutcomeWidth), article.name(), "  ",
                   article.language(), "  ", OneLine(item.label));
  const int columns = context_.console.out_terminal.Columns();
  AddLine(columns > 0 ? CutToWidth(line, columns) : line);
}

void ImportReport::AddLine(absl::string_view line) {
  absl::StrAppend(&lines_, line, "\n");
  if (!context_.console.err_terminal.interactive()) PrintLines();
}

void ImportReport::PrintLines() {
  bar_.Hide();
  // Flushed, so that the order is right when both outputs are one screen.
  context_.console.out << lines_ << std::flush;
  lines_.clear();
}

std::string ImportReport::Counts() const {
  if (dry_run_) {
    return absl::StrCat(would_import_, " would be imported, ", refused_,
                        " refused");
  }
  std::string counts = absl::StrCat(new_, " new, ", already_there_,
                                    " already there, ", refused_, " refused");
  if (updated_ > 0) absl::StrAppend(&counts, "; ", updated_, " updated");
  if (stale_ > 0) {
    absl::StrAppend(&counts, "; ", stale_, " stale, older than what is there");
  }
  if (source_changed_ > 0) {
    absl::StrAppend(&counts, "; ", source_changed_,
                    " changed in the source since, not updated");
  }
  return counts;
}

}  // namespace courant
