#include "services/filter/field.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"

namespace courant::filter {
namespace {

// In the order of FilterField.
constexpr absl::string_view kNames[] = {
    "section", "language", "subject", "story",        "state",
    "kind",    "source",   "urgency", "publish_time",
};

// Nobody is helped by a guess about a word much longer than any name.
constexpr size_t kMaxGuessedBytes = 32;

std::vector<std::string> ListNames(FieldSet set) {
  std::vector<std::string> names;
  for (size_t i = 0; i < std::size(kNames); ++i) {
    if (Offers(set, static_cast<FilterField>(i))) names.emplace_back(kNames[i]);
  }
  return names;
}

// How many letters to add, remove or change to make `b` of `a`.
size_t EditDistance(absl::string_view a, absl::string_view b) {
  // Distances from the first i letters of `a` to each beginning of `b`.
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i + 1;
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t change = diagonal + (a[i] != b[j]);
      diagonal = row[j + 1];
      row[j + 1] = std::min({change, diagonal + 1, row[j] + 1});
    }
  }
  return row.back();
}

}  // namespace

absl::string_view NameOf(FilterField field) {
  return kNames[static_cast<size_t>(field)];
}

std::optional<FilterField> FieldCalled(absl::string_view name) {
  const auto* found = std::find(std::begin(kNames), std::end(kNames), name);
  if (found == std::end(kNames)) return std::nullopt;
  return static_cast<FilterField>(found - std::begin(kNames));
}

bool Offers(FieldSet set, FilterField field) {
  if (set == FieldSet::kProducts && field == FilterField::kState) return false;
  return set == FieldSet::kArticles || field != FilterField::kPublishTime;
}

std::string NamesIn(FieldSet set) {
  return absl::StrJoin(ListNames(set), ", ");
}

std::optional<std::string> Nearest(absl::string_view word,
                                   absl::Span<const std::string> names) {
  if (word.size() > kMaxGuessedBytes) return std::nullopt;
  const std::string lower = absl::AsciiStrToLower(word);
  // More than a third wrong is another word.
  size_t best = std::max<size_t>(word.size() / 3, 1) + 1;
  std::optional<std::string> nearest;
  for (const std::string& name : names) {
    const size_t distance = EditDistance(lower, absl::AsciiStrToLower(name));
    if (distance >= best) continue;
    best = distance;
    nearest = name;
  }
  return nearest;
}

std::optional<std::string> NearestField(absl::string_view word, FieldSet set) {
  return Nearest(word, ListNames(set));
}

}  // namespace courant::filter
