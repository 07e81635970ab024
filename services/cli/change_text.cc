#include "services/cli/change_text.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "services/cli/article_text.h"
#include "services/cli/display_width.h"
#include "services/cli/lifecycle_text.h"
#include "services/cli/time_text.h"
#include "services/cli/translation_text.h"

namespace courant {
namespace {

// Widths that most values keep to.
constexpr int kTimeWidth = 20;
constexpr int kSequenceWidth = 6;
constexpr int kKindWidth = 14;
constexpr int kLanguageWidth = 5;
constexpr int kSectionWidth = 11;
constexpr int kNameWidth = 28;

// SGR parameters.
constexpr char kDim[] = "2";
constexpr char kRed[] = "31";
constexpr char kGreen[] = "32";
constexpr char kYellow[] = "33";
constexpr char kCyan[] = "36";

// White on red: stop using it, now. Red: no more of it. Black on yellow:
// somebody has to decide. Yellow: look at it again. Green: new to use.
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
      return kAlarmStyle;
    case v1::Change::KILL_REQUESTED:
      return kAttentionStyle;
    case v1::Change::EXPIRED:
    case v1::Change::RIGHTS_REVOKED:
    case v1::Change::RIGHTS_SUSPENDED:
    case v1::Change::KEY_REVOKED:
    case v1::Change::TRANSLATION_CANCELLED:
      return kRed;
    case v1::Change::TRANSLATION_REQUESTED:
    case v1::Change::TRANSLATION_SUBMITTED:
    case v1::Change::TRANSLATION_REJECTED:
    case v1::Change::RIGHTS_UPDATED:
    case v1::Change::KEY_CREATED:
      return kCyan;
    case v1::Change::TRANSLATION_APPROVED:
    case v1::Change::TRANSLATION_COMPLETED:
    case v1::Change::RIGHTS_RESUMED:
      return kGreen;
    default:
      return kDim;
  }
}

std::string TombstoneText(const v1::Change& change) {
  const v1::Tombstone& tombstone = change.tombstone();
  std::string text = change.disposition() == v1::Change::LEFT
                         ? "left the view"
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
  if (!tombstone.contact().empty()) {
    absl::StrAppend(&text, " (ask ", tombstone.contact(), ")");
  }
  return text;
}

// "TRANSLATING by desk/kim, OUTDATED, 3 of 5".
std::string TranslationDetail(const v1::Change& change) {
  const v1::Translation& translation = change.translation();
  const v1::TranslationTask& task = translation.task();
  // Who has it; after a change that nobody holds, who made that.
  const std::string who =
      task.has_lease()
          ? task.lease().holder()
          : (change.actor().empty() ? translation.actor() : change.actor());
  std::string text = absl::StrCat(
      v1::TranslationTask::State_Name(task.state()), who.empty() ? "" : " by ",
      who, ", ", v1::Translation::Freshness_Name(translation.freshness()), ", ",
      DoneText(translation.completeness()));
  if (!task.cancel_reason().empty() &&
      change.kind() == v1::Change::TRANSLATION_CANCELLED) {
    absl::StrAppend(&text, ": ", task.cancel_reason());
  } else if (change.kind() == v1::Change::TRANSLATION_COMPLETED) {
    absl::StrAppend(&text, "  ", translation.article());
  } else if (change.kind() == v1::Change::TRANSLATION_REJECTED) {
    for (const v1::ReviewComment& comment : task.comments()) {
      absl::StrAppend(&text, "  ", comment.segment(),
                      comment.segment().empty() ? "" : ": ", comment.text());
    }
  }
  return text;
}

// Of a change of rights: why it was suspended.
std::string RightsDetail(const v1::Change& change) {
  switch (change.payload_case()) {
    case v1::Change::kPartner:
      return change.partner().suspension().reason();
    case v1::Change::kContract:
      return change.contract().suspension().reason();
    case v1::Change::kGrant:
      return change.grant().suspension().reason();
    case v1::Change::kProduct:
      return change.product().suspension().reason();
    default:
      return "";
  }
}

// Of a change of rights: what people call it, or of a grant what it is of.
std::string RightsHeadline(const v1::Change& change) {
  switch (change.payload_case()) {
    case v1::Change::kPartner:
      return change.partner().display_name();
    case v1::Change::kContract:
      return change.contract().display_name();
    case v1::Change::kGrant:
      return change.grant().product();
    case v1::Change::kProduct:
      return change.product().display_name();
    case v1::Change::kApiKey:
      return change.api_key().display_name();
    default:
      return "";
  }
}

// What happened besides what the kind says; empty when nothing did.
std::string Detail(const v1::Change& change) {
  const v1::Article& article = change.article();
  switch (change.kind()) {
    case v1::Change::SCHEDULED:
      return absl::StrCat("for ", TimeText(article.schedule_time()));
    case v1::Change::PRE_NOTICED:
    case v1::Change::EMBARGO_CHANGED:
      return absl::StrCat("until ", TimeText(article.embargo_until()));
    case v1::Change::CORRECTED:
    case v1::Change::REFILED:
      return absl::StrCat(
          article.change_note().severity() == v1::ChangeNote::CRITICAL
              ? "CRITICAL "
              : "",
          absl::StrJoin(article.change_note().corrections(), "; ",
                        [](std::string* out, const auto& correction) {
                          absl::StrAppend(out, CorrectionText(correction));
                        }));
    case v1::Change::KILL_REQUESTED: {
      const v1::KillRequest& asked = article.kill_request();
      return absl::StrCat("confirm before ", TimeText(asked.expire_time()),
                          ": ", asked.reason());
    }
    case v1::Change::HISTORY_TRIMMED: {
      const v1::HistoryTrim& trim = change.history_trim();
      return absl::StrCat(trim.texts(), " old texts let go; kept since ",
                          TimeText(trim.kept_since()), ", whole from change ",
                          trim.floor_sequence());
    }
    default:
      return "";
  }
}

// The end of a line, in parts of which the first is painted in the style of
// the kind.
struct Ending {
  std::string detail;
  std::string rest;
};

Ending EndingOf(const v1::Change& change) {
  if (change.has_tombstone()) return {OneLine(TombstoneText(change)), ""};
  if (change.has_translation()) {
    return {OneLine(TranslationDetail(change)), ""};
  }
  if (change.has_partner() || change.has_contract() || change.has_grant() ||
      change.has_product()) {
    const std::string why = OneLine(RightsDetail(change));
    const std::string what = OneLine(RightsHeadline(change));
    return {why, why.empty() ? what : absl::StrCat("  ", what)};
  }
  if (change.has_history_trim()) return {OneLine(Detail(change)), ""};
  if (change.has_reference()) {
    return {"", OneLine(change.reference().revision())};
  }
  const std::string headline = OneLine(change.article().headline().value());
  const std::string detail = OneLine(Detail(change));
  return {detail, detail.empty() ? headline : absl::StrCat("  ", headline)};
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
  const std::string kind = v1::Change::Kind_Name(change.kind());
  const std::string behind_kind =
      cell(kind, kKindWidth).substr(kind.size());  // Not painted.
  const std::string rest = absl::StrCat(
      cell(change.has_translation() ? change.translation().language()
                                    : change.article().language(),
           kLanguageWidth),
      cell(SectionText(change.article()), kSectionWidth),
      cell(NameText(change.resource(), terminal), kNameWidth));
  Ending ending = EndingOf(change);
  if (const int columns = terminal.Columns(); columns > 0) {
    const int used = DisplayWidth(time) + DisplayWidth(sequence) +
                     DisplayWidth(kind) + DisplayWidth(behind_kind) +
                     DisplayWidth(rest);
    ending.detail = CutToWidth(ending.detail, columns - used);
    ending.rest =
        CutToWidth(ending.rest, columns - used - DisplayWidth(ending.detail));
  }
  const char* style = StyleOf(change.kind());
  // What was published and killed since is nothing to use any more.
  const bool removed =
      change.tombstone().action() != v1::Tombstone::ACTION_UNSPECIFIED &&
      absl::string_view(style) != kAlarmStyle;
  return absl::StrCat(terminal.Paint(kDim, time), sequence,
                      terminal.Paint(style, kind), behind_kind, rest,
                      terminal.Paint(removed ? kRed : style, ending.detail),
                      ending.rest);
}

}  // namespace courant
