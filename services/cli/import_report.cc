#include "services/cli/import_report.h"

#include "absl/strings/str_cat.h"
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
    case ImportResult::kSourceChanged:
      return "changed since";
    case ImportResult::kRefused:
      return "refused";
    case ImportResult::kUnsent:
      break;
  }
  return "not sent";
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
  PrintItem(OutcomeText(result.outcome), result.item, result.article);
}

void ImportReport::AddDryRun(const ImportedItem& item) {
  ++would_import_;
  remarks_ += static_cast<int64_t>(item.remarks.size());
  bar_.Hide();
  Console& console = context_.console;
  if (context_.output == OutputFormat::kJson) {
    console.out << JsonLine(item.request) << '\n';
    return;
  }
  v1::Article article = item.request.article();
  article.set_name(absl::StrCat("articles/", item.request.article_id()));
  PrintItem(item.request.initial_state() == v1::CreateArticleRequest::PUBLISHED
                ? "published"
                : "draft",
            item, article);
  for (const std::string& remark : item.remarks) {
    console.out << "  " << OneLine(remark) << '\n';
  }
}

void ImportReport::AddUnreadable(absl::string_view where,
                                 const absl::Status& error) {
  ++refused_;
  bar_.Hide();
  context_.console.out.flush();  // Keeps the order when both are one file.
  context_.console.err << ErrorText(error, where) << std::flush;
}

void ImportReport::ShowProgress(int64_t done, int64_t total) {
  bar_.Show(done, total, Sum());
}

void ImportReport::Finish() {
  bar_.Hide();
  Console& console = context_.console;
  std::ostream& out =
      context_.output == OutputFormat::kJson ? console.err : console.out;
  console.out.flush();
  out << Sum() << '\n' << std::flush;
}

void ImportReport::PrintItem(absl::string_view outcome,
                             const ImportedItem& item,
                             const v1::Article& article) {
  bar_.Hide();
  Console& console = context_.console;
  if (context_.output == OutputFormat::kJson) {
    console.out << JsonLine(article) << '\n';
    return;
  }
  const std::string line =
      absl::StrCat(PadToWidth(outcome, kOutcomeWidth), article.name(), "  ",
                   article.language(), "  ", OneLine(item.label));
  const int columns = console.out_terminal.Columns();
  console.out << (columns > 0 ? CutToWidth(line, columns) : line) << '\n';
}

std::string ImportReport::Sum() const {
  std::string sum =
      dry_run_ ? absl::StrCat(would_import_, " would be imported, ", refused_,
                              " refused; nothing was sent")
               : absl::StrCat(new_, " new, ", already_there_,
                              " already there, ", refused_, " refused");
  if (source_changed_ > 0) {
    absl::StrAppend(&sum, "; ", source_changed_,
                    " changed in the source since and were not updated");
  }
  if (remarks_ > 0 && !dry_run_) {
    absl::StrAppend(&sum, "; ", remarks_, " remarks, see --dry-run");
  }
  return sum;
}

}  // namespace courant
