#include "services/cli/status_grid.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/cli/display_width.h"
#include "services/cli/table.h"
#include "services/cli/translation_text.h"

namespace courant {
namespace {

constexpr char kSource[] = "source";
// What the headline of a row should have at least, and what is between columns.
constexpr int kRoomForHeadline = 12;
constexpr int kColumnGapOfGrid = 2;

bool IsDone(const v1::TranslationTask& task) {
  return task.state() == v1::TranslationTask::COMPLETED ||
         task.state() == v1::TranslationTask::CANCELLED ||
         task.state() == v1::TranslationTask::STATE_UNSPECIFIED;
}

// "OUTDATED, TRANSLATING desk/kim 3 of 5".
std::string CellOf(const v1::Translation& translation) {
  const v1::TranslationTask& task = translation.task();
  std::string cell = v1::Translation::Freshness_Name(translation.freshness());
  if (task.state() == v1::TranslationTask::CANCELLED &&
      translation.article().empty()) {
    return absl::StrCat(cell, ", CANCELLED");
  }
  if (IsDone(task)) return cell;
  absl::StrAppend(&cell, ", ", v1::TranslationTask::State_Name(task.state()));
  if (task.has_lease()) absl::StrAppend(&cell, " ", task.lease().holder());
  if (task.state() == v1::TranslationTask::TRANSLATING) {
    absl::StrAppend(&cell, " ", DoneText(translation.completeness()));
  }
  return OneLine(cell);
}

std::string StoryId(const std::string& name) {
  return OneLine(absl::StripPrefix(name, "stories/"));
}

}  // namespace

void StatusGrid::Add(const v1::Translation& translation) {
  // A translation without a story would otherwise join all others.
  const std::string key =
      absl::StrCat(translation.story(), " ", translation.root_article());
  const auto [place, is_new] = places_.emplace(key, stories_.size());
  if (is_new) {
    stories_.push_back(
        {translation.story(), translation.root_article(), {}, ""});
  }
  Story& story = stories_[place->second];
  story.versions[translation.language()] = translation;
  languages_.insert(translation.language());
  if (translation.source_article() == translation.root_article()) {
    story.source_language = translation.source_language();
    languages_.insert(story.source_language);
  }
}

std::vector<std::string> StatusGrid::Roots() const {
  std::vector<std::string> roots;
  for (const Story& story : stories_) roots.push_back(story.root);
  return roots;
}

void StatusGrid::SetHeadline(const std::string& root,
                             absl::string_view headline) {
  headlines_[root] = OneLine(headline);
}

std::vector<std::vector<std::string>> StatusGrid::Rows(
    const std::vector<std::string>& languages) const {
  std::vector<std::vector<std::string>> rows;
  for (const Story& story : stories_) {
    std::vector<std::string>& row = rows.emplace_back();
    row.push_back(StoryId(story.name));
    for (const std::string& language : languages) {
      const auto found = story.versions.find(language);
      row.push_back(found != story.versions.end()       ? CellOf(found->second)
                    : language == story.source_language ? kSource
                                                        : "");
    }
    const auto headline = headlines_.find(story.root);
    row.push_back(headline == headlines_.end() ? "" : headline->second);
  }
  return rows;
}

void StatusGrid::Print(std::ostream& out, const Terminal& terminal) const {
  const std::vector<std::string> languages(languages_.begin(),
                                           languages_.end());
  std::vector<std::string> headings = {"STORY"};
  for (const std::string& language : languages) {
    headings.push_back(OneLine(language));
  }
  headings.push_back("HEADLINE");
  const std::vector<std::vector<std::string>> rows = Rows(languages);
  if (terminal.interactive()) {
    int width = kRoomForHeadline;
    for (size_t i = 0; i + 1 < headings.size(); ++i) {
      int widest = DisplayWidth(headings[i]);
      for (const std::vector<std::string>& row : rows) {
        widest = std::max(widest, DisplayWidth(row[i]));
      }
      width += widest + kColumnGapOfGrid;
    }
    if (width > terminal.Columns()) return PrintParagraphs(out, terminal);
  }
  Table table(std::move(headings));
  for (const std::vector<std::string>& row : rows) table.Add(row);
  table.Print(out, terminal.Columns());
}

void StatusGrid::PrintParagraphs(std::ostream& out,
                                 const Terminal& terminal) const {
  int width = 0;
  for (const std::string& language : languages_) {
    width = std::max(width, DisplayWidth(OneLine(language)));
  }
  for (const Story& story : stories_) {
    const std::string id = StoryId(story.name);
    const auto headline = headlines_.find(story.root);
    const int left = terminal.Columns() - DisplayWidth(id) - kColumnGapOfGrid;
    out << terminal.Paint("1", id);
    if (headline != headlines_.end()) {
      out << "  " << CutToWidth(headline->second, left);
    }
    out << '\n';
    for (const auto& [language, translation] : story.versions) {
      out << "  " << PadToWidth(OneLine(language), width) << "  "
          << terminal.Paint(FreshnessStyle(translation.freshness()),
                            CellOf(translation))
          << '\n';
    }
  }
}

}  // namespace courant
