#include "services/cli/drill_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/cli/display_width.h"
#include "services/cli/drill_judge.h"

namespace courant {
namespace {

constexpr int kStepWidth = 14;
constexpr char kMissedStyle[] = "1;31";

bool IsPassed(const DrillResult& result) {
  return result.verdict.state == DrillVerdict::State::kDone;
}

}  // namespace

std::string DrillLines(const DrillResult& result, const Terminal& terminal) {
  std::string lines = absl::StrCat(
      IsPassed(result) ? "pass" : terminal.Paint(kMissedStyle, "MISS"), "  ",
      PadToWidth(OneLine(result.step), kStepWidth),
      absl::StrFormat("%5.1fs  ", absl::ToDoubleSeconds(result.took)),
      OneLine(result.verdict.words), "\n");
  if (!IsPassed(result)) {
    absl::StrAppend(&lines, "      ", OneLine(result.verdict.advice), "\n");
  }
  return lines;
}

google::protobuf::Struct DrillFields(const DrillResult& result) {
  google::protobuf::Struct fields;
  auto& values = *fields.mutable_fields();
  values["step"].set_string_value(result.step);
  values["passed"].set_bool_value(IsPassed(result));
  values["article"].set_string_value(result.article);
  values["seconds"].set_number_value(absl::ToDoubleSeconds(result.took));
  values["words"].set_string_value(result.verdict.words);
  if (!IsPassed(result)) {
    values["advice"].set_string_value(result.verdict.advice);
  }
  return fields;
}

}  // namespace courant
