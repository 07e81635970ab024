#include "services/config/value_syntax.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace courant {
namespace {

constexpr std::pair<absl::string_view, int64_t> kUnits[] = {
    {"TiB", int64_t{1} << 40},
    {"GiB", int64_t{1} << 30},
    {"MiB", int64_t{1} << 20},
    {"KiB", int64_t{1} << 10},
};

// RFC 1035, 2.3.4.
constexpr size_t kMaxLabelBytes = 63;

bool IsLabelByte(unsigned char c) {
  return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
}

bool IsLabel(absl::string_view text) {
  return !text.empty() && text.size() <= kMaxLabelBytes &&
         text.front() != '-' && text.back() != '-' &&
         std::all_of(text.begin(), text.end(), IsLabelByte);
}

}  // namespace

std::optional<int64_t> ParseCount(absl::string_view text) {
  using Limits = std::numeric_limits<int64_t>;
  absl::string_view digits = text;
  const bool is_negative = absl::ConsumePrefix(&digits, "-");
  // Checked here because the parser also takes " +80".
  if (digits.empty() ||
      !std::all_of(digits.begin(), digits.end(), absl::ascii_isdigit)) {
    return std::nullopt;
  }
  int64_t value = 0;
  if (absl::SimpleAtoi(text, &value)) return value;
  return is_negative ? Limits::min() : Limits::max();
}

std::optional<int64_t> ParseBytes(absl::string_view text) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  int64_t unit = 1;
  for (const auto& [name, size] : kUnits) {
    if (!absl::ConsumeSuffix(&text, name)) continue;
    unit = size;
    text = absl::StripTrailingAsciiWhitespace(text);
    break;
  }
  const std::optional<int64_t> count = ParseCount(text);
  if (!count.has_value() || *count < 0) return count;
  return *count > kMax / unit ? kMax : *count * unit;
}

std::string FormatBytes(int64_t bytes) {
  for (const auto& [unit, size] : kUnits) {
    if (bytes > 0 && bytes % size == 0) return absl::StrCat(bytes / size, unit);
  }
  return absl::StrCat(bytes);
}

bool IsDomainName(absl::string_view text) {
  const std::vector<absl::string_view> labels = absl::StrSplit(text, '.');
  return labels.size() >= 2 &&
         std::all_of(labels.begin(), labels.end(), IsLabel);
}

bool IsTypedScalar(absl::string_view text) {
  if (text == "true" || text == "false") return true;
  if (text.empty()) return false;
  // Not "inf" and "nan", which the number parser takes and YAML does not.
  const char first = text.front();
  double number = 0;
  return (absl::ascii_isdigit(first) || first == '-' || first == '.') &&
         absl::SimpleAtod(text, &number);
}

std::string QuoteForYaml(absl::string_view text) {
  return absl::StrCat(
      "\"", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"\"", "\\\""}}), "\"");
}

}  // namespace courant
