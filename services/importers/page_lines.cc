#include "services/importers/page_lines.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/importers/sentence.h"
#include "services/importers/unicode_text.h"

namespace courant::importers {
namespace {

// The longest real deck seen has 90 columns, the longest headline 113.
constexpr int kWidestHead = 200;

// Lines broken to a width: between these columns, and about as wide as each
// other, since only a word that did not fit makes the difference.
constexpr int kNarrowestBreak = 50;
constexpr int kWidestBreak = 100;
constexpr int kWidestDifference = 16;

using Run = std::vector<PageLine>;

bool LooksBroken(const Run& run) {
  if (run.size() < 2 || !EndsSentence(run.back().text)) return false;
  int least = kWidestBreak;
  int most = 0;
  size_t sentences = 0;
  for (size_t i = 0; i + 1 < run.size(); ++i) {
    const int width = PrintWidth(run[i].text);
    least = std::min(least, width);
    most = std::max(most, width);
    sentences += EndsSentence(run[i].text);
  }
  // Text breaks where the line is full, seldom at the end of a sentence.
  return 3 * sentences < run.size() && least >= kNarrowestBreak &&
         most <= kWidestBreak && most - least <= kWidestDifference &&
         PrintWidth(run.back().text) <= most;
}

// Moves a run of lines to the page, as one line if it looks broken.
void AddRun(Run& run, std::vector<PageLine>& lines) {
  if (run.empty()) return;
  run.front().after_blank = true;
  if (LooksBroken(run)) {
    for (size_t i = 1; i < run.size(); ++i) {
      absl::StrAppend(&run.front().text, "\n", run[i].text);
      run.front().trimmed |= run[i].trimmed;
    }
    run.resize(1);
  }
  for (PageLine& line : run) lines.push_back(std::move(line));
  run.clear();
}

}  // namespace

std::vector<PageLine> SplitPage(absl::string_view text) {
  std::vector<PageLine> lines;
  Run run;
  int number = 0;
  for (const absl::string_view whole : absl::StrSplit(text, '\n')) {
    ++number;
    const absl::string_view trimmed = TrimSpace(whole);
    if (trimmed.empty()) {
      AddRun(run, lines);
      continue;
    }
    PageLine& line = run.emplace_back();
    line.text = std::string(trimmed);
    line.trimmed = trimmed.size() < whole.size();
    line.number = number;
  }
  AddRun(run, lines);
  return lines;
}

std::vector<PageLine*> UnknownLines(std::vector<PageLine>& lines) {
  std::vector<PageLine*> unknown;
  for (PageLine& line : lines) {
    if (line.role == LineRole::kUnknown) unknown.push_back(&line);
  }
  return unknown;
}

bool IsRunningText(const PageLine& line) {
  return EndsSentence(line.text) || PrintWidth(line.text) > kWidestHead;
}

}  // namespace courant::importers
