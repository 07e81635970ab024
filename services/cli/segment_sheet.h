#ifndef COURANT_SERVICES_CLI_SEGMENT_SHEET_H_
#define COURANT_SERVICES_CLI_SEGMENT_SHEET_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "courant/v1/translation.pb.h"
#include "services/cli/marked_text.h"

// A translation as a text file to be edited: the source beside the translation,
// segment by segment.
//
//   ===== 1 articles/talks/translations/en
//
//   # body/p3.2  TRANSLATED
//   # ko  | 장관은 "붕괴"라고 했다.
//   # was | 장관은 "부패"라고 했다.
//   >>>>> body/p3.2
//   The minister spoke of "corruption".
//   <<<<< body/p3.2 8c1f…-77ab…-0000…
//
// Lines outside of ">>>>>" and "<<<<<" begin with "#" or are empty, and are not
// read. What is between them are the words, as they are, but for a backslash
// before a line of them that looks like one of these two; marks stand as signs
// (marked_text.h). Line breaks of DOS, a byte order mark and a line break at
// the end of the file make no difference.
//
// Behind the id of ">>>>>" can stand "draft" (keep it among what is to be
// translated) or "done" (right, though it was not touched). Behind that of
// "<<<<<" stands what the file was made from: the version of the segment, and
// 64 bits over its words and over the kinds of marks.
//
// All functions are thread-safe.
namespace courant {

// What is wanted of a segment besides its words.
enum class SegmentWish { kNone, kDraft, kDone };

// One segment of a sheet.
struct SheetSegment {
  std::string id;
  SegmentWish wish = SegmentWish::kNone;
  // As between the lines, without escapes, spaces at the end, and empty lines
  // at the begin.
  std::string words;
  // Segment.version when the sheet was written.
  uint64_t version = 0;
  // DigestOf() the words then.
  uint64_t words_digest = 0;
  // DigestOf() the PaletteText() then.
  uint64_t marks_digest = 0;
  // Line of ">>>>>", and the first one of `words`, from 1.
  int line = 0;
  int words_line = 0;
};

// A sheet as it was read.
struct SegmentSheet {
  // `articles/{article}/translations/{translation}`.
  std::string translation;
  // Line that says so, from 1.
  int line = 0;
  // In the order of the file.
  std::vector<SheetSegment> segments;
};

// The most that a sheet can have.
constexpr size_t kMostSheetBytes = 32 * 1024 * 1024;
constexpr size_t kMostSheetSegments = 50'000;

// `translation`, with its content, as a sheet.
std::string WriteSheet(const v1::Translation& translation);

// Reads a sheet: the bytes of a file that a person has had in an editor.
//
// INVALID_ARGUMENT for anything else; the message begins with the line, "line
// 31: ", and says what would be right.
absl::StatusOr<SegmentSheet> ReadSheet(absl::string_view bytes);

// The words of `segment` as a sheet has them, before escapes.
std::string SheetWords(const v1::Segment& segment, const MarkPalette& palette);

// The kinds of marks that a translator of `segment` can use: those of its
// source, and those that it has. `content` is what it belongs to.
MarkPalette PaletteOf(const v1::Segment& segment,
                      const v1::TranslationContent& content);

// 64 bits over `text`, the same in every program.
uint64_t DigestOf(absl::string_view text);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_SEGMENT_SHEET_H_
