#include "services/cli/segment_edits.h"

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/cli/marked_text.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

absl::Status AtLine(int line, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("line ", line, ": ", what));
}

// Spaces and line breaks at the end of `text`.
absl::string_view EndOf(absl::string_view text) {
  return text.substr(absl::StripTrailingAsciiWhitespace(text).size());
}

// What follows the words of `segment`. Where nothing was written yet, a line
// break of the source; a space is put there by the server, if the language has
// any.
std::string Following(const v1::Segment& segment,
                      const v1::TranslationContent& content) {
  if (!segment.target().text().empty()) {
    return std::string(EndOf(segment.target().text()));
  }
  if (segment.sources().empty()) return "";
  const std::string& last = *segment.sources().rbegin();
  for (const v1::SourceSegment& source : content.source_segments()) {
    if (source.id() != last) continue;
    const absl::string_view end = EndOf(source.text().text());
    return absl::StrContains(end, '\n') ? std::string(end) : "";
  }
  return "";
}

bool IsInitial(const v1::Segment& segment) {
  return segment.state() != v1::Segment::TRANSLATED &&
         segment.state() != v1::Segment::REVIEWED;
}

// What `edited` asks for, if anything, of `segment`.
absl::StatusOr<std::optional<v1::SegmentUpdate>> EditOf(
    const SheetSegment& edited, const v1::Segment& segment,
    const v1::TranslationContent& content, bool overwrite) {
  const MarkPalette palette = PaletteOf(segment, content);
  const bool touched = DigestOf(edited.words) != edited.words_digest;
  const bool same_words = edited.words == SheetWords(segment, palette);
  const bool wants_draft = edited.wish == SegmentWish::kDraft;
  if (edited.words.empty() && edited.wish == SegmentWish::kDone) {
    return AtLine(edited.line, absl::StrCat("the segment ", edited.id,
                                            " has no words and cannot be "
                                            "done"));
  }
  if (edited.wish == SegmentWish::kNone && !touched) return std::nullopt;
  if (same_words &&
      (edited.words.empty() || IsInitial(segment) == wants_draft)) {
    return std::nullopt;
  }
  if (absl::StrContains(edited.words, "⟦") &&
      DigestOf(PaletteText(palette)) != edited.marks_digest) {
    return AtLine(edited.words_line,
                  absl::StrCat("the source of the segment ", edited.id,
                               " has other marks since this was written; edit "
                               "it anew, or take the signs ⟦…⟧ out"));
  }
  v1::SegmentUpdate update;
  update.set_segment(edited.id);
  MarkError error;
  if (!ReadMarkedText(edited.words, palette, *update.mutable_target(), error)) {
    return AtLine(edited.words_line + error.lines_above, error.what);
  }
  if (!edited.words.empty()) {
    absl::StrAppend(update.mutable_target()->mutable_text(),
                    Following(segment, content));
  }
  // Who has the same words has seen what is there.
  if (!overwrite) {
    update.set_version(same_words ? segment.version() : edited.version);
  }
  update.set_draft(wants_draft);
  return update;
}

}  // namespace

absl::StatusOr<std::vector<v1::SegmentUpdate>> EditsOf(
    const SegmentSheet& sheet, const v1::Translation& now, bool overwrite) {
  if (sheet.translation != now.name()) {
    return AtLine(sheet.line, absl::StrCat("the file is of ", sheet.translation,
                                           ", not of ", now.name()));
  }
  std::map<std::string, const v1::Segment*> segments;
  for (const v1::Segment& segment : now.content().segments()) {
    segments[segment.id()] = &segment;
  }
  std::vector<v1::SegmentUpdate> updates;
  for (const SheetSegment& edited : sheet.segments) {
    const auto found = segments.find(edited.id);
    if (found == segments.end()) {
      if (DigestOf(edited.words) == edited.words_digest) continue;
      return AtLine(edited.line,
                    absl::StrCat("there is no segment ", edited.id,
                                 " any more; put its words elsewhere and take "
                                 "it out"));
    }
    COURANT_ASSIGN_OR_RETURN(
        std::optional<v1::SegmentUpdate> update,
        EditOf(edited, *found->second, now.content(), overwrite));
    if (update) updates.push_back(*std::move(update));
  }
  return updates;
}

}  // namespace courant
