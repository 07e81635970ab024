#include "services/cli/change_text.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/cli/article_text.h"
#include "services/cli/display_width.h"
#include "services/cli/time_text.h"

namespace courant {
namespace {

// Widths that most values keep to.
constexpr int kTimeWidth = 20;
constexpr int kSequenceWidth = 6;
constexpr int kKindWidth = 11;
constexpr int kLanguageWidth = 5;
constexpr int kSectionWidth = 11;
constexpr int kNameWidth = 28;

// SGR parameters.
constexpr char kDim[] = "2";
constexpr char kRed[] = "31";
constexpr char kGreen[] = "32";
constexpr char kYellow[] = "33";
constexpr char kCyan[] = "36";

// Red: stop using it. Yellow: look at it again. Green: new to use.
const char* StyleOf(v1::Change::Kind kind) {
  switch (kind) {
    case v1::Change::PUBLISHED:
    case v1::Change::EMBARGO_RELEASED:
    case v1::Change::HOLD_RELEASED:
    case v1::Change::RESTORED:
    case v1::Change::RIGHTS_GRANTED:
      return kGreen;
    case v1::Change::UPDATED:
    case v1::Change::REFILED:
      return kCyan;
    case v1::Change::CORRECTED:
    case v1::Change::PRE_NOTICED:
    case v1::Change::EMBARGO_CHANGED:
    case v1::Change::TRANSLATION_STALE:
      return kYellow;
    case v1::Change::HELD:
    case v1::Change::WITHDRAWN:
    case v1::Change::KILLED:
    case v1::Change::EXPIRED:
    case v1::Change::RIGHTS_REVOKED:
      return kRed;
    default:
      return kDim;
  }
}

std::string TombstoneText(const v1::Change& change) {
  const v1::Tombstone& tombstone = change.tombstone();
  std::string text = change.disposition() == v1::Change::LEFT
                         ? "left the filter"
                         : "content removed";
  if (tombstone.action() != v1::Tombstone::ACTION_UNSPECIFIED) {
    text = v1::Tombstone::Action_Name(tombstone.action());
  }
  if (!tombstone.reason().empty()) {
    absl::StrAppend(&text, ": ", tombstone.reason());
  }
  if (!tombstone.replacement().empty()) {
    absl::StrAppend(&text, " (see ", tombstone.replacement(), ")");
  }
  return text;
}

std::string LastColumn(const v1::Change& change) {
  if (change.has_tombstone()) return OneLine(TombstoneText(change));
  if (change.has_reference()) return OneLine(change.reference().revision());
  return OneLine(change.article().headline().value());
}

}  // namespace

std::string ChangeLine(const v1::Change& change, const Terminal& terminal) {
  // On a narrow screen room for the headline is worth more than alignment.
  const bool aligned = !terminal.narrow();
  const auto cell = [aligned](const std::string& text, int width) {
    return absl::StrCat(PadToWidth(OneLine(text), aligned ? width : 0), "  ");
  };
  const std::string time = cell(TimeText(change.commit_time()), kTimeWidth);
  const std::string sequence =
      absl::StrFormat("%*d  ", aligned ? kSequenceWidth : 0, change.sequence());
  const std::string kind =
      cell(v1::Change::Kind_Name(change.kind()), kKindWidth);
  const std::string rest =
      absl::StrCat(cell(change.article().language(), kLanguageWidth),
                   cell(SectionText(change.article()), kSectionWidth),
                   cell(NameText(change.resource(), terminal), kNameWidth));
  std::string headline = LastColumn(change);
  if (const int columns = terminal.Columns(); columns > 0) {
    const int used = DisplayWidth(time) + DisplayWidth(sequence) +
                     DisplayWidth(kind) + DisplayWidth(rest);
    headline = CutToWidth(headline, columns - used);
  }
  return absl::StrCat(terminal.Paint(kDim, time), sequence,
                      terminal.Paint(StyleOf(change.kind()), kind), rest,
                      headline);
}

}  // namespace courant
