#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"
#include "services/cli/display_width.h"
#include "services/cli/segment_edits.h"
#include "services/cli/segment_sheet.h"

namespace courant {
namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

// "line 31: …", with words behind it, in UTF-8.
void CheckNamesLine(absl::string_view message) {
  Check(IsUtf8(message));
  Check(absl::ConsumePrefix(&message, "line "));
  const size_t colon = message.find(": ");
  Check(colon != message.npos);
  int line = 0;
  Check(absl::SimpleAtoi(message.substr(0, colon), &line) && line >= 1);
  Check(message.size() > colon + 2);
}

// A translation with the segments of `sheet`, their words as they are there and
// a source with two kinds of marks.
v1::Translation TranslationOf(const SegmentSheet& sheet) {
  v1::Translation translation;
  translation.set_name(sheet.translation);
  v1::TranslationContent& content = *translation.mutable_content();
  for (const SheetSegment& read : sheet.segments) {
    v1::SourceSegment& source = *content.add_source_segments();
    source.set_id(read.id);
    source.mutable_text()->set_text("ab");
    for (const auto type : {v1::Mark::STRONG, v1::Mark::CODE}) {
      v1::Mark& mark = *source.mutable_text()->add_marks();
      mark.set_type(type);
      mark.set_end(1);
    }
    v1::Segment& segment = *content.add_segments();
    segment.set_id(read.id);
    segment.add_sources(read.id);
    segment.mutable_target()->set_text(read.words);
    segment.set_state(read.words.empty() ? v1::Segment::INITIAL
                                         : v1::Segment::TRANSLATED);
    segment.set_version(read.version);
  }
  return translation;
}

// A sheet of words that anybody wrote gives exactly these back and asks for
// nothing; and one that was read asks for what can be sent, or says in which
// line it cannot.
void TrySheet(absl::string_view bytes) {
  const absl::StatusOr<SegmentSheet> sheet = ReadSheet(bytes);
  if (!sheet.ok()) return CheckNamesLine(sheet.status().message());
  Check(sheet->segments.size() <= kMostSheetSegments);
  const v1::Translation translation = TranslationOf(*sheet);
  const absl::StatusOr<SegmentSheet> again = ReadSheet(WriteSheet(translation));
  Check(again.ok());
  Check(again->translation == sheet->translation);
  Check(again->segments.size() == sheet->segments.size());
  for (size_t i = 0; i < again->segments.size(); ++i) {
    Check(again->segments[i].id == sheet->segments[i].id);
    Check(again->segments[i].version == sheet->segments[i].version);
    Check(DigestOf(again->segments[i].words) ==
          again->segments[i].words_digest);
  }
  const auto nothing = EditsOf(*again, translation, false);
  Check(nothing.ok() && nothing->empty());

  const auto edits = EditsOf(*sheet, translation, false);
  if (!edits.ok()) return CheckNamesLine(edits.status().message());
  for (const v1::SegmentUpdate& edit : *edits) {
    Check(IsUtf8(edit.target().text()));
    for (const v1::Mark& mark : edit.target().marks()) {
      Check(0 <= mark.start() && mark.start() < mark.end());
    }
  }
}

}  // namespace
}  // namespace courant

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  courant::TrySheet(
      absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
