#include "services/cli/translation_text.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/cli/display_width.h"
#include "services/cli/marked_text.h"
#include "services/cli/segment_sheet.h"
#include "services/cli/time_text.h"
#include "services/cli/word_diff.h"

namespace courant {
namespace {

constexpr int kFactWidth = 17;
// A screen on which two columns of words are still easy to read.
constexpr int kRoomForTwo = 100;
constexpr int kColumnGap = 3;

void AddFact(absl::string_view label, absl::string_view value,
             std::string& out) {
  if (value.empty()) return;
  absl::StrAppend(&out, "  ", PadToWidth(label, kFactWidth), OneLine(value),
                  "\n");
}

std::string LeaseText(const v1::Lease& lease) {
  return absl::StrCat(lease.holder(),
                      lease.role() == v1::Lease::REVIEW ? ", to review" : "",
                      ", until ", TimeText(lease.expire_time()), ", token ",
                      lease.fencing_token());
}

void AddTaskFacts(const v1::Translation& translation, std::string& out) {
  const v1::TranslationTask& task = translation.task();
  AddFact("task", v1::TranslationTask::State_Name(task.state()), out);
  if (task.has_lease()) AddFact("held by", LeaseText(task.lease()), out);
  AddFact("translator", task.translator(), out);
  AddFact("reviewer", task.reviewer(), out);
  AddFact("wanted from", task.preferred_assignee(), out);
  AddFact("called off", task.cancel_reason(), out);
  for (const v1::ReviewComment& comment : task.comments()) {
    AddFact("comment",
            comment.segment().empty()
                ? comment.text()
                : absl::StrCat(comment.segment(), ": ", comment.text()),
            out);
  }
  AddFact("due", TimeText(translation.due_time()), out);
  if (translation.priority() > 0) {
    AddFact("priority", absl::StrCat(translation.priority()), out);
  }
  AddFact("note", translation.note(), out);
}

// Lines of a text in a column; a text of several lines keeps them.
std::vector<std::string> ColumnLines(absl::string_view text, int columns) {
  std::vector<std::string> lines;
  const std::string clean =
      PrintableLines(absl::StripTrailingAsciiWhitespace(text));
  size_t begin = 0;
  while (begin <= clean.size() && !clean.empty()) {
    const size_t end = std::min(clean.find('\n', begin), clean.size());
    for (std::string& line :
         WrapToWidth(OneLine(clean.substr(begin, end - begin)), columns)) {
      lines.push_back(std::move(line));
    }
    begin = end + 1;
  }
  return lines;
}

std::string TwoColumns(absl::string_view left, absl::string_view right,
                       int columns) {
  const int width = (columns - kColumnGap - 2) / 2;
  const std::vector<std::string> lefts = ColumnLines(left, width);
  const std::vector<std::string> rights = ColumnLines(right, width);
  std::string out;
  for (size_t i = 0; i < std::max(lefts.size(), rights.size()); ++i) {
    const std::string line =
        absl::StrCat("  ", PadToWidth(i < lefts.size() ? lefts[i] : "", width),
                     " | ", i < rights.size() ? rights[i] : "");
    absl::StrAppend(&out, absl::StripTrailingAsciiWhitespace(line), "\n");
  }
  return out;
}

// "  ko  | words" for each line of `text`.
std::string Labelled(absl::string_view label, absl::string_view text) {
  std::string out;
  for (const std::string& line : ColumnLines(text, 0)) {
    absl::StrAppend(&out, "  ", PadToWidth(label, 7), " | ", line, "\n");
    label = "";
  }
  return out;
}

std::string ChangeText(const v1::SourceChange& change,
                       const Terminal& terminal) {
  const auto line = [](const std::string& words) {
    return words.empty() ? std::string() : absl::StrCat("  ", words, "\n");
  };
  switch (change.kind()) {
    case v1::SourceChange::MOVED:
      return line(OneLine(change.now()));
    case v1::SourceChange::ADDED:
      return line(ChangedWords("", change.now(), WordSpans("", change.now()),
                               terminal));
    case v1::SourceChange::REMOVED:
      return line(ChangedWords(change.was(), "", WordSpans(change.was(), ""),
                               terminal));
    default: {
      std::vector<v1::DiffSpan> spans(change.spans().begin(),
                                      change.spans().end());
      if (spans.empty()) spans = WordSpans(change.was(), change.now());
      return line(
          ChangedWords(change.was(), change.now(), std::move(spans), terminal));
    }
  }
}

const char* ImpactStyle(v1::SourceChange::Impact impact) {
  switch (impact) {
    case v1::SourceChange::CRITICAL:
      return "1;31";
    case v1::SourceChange::NORMAL:
      return "33";
    default:
      return "";
  }
}

}  // namespace

std::string DoneText(const v1::Completeness& completeness) {
  return absl::StrCat(
      completeness.translated(), " of ", completeness.required(),
      completeness.reviewed() > 0
          ? absl::StrCat(", ", completeness.reviewed(), " reviewed")
          : "");
}

std::string WhoText(const v1::Translation& translation) {
  const v1::TranslationTask& task = translation.task();
  if (task.has_lease()) return OneLine(task.lease().holder());
  if (!task.translator().empty()) return OneLine(task.translator());
  return OneLine(task.preferred_assignee());
}

const char* FreshnessStyle(v1::Translation::Freshness freshness) {
  switch (freshness) {
    case v1::Translation::CURRENT:
      return "32";
    case v1::Translation::OUTDATED_MINOR:
    case v1::Translation::OUTDATED:
    case v1::Translation::DETACHED:
      return "33";
    case v1::Translation::OUTDATED_CRITICAL:
    case v1::Translation::SOURCE_WITHHELD:
    case v1::Translation::SOURCE_WITHDRAWN:
    case v1::Translation::SOURCE_KILLED:
      return "1;31";
    default:
      return "";
  }
}

std::string TranslationText(const v1::Translation& translation,
                            const Terminal& terminal) {
  std::string out = absl::StrCat(OneLine(translation.name()), "\n");
  const std::string freshness =
      v1::Translation::Freshness_Name(translation.freshness());
  AddFact("language",
          absl::StrCat(translation.source_language(), " -> ",
                       translation.language()),
          out);
  absl::StrAppend(
      &out, "  ", PadToWidth("freshness", kFactWidth),
      terminal.Paint(FreshnessStyle(translation.freshness()), freshness), "\n");
  AddFact("source",
          absl::StrCat(
              translation.source_article(), ", revision ",
              translation.source_revision(),
              translation.compared_revision() > translation.source_revision()
                  ? absl::StrCat(" of ", translation.compared_revision())
                  : ""),
          out);
  if (translation.root_article() != translation.source_article()) {
    AddFact("original", translation.root_article(), out);
  }
  AddFact("story", translation.story(), out);
  AddFact("article", translation.article(), out);
  if (translation.kind() == v1::Translation::ADAPTATION) {
    AddFact("kind", "ADAPTATION", out);
  }
  if (translation.scope() > v1::Translation::FULL) {
    AddFact("scope", v1::Translation::Scope_Name(translation.scope()), out);
  }
  AddFact("translated", DoneText(translation.completeness()), out);
  AddTaskFacts(translation, out);
  AddFact("created", TimeText(translation.create_time()), out);
  AddFact(
      "revision",
      absl::StrCat(translation.revision(), ", change ",
                   translation.change_sequence(), ", by ", translation.actor()),
      out);
  AddFact("etag", translation.etag(), out);
  if (translation.source_changes_size() > 0) {
    absl::StrAppend(&out, "\nSince then the source has changed:\n",
                    SourceChangesText({translation.source_changes().begin(),
                                       translation.source_changes().end()},
                                      terminal));
  }
  if (translation.has_content()) {
    absl::StrAppend(&out, "\n", SegmentsText(translation, terminal));
  }
  return out;
}

std::string SegmentsText(const v1::Translation& translation,
                         const Terminal& terminal) {
  std::map<std::string, const v1::SourceSegment*> sources;
  for (const v1::SourceSegment& source :
       translation.content().source_segments()) {
    sources[source.id()] = &source;
  }
  std::map<std::string, std::string> comments;
  for (const v1::ReviewComment& comment : translation.task().comments()) {
    absl::StrAppend(&comments[comment.segment()],
                    Labelled("comment", comment.text()));
  }
  const bool beside =
      terminal.interactive() && terminal.Columns() >= kRoomForTwo;
  std::string out;
  for (const v1::Segment& segment : translation.content().segments()) {
    const MarkPalette palette = PaletteOf(segment, translation.content());
    std::string source;
    std::string plain;  // Without marks.
    for (const std::string& id : segment.sources()) {
      const auto found = sources.find(id);
      if (found == sources.end()) continue;
      absl::StrAppend(&source, MarkedText(found->second->text(), palette));
      absl::StrAppend(&plain, found->second->text().text());
    }
    const std::string words = MarkedText(segment.target(), palette);
    absl::StrAppend(&out, out.empty() ? "" : "\n",
                    terminal.Paint("1", OneLine(segment.id())), "  ",
                    v1::Segment::State_Name(segment.state()),
                    segment.author().empty()
                        ? ""
                        : absl::StrCat("  by ", OneLine(segment.author())),
                    "\n");
    if (beside) {
      absl::StrAppend(&out, TwoColumns(source, words, terminal.Columns()));
    } else {
      absl::StrAppend(&out,
                      Labelled(OneLine(translation.source_language()), source),
                      Labelled(OneLine(translation.language()), words));
    }
    if (!segment.previous_source().empty()) {
      absl::StrAppend(
          &out, "  ", PadToWidth("changed", 7), " | ",
          ChangedWords(segment.previous_source(), plain,
                       WordSpans(segment.previous_source(), plain), terminal),
          "\n");
    }
    absl::StrAppend(&out, Labelled("marks", PaletteText(palette)),
                    comments[segment.id()]);
  }
  return out;
}

std::string SourceChangesText(const std::vector<v1::SourceChange>& changes,
                              const Terminal& terminal) {
  std::string out;
  for (const v1::SourceChange& change : changes) {
    absl::StrAppend(&out, out.empty() ? "" : "\n",
                    OneLine(change.segments().empty()
                                ? change.unit()
                                : absl::StrJoin(change.segments(), " ")),
                    "  ", v1::SourceChange::Kind_Name(change.kind()));
    if (change.impact() != v1::SourceChange::IMPACT_UNSPECIFIED) {
      absl::StrAppend(
          &out, "  ",
          terminal.Paint(ImpactStyle(change.impact()),
                         v1::SourceChange::Impact_Name(change.impact())));
    }
    absl::StrAppend(&out, "  revision ", change.revision(), "\n",
                    ChangeText(change, terminal));
  }
  return out;
}

}  // namespace courant
