#include "services/cli/csv_text.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "services/cli/display_width.h"

namespace courant {
namespace {

// What a spreadsheet may take for the beginning of a formula. Those of East
// Asia take the wide forms too.
constexpr absl::string_view kFormulaStarts[] = {
    "=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"};

// What a value must not hold without quotes around it. A semicolon and a tab
// separate values where the comma is that of decimals.
constexpr char kNeedQuotes[] = ",;\t\"\r\n";

bool MayRun(absl::string_view value) {
  return std::any_of(std::begin(kFormulaStarts), std::end(kFormulaStarts),
                     [value](absl::string_view start) {
                       return absl::StartsWith(value, start);
                     });
}

std::string CsvValue(const std::string& value) {
  std::string text = absl::StrCat(
      MayRun(value) ? "'" : "",
      PrintableLines(absl::StrReplaceAll(value, {{"\r\n", "\n"}})));
  if (text.find_first_of(kNeedQuotes) == text.npos) return text;
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

}  // namespace

std::string CsvLine(const std::vector<std::string>& values) {
  return absl::StrCat(
      absl::StrJoin(values, ",",
                    [](std::string* out, const std::string& value) {
                      absl::StrAppend(out, CsvValue(value));
                    }),
      "\r\n");
}

}  // namespace courant
