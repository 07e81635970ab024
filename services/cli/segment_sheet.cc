#include "services/cli/segment_sheet.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "services/cli/display_width.h"
#include "services/cli/terminal.h"
#include "services/cli/word_diff.h"

namespace courant {
namespace {

constexpr absl::string_view kTitle = "=====";
constexpr absl::string_view kBegin = ">>>>>";
constexpr absl::string_view kEnd = "<<<<<";
constexpr absl::string_view kFormat = "1";
constexpr absl::string_view kMarkOfUtf8 = "\xef\xbb\xbf";
constexpr size_t kLongestId = 256;
constexpr int kNoteWidth = 7;

bool LooksLikeControl(absl::string_view line) {
  return absl::StartsWith(line, kBegin) || absl::StartsWith(line, kEnd);
}

// What an editor may do to line ends, or undo.
absl::string_view WithoutReturns(absl::string_view line) {
  while (absl::ConsumeSuffix(&line, "\r")) {
  }
  return line;
}

// A line of words that would be read as something else gets a backslash; one
// that looks escaped already gets one more.
bool NeedsEscape(absl::string_view line) {
  return LooksLikeControl(
      line.substr(std::min(line.size(), line.find_first_not_of('\\'))));
}

std::string Escaped(absl::string_view words) {
  std::string out;
  for (const absl::string_view line : absl::StrSplit(words, '\n')) {
    absl::StrAppend(&out, NeedsEscape(line) ? "\\" : "", line, "\n");
  }
  return out;
}

// "# was | …" for each line of `text`; nothing for none.
void AddNote(absl::string_view label, absl::string_view text,
             std::string& out) {
  if (text.empty()) return;
  absl::string_view left = label;
  for (const absl::string_view line :
       absl::StrSplit(PrintableLines(text), '\n')) {
    absl::StrAppend(&out, "# ", PadToWidth(left, kNoteWidth), " | ", line,
                    "\n");
    left = "";
  }
}

constexpr char kGuide[] =
    "# Write each translation between its lines >>>>> and <<<<< and leave "
    "these "
    "as\n"
    "# they are. What stands outside of them is not read. What you do not "
    "touch, or\n"
    "# take out with both of its lines, stays as it is.\n"
    "#\n"
    "# Behind the id in a line >>>>> you can write\n"
    "#   draft   not done yet: keep the words, but among what is to be "
    "translated\n"
    "#   done    right as it is, although it says INITIAL\n"
    "#\n"
    "# ⟦1⟧words⟦/1⟧ are words with a mark; \"marks\" says which. ⟦ itself is "
    "⟦⟦.\n";

// What belongs to segments, found by their ids.
class SegmentNotes {
 public:
  explicit SegmentNotes(const v1::Translation& translation)
      : translation_(translation) {
    for (const v1::SourceSegment& source :
         translation.content().source_segments()) {
      sources_[source.id()] = &source;
    }
    for (const v1::SourceChange& change : translation.source_changes()) {
      for (const std::string& id : change.segments()) changes_[id] = &change;
    }
    for (const v1::ReviewComment& comment : translation.task().comments()) {
      comments_[comment.segment()].push_back(&comment);
    }
  }

  std::string Of(const v1::Segment& segment, const MarkPalette& palette) const {
    std::string out =
        absl::StrCat("# ", OneLine(segment.id()), "  ",
                     v1::Segment::State_Name(segment.state()), "\n");
    std::string plain;  // All of its source.
    for (const std::string& id : segment.sources()) {
      const auto found = sources_.find(id);
      if (found == sources_.end()) continue;
      const v1::RichText& text = found->second->text();
      absl::StrAppend(&plain, text.text());
      AddNote(OneLine(translation_.source_language()),
              absl::StripTrailingAsciiWhitespace(MarkedText(text, palette)),
              out);
    }
    if (!segment.previous_source().empty()) {
      AddNote("was",
              absl::StripTrailingAsciiWhitespace(segment.previous_source()),
              out);
      AddNote("changed",
              ChangedWords(segment.previous_source(), plain,
                           WordSpans(segment.previous_source(), plain),
                           Terminal::None()),
              out);
    }
    for (const std::string& id : segment.sources()) AddChange(id, out);
    AddNote("marks", PaletteText(palette), out);
    AddComments(segment.id(), out);
    return out;
  }

  void AddComments(const std::string& id, std::string& out) const {
    const auto found = comments_.find(id);
    if (found == comments_.end()) return;
    for (const v1::ReviewComment* comment : found->second) {
      AddNote("comment", comment->text(), out);
    }
  }

 private:
  // What the source says since, when the translation is behind.
  void AddChange(const std::string& id, std::string& out) const {
    const auto found = changes_.find(id);
    if (found == changes_.end()) return;
    const v1::SourceChange& change = *found->second;
    const std::string now =
        change.now().empty()
            ? absl::StrCat("(", v1::SourceChange::Kind_Name(change.kind()), ")")
            : ChangedWords(change.was(), change.now(),
                           {change.spans().begin(), change.spans().end()},
                           Terminal::None());
    AddNote(absl::StrCat("rev ", change.revision()), now, out);
  }

  const v1::Translation& translation_;
  std::map<std::string, const v1::SourceSegment*> sources_;
  std::map<std::string, const v1::SourceChange*> changes_;
  std::map<std::string, std::vector<const v1::ReviewComment*>> comments_;
};

std::string Origin(const v1::Segment& segment, const MarkPalette& palette) {
  return absl::StrFormat("%016x-%016x-%016x", segment.version(),
                         DigestOf(SheetWords(segment, palette)),
                         DigestOf(PaletteText(palette)));
}

bool ReadOrigin(absl::string_view text, SheetSegment& segment) {
  constexpr size_t kDigits = 16;
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '-');
  uint64_t* const fields[] = {&segment.version, &segment.words_digest,
                              &segment.marks_digest};
  if (parts.size() != std::size(fields)) return false;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].size() != kDigits) return false;
    for (const char c : parts[i]) {
      if (!absl::ascii_isxdigit(static_cast<unsigned char>(c))) return false;
    }
    if (!absl::SimpleHexAtoi(parts[i], fields[i])) return false;
  }
  return true;
}

// Without spaces at the end and empty lines at the begin. Says how many of
// these there were.
std::string Trimmed(absl::string_view words, int& lines_above) {
  words = absl::StripTrailingAsciiWhitespace(words);
  lines_above = 0;
  while (true) {
    const size_t end = words.find('\n');
    if (end == words.npos ||
        !absl::StripAsciiWhitespace(words.substr(0, end)).empty()) {
      return std::string(words);
    }
    words.remove_prefix(end + 1);
    ++lines_above;
  }
}

// Reads a sheet line by line.
class SheetReader {
 public:
  absl::Status Line(absl::string_view line) {
    ++number_;
    line = WithoutReturns(line);
    if (!IsUtf8(line)) return Wrong("is not UTF-8");
    if (inside_) return InsideLine(line);
    const absl::string_view trimmed = absl::StripAsciiWhitespace(line);
    if (trimmed.empty() || absl::StartsWith(line, "#")) {
      return absl::OkStatus();
    }
    const std::vector<absl::string_view> words =
        absl::StrSplit(trimmed, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    if (words[0] == kTitle) return Title(words);
    if (words[0] == kBegin) return Begin(words);
    if (words[0] == kEnd) {
      return Wrong("ends a segment that did not begin");
    }
    return Wrong(
        "stands outside of a segment and would not be read: write between the "
        "lines >>>>> and <<<<<, or put a # before it");
  }

  absl::StatusOr<SegmentSheet> Take() {
    if (inside_) {
      number_ = sheet_.segments.back().line;
      return Wrong(absl::StrCat("the segment ", sheet_.segments.back().id,
                                " begins and does not end: its line <<<<< is "
                                "missing"));
    }
    if (sheet_.translation.empty()) {
      return Wrong(
          "the line ===== with the name of the translation is missing");
    }
    return std::move(sheet_);
  }

 private:
  absl::Status Wrong(absl::string_view what) const {
    return absl::InvalidArgumentError(
        absl::StrCat("line ", number_, ": ", what));
  }

  absl::Status Title(const std::vector<absl::string_view>& words) {
    if (!sheet_.translation.empty()) {
      return Wrong(absl::StrCat("is a second line ====="));
    }
    if (words.size() != 3 || words[1] != kFormat) {
      return Wrong("must be \"===== 1\" and the name of a translation");
    }
    sheet_.translation = std::string(words[2]);
    sheet_.line = number_;
    return absl::OkStatus();
  }

  absl::Status Begin(const std::vector<absl::string_view>& words) {
    if (sheet_.translation.empty()) {
      return Wrong("comes before the line =====");
    }
    if (words.size() < 2 || words.size() > 3 || words[1].size() > kLongestId) {
      return Wrong("must be >>>>> and the id of a segment, and nothing else");
    }
    SheetSegment segment;
    segment.id = std::string(words[1]);
    segment.line = number_;
    if (words.size() == 3 && words[2] == "draft") {
      segment.wish = SegmentWish::kDraft;
    } else if (words.size() == 3 && words[2] == "done") {
      segment.wish = SegmentWish::kDone;
    } else if (words.size() == 3) {
      return Wrong("has something behind the id that is not draft nor done");
    }
    if (!ids_.insert(segment.id).second) {
      return Wrong(
          absl::StrCat("the segment ", segment.id, " is there a second time"));
    }
    if (sheet_.segments.size() == kMostSheetSegments) {
      return Wrong(absl::StrCat("there are more than ", kMostSheetSegments,
                                " segments"));
    }
    sheet_.segments.push_back(std::move(segment));
    inside_ = true;
    words_.clear();
    return absl::OkStatus();
  }

  absl::Status InsideLine(absl::string_view line) {
    SheetSegment& segment = sheet_.segments.back();
    if (absl::StartsWith(line, kEnd)) return End(line, segment);
    if (absl::StartsWith(line, kBegin)) {
      return Wrong(absl::StrCat(
          "begins a segment, but ", segment.id, " of line ", segment.line,
          " has not ended; put a \\ before it if it is a part of the words"));
    }
    if (NeedsEscape(line)) line.remove_prefix(1);
    absl::StrAppend(&words_, line, "\n");
    return absl::OkStatus();
  }

  absl::Status End(absl::string_view line, SheetSegment& segment) {
    const std::vector<absl::string_view> words =
        absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    if (words.size() != 3 || words[0] != kEnd || words[1] != segment.id ||
        !ReadOrigin(words[2], segment)) {
      return Wrong(absl::StrCat(
          "must be the line that the segment ", segment.id, " of line ",
          segment.line,
          " came with; put a \\ before it if it is a part of the words"));
    }
    int above = 0;
    segment.words = Trimmed(words_, above);
    segment.words_line = segment.line + 1 + above;
    inside_ = false;
    return absl::OkStatus();
  }

  SegmentSheet sheet_;
  std::set<std::string> ids_;
  int number_ = 0;
  bool inside_ = false;
  std::string words_;  // Of the segment that has not ended.
};

}  // namespace

uint64_t DigestOf(absl::string_view text) {
  uint64_t digest = 0xcbf29ce484222325u;  // FNV-1a.
  for (const char c : text) {
    digest = (digest ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  }
  return digest;
}

MarkPalette PaletteOf(const v1::Segment& segment,
                      const v1::TranslationContent& content) {
  const std::set<std::string> ids(segment.sources().begin(),
                                  segment.sources().end());
  std::vector<const v1::RichText*> texts;
  for (const v1::SourceSegment& source : content.source_segments()) {
    if (ids.count(source.id()) > 0) texts.push_back(&source.text());
  }
  texts.push_back(&segment.target());
  return PaletteOf(texts);
}

std::string SheetWords(const v1::Segment& segment, const MarkPalette& palette) {
  int above = 0;
  std::string words;
  for (absl::string_view line :
       absl::StrSplit(MarkedText(segment.target(), palette), '\n')) {
    line = WithoutReturns(line);
    absl::StrAppend(&words, line, "\n");
  }
  return Trimmed(words, above);
}

std::string WriteSheet(const v1::Translation& translation) {
  const SegmentNotes notes(translation);
  std::string out =
      absl::StrCat(kTitle, " ", kFormat, " ", translation.name(), "\n# ",
                   OneLine(translation.source_language()), " -> ",
                   OneLine(translation.language()), ", source revision ",
                   translation.source_revision(), ", ",
                   v1::Translation::Freshness_Name(translation.freshness()),
                   "\n#\n", kGuide);
  AddNote("note", translation.note(), out);
  notes.AddComments("", out);
  for (const v1::Segment& segment : translation.content().segments()) {
    const MarkPalette palette = PaletteOf(segment, translation.content());
    const std::string words = SheetWords(segment, palette);
    absl::StrAppend(&out, "\n", notes.Of(segment, palette), kBegin, " ",
                    segment.id(), "\n", Escaped(words), kEnd, " ", segment.id(),
                    " ", Origin(segment, palette), "\n");
  }
  return out;
}

absl::StatusOr<SegmentSheet> ReadSheet(absl::string_view bytes) {
  if (bytes.size() > kMostSheetBytes) {
    return absl::InvalidArgumentError(absl::StrCat(
        "line 1: the file has more than ", kMostSheetBytes, " bytes"));
  }
  absl::ConsumePrefix(&bytes, kMarkOfUtf8);
  SheetReader reader;
  for (const absl::string_view line : absl::StrSplit(bytes, '\n')) {
    absl::Status status = reader.Line(line);
    if (!status.ok()) return status;
  }
  return reader.Take();
}

}  // namespace courant
