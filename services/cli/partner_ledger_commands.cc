#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "courant/v1/partner_service.pb.h"
#include "services/cli/article_fields.h"
#include "services/cli/connection.h"
#include "services/cli/csv_text.h"
#include "services/cli/display_width.h"
#include "services/cli/error_text.h"
#include "services/cli/json_text.h"
#include "services/cli/ledger_text.h"
#include "services/cli/partner_commands.h"
#include "services/cli/partner_options.h"
#include "services/cli/table.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

constexpr int kRecordsOfPage = 500;  // The most that the server gives.
constexpr char kAllPartners[] = "partners/-";

// How the records of a list are printed.
enum class LedgerFormat { kText, kJson, kCsv };

absl::StatusOr<LedgerFormat> FormatOf(const Context& context) {
  const bool as_json = context.output == OutputFormat::kJson;
  if (!context.arguments.Has("csv")) {
    return as_json ? LedgerFormat::kJson : LedgerFormat::kText;
  }
  if (as_json) {
    return UsageError(
        "--csv and -o json cannot both be: give --csv alone for a spreadsheet, "
        "or -o json alone for a script");
  }
  return LedgerFormat::kCsv;
}

// One part of each cell.
template <typename Part>
std::vector<std::string> PartsOf(const std::vector<LedgerCell>& cells,
                                 Part part) {
  std::vector<std::string> parts;
  parts.reserve(cells.size());
  for (const LedgerCell& cell : cells) parts.emplace_back(cell.*part);
  return parts;
}

std::vector<std::string> NamesOf(const std::vector<LedgerCell>& cells) {
  return PartsOf(cells, &LedgerCell::name);
}

std::vector<std::string> ValuesOf(const std::vector<LedgerCell>& cells) {
  return PartsOf(cells, &LedgerCell::value);
}

std::vector<std::string> StylesOf(const std::vector<LedgerCell>& cells) {
  return PartsOf(cells, &LedgerCell::style);
}

// Prints a list of the ledger, a page at a time.
template <typename Record>
class LedgerPrinter {
 public:
  LedgerPrinter(LedgerFormat format, Console& console)
      : format_(format),
        console_(console),
        table_(NamesOf(LedgerRow(Record(), console.out_terminal))) {}

  // `records` of one page. The names of columns are printed with the first, be
  // it empty, and not before: a call that is refused prints nothing.
  template <typename Records>
  void Print(const Records& records) {
    if (format_ == LedgerFormat::kCsv && !begun_) {
      console_.out << CsvLine(NamesOf(LedgerFields(Record())));
    }
    begun_ = true;
    for (const Record& record : records) PrintOne(record);
    table_.Print(console_.out, console_.out_terminal);
  }

 private:
  void PrintOne(const Record& record) {
    if (format_ == LedgerFormat::kCsv) {
      console_.out << CsvLine(ValuesOf(LedgerFields(record)));
    } else if (format_ == LedgerFormat::kJson) {
      console_.out << JsonLine(record) << '\n';
    } else {
      const std::vector<LedgerCell> row =
          LedgerRow(record, console_.out_terminal);
      table_.Add(ValuesOf(row), StylesOf(row));
    }
  }

  const LedgerFormat format_;
  Console& console_;
  Table table_;
  bool begun_ = false;
};

// Prints all pages that answer `request`; `records` are those of a page.
// `nothing` says in words that there are none.
template <typename Response, typename Record, typename Request,
          typename Records>
absl::Status PrintLedger(Request request, Records records,
                         absl::string_view nothing, Context& context) {
  COURANT_ASSIGN_OR_RETURN(const LedgerFormat format, FormatOf(context));
  Console& console = context.console;
  LedgerPrinter<Record> printer(format, console);
  request.set_page_size(kRecordsOfPage);
  bool empty = true;
  do {
    COURANT_ASSIGN_OR_RETURN(const Response page,
                             context.connection.Partners<Response>(request));
    printer.Print(records(page));
    empty = empty && records(page).empty();
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty() && console.out.good());
  if (empty && format == LedgerFormat::kText) {
    console.out << OneLine(nothing) << '\n';
  }
  return absl::OkStatus();
}

absl::Status ListDeliveries(Context& context) {
  COURANT_ASSIGN_OR_RETURN(const RightsName name,
                           NamedRights(context, RightsNameKind::kPartner));
  v1::ListDeliveriesRequest request;
  request.set_parent(name.name);
  return PrintLedger<v1::ListDeliveriesResponse, v1::Delivery>(
      std::move(request),
      [](const auto& page) -> const auto& { return page.deliveries(); },
      absl::StrCat("nothing was given to ", name.name), context);
}

absl::Status ListNotices(Context& context) {
  v1::ListNoticesRequest request;
  request.set_parent(kAllPartners);
  if (!context.arguments.operands().empty()) {
    COURANT_ASSIGN_OR_RETURN(RightsName name,
                             NamedRights(context, RightsNameKind::kPartner));
    request.set_parent(std::move(name.name));
  }
  request.set_open_only(context.arguments.Has("open"));
  const std::string nothing = absl::StrCat(
      "there is no ", request.open_only() ? "open " : "", "notice to ",
      request.parent() == kAllPartners ? "any partner" : request.parent());
  return PrintLedger<v1::ListNoticesResponse, v1::Notice>(
      std::move(request),
      [](const auto& page) -> const auto& { return page.notices(); }, nothing,
      context);
}

// Nothing is printed before all is there: a part of who has an article would
// be taken for the whole.
absl::Status ShowExposure(Context& context) {
  COURANT_ASSIGN_OR_RETURN(const LedgerFormat format, FormatOf(context));
  v1::ListExposuresRequest request;
  request.set_article(ArticleName(context.arguments.operands().front()));
  request.set_page_size(kRecordsOfPage);
  std::vector<v1::Exposure> exposures;
  v1::ListExposuresResponse page;
  do {
    COURANT_ASSIGN_OR_RETURN(
        page, context.connection.Partners<v1::ListExposuresResponse>(request));
    exposures.insert(exposures.end(), page.exposures().begin(),
                     page.exposures().end());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  Console& console = context.console;
  LedgerPrinter<v1::Exposure> printer(format, console);
  if (format != LedgerFormat::kText) {
    printer.Print(exposures);
    return absl::OkStatus();
  }
  // The last page knows most of what became of the article meanwhile.
  console.out << ExposureHeading(request.article(), page, console.out_terminal);
  printer.Print(exposures);
  console.out << ExposureSummary(exposures);
  return absl::OkStatus();
}

Option CsvOption() {
  return {"csv", "", "Print CSV with a header, for a spreadsheet",
          Option::Use::kSwitch};
}

}  // namespace

std::vector<Command> PartnerLedgerCommands() {
  return {
      {"partner",
       "exposure",
       "Show who has which revision of an article, and who owes an answer",
       "courant partner exposure ferries",
       {"ARTICLE", "Its id, or the full name", Operand::Use::kRequired},
       {CsvOption()},
       false,
       ShowExposure},
      {"partner",
       "deliveries",
       "List what a partner got, oldest first",
       "courant partner deliveries daily --csv > daily.csv",
       RightsOperand("PARTNER"),
       {CsvOption()},
       false,
       ListDeliveries},
      {"partner",
       "notices",
       "List what partners must be told, and what they said to it",
       "courant partner notices daily --open",
       {"NAME", "PARTNER, or the full name; else all partners",
        Operand::Use::kOptional},
       {{"open", "", "Only those to which nothing was said yet",
         Option::Use::kSwitch},
        CsvOption()},
       false,
       ListNotices},
  };
}

}  // namespace courant
