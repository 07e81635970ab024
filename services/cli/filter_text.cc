#include "services/cli/filter_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

namespace courant {
namespace {

std::string Quoted(absl::string_view value) {
  return absl::StrCat(
      "\"", absl::StrReplaceAll(value, {{"\\", "\\\\"}, {"\"", "\\\""}}), "\"");
}

}  // namespace

void FilterText::AddAnyOf(absl::string_view field, absl::string_view sign,
                          const std::vector<std::string>& values) {
  if (values.empty()) return;
  const std::string any = absl::StrJoin(
      values, " OR ", [&](std::string* out, const std::string& value) {
        absl::StrAppend(out, field, sign, Quoted(value));
      });
  Append(values.size() == 1 ? any : absl::StrCat("(", any, ")"));
}

void FilterText::AddExpression(absl::string_view expression) {
  if (expression.empty()) return;
  // Alone it stays as it is, so that positions in an error are those of the
  // text that was given.
  Append(text_.empty() ? std::string(expression)
                       : absl::StrCat("(", expression, ")"));
}

void FilterText::Append(absl::string_view part) {
  absl::StrAppend(&text_, text_.empty() ? "" : " AND ", part);
}

}  // namespace courant
