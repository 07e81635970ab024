#include "tests/history/findings.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace courant::history {
namespace {

// C2 before C10.
std::pair<size_t, std::string> Order(const std::string& check) {
  return {check.size(), check};
}

}  // namespace

void Findings::Add(absl::string_view check, std::vector<uint64_t> lines,
                   std::string what) {
  if (++counts_[std::string(check)] > kKept) return;
  kept_.push_back({std::string(check), std::move(lines), std::move(what)});
}

void Findings::CannotTell(absl::string_view check, std::string why) {
  untold_.try_emplace(std::move(why), check);
}

std::string Findings::ToText() const {
  std::vector<const Finding*> sorted;
  sorted.reserve(kept_.size());
  for (const Finding& finding : kept_) sorted.push_back(&finding);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Finding* a, const Finding* b) {
                     return std::make_pair(Order(a->check), a->lines) <
                            std::make_pair(Order(b->check), b->lines);
                   });
  std::string text;
  for (const Finding* finding : sorted) {
    absl::StrAppend(&text, finding->check, " line ",
                    absl::StrJoin(finding->lines, " and "), ": ", finding->what,
                    "\n");
  }
  for (const auto& [check, count] : counts_) {
    if (count > kKept) {
      absl::StrAppend(&text, check, ": ", count - kKept, " more\n");
    }
  }
  for (const auto& [why, check] : untold_) {
    absl::StrAppend(&text, check, " could not be told: ", why, "\n");
  }
  return text;
}

}  // namespace courant::history
