#include "services/cli/ledger_text.h"

#include <cstdint>
#include <functional>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/generated_enum_reflection.h"
#include "services/cli/article_text.h"
#include "services/cli/display_width.h"
#include "services/cli/lifecycle_text.h"
#include "services/cli/partner_name.h"
#include "services/cli/time_text.h"

namespace courant {
namespace {

// `value` by its name in the API; empty for the one that is never given, the
// number of one from a newer server.
template <typename Enum>
std::string EnumText(Enum value) {
  if (value == 0) return "";
  const google::protobuf::EnumValueDescriptor* known =
      google::protobuf::GetEnumDescriptor<Enum>()->FindValueByNumber(value);
  return known == nullptr ? absl::StrCat(static_cast<int>(value))
                          : known->name();
}

std::string OrDash(absl::string_view text) {
  return std::string(text.empty() ? "-" : text);
}

// Revisions count from 1.
std::string RevisionText(int64_t revision) {
  return revision == 0 ? "-" : absl::StrCat(revision);
}

std::string ChannelText(v1::Delivery::Channel channel) {
  return OrDash(absl::AsciiStrToLower(EnumText(channel)));
}

const char* BoolText(bool value) { return value ? "true" : "false"; }

// Both, with two spaces between them if both are there.
std::string Together(absl::string_view one, absl::string_view other) {
  return absl::StrCat(one, one.empty() || other.empty() ? "" : "  ", other);
}

// The parts of `partners/{partner}/notices/{sequence}`.
struct NoticeName {
  std::string partner;
  std::string change;
};

// A name of any other form is all partner, so that nothing is hidden.
NoticeName ReadNoticeName(const std::string& name) {
  const std::vector<std::string> parts = absl::StrSplit(name, '/');
  if (parts.size() != 4 || parts[0] != "partners" || parts[2] != "notices") {
    return {name, ""};
  }
  return {absl::StrCat("partners/", parts[1]), parts[3]};
}

// "REPLACE by articles/b". The article itself needs no name.
std::string ActionCell(const v1::Notice& notice) {
  const bool by_another =
      !notice.replacement().empty() && notice.replacement() != notice.article();
  return absl::StrCat(EnumText(notice.action()), by_another ? " by " : "",
                      by_another ? notice.replacement() : "");
}

bool IsOpen(const v1::Notice& notice) {
  return notice.state() == v1::Notice::PENDING ||
         notice.state() == v1::Notice::DELIVERED;
}

// "2 partners have", "1 partner has".
std::string Counted(int count, absl::string_view one, absl::string_view more) {
  return absl::StrCat(count, " ", count == 1 ? one : more);
}

// Partners by the kind of change that they are counted for.
using CountByKind = std::map<v1::Change::Kind, int, std::greater<>>;

void AppendCounts(const CountByKind& counts, absl::string_view one,
                  absl::string_view more, std::string* text) {
  for (const auto& [kind, count] : counts) {
    absl::StrAppend(text, "; ", Counted(count, one, more), " ", EnumText(kind));
  }
}

}  // namespace

std::vector<LedgerCell> LedgerRow(const v1::Delivery& delivery,
                                  const Terminal& terminal) {
  return {
      {"ARTICLE", NameText(delivery.article(), terminal)},
      {"REVISION", RevisionText(delivery.revision())},
      {"BY", ChannelText(delivery.channel())},
      {"DECISION", OrDash(EnumText(delivery.decision()))},
      {"TIME", OrDash(TimeText(delivery.deliver_time()))},
      {"KEY", OrDash(delivery.key())},
  };
}

std::vector<LedgerCell> LedgerRow(const v1::Notice& notice,
                                  const Terminal& terminal) {
  const NoticeName name = ReadNoticeName(notice.name());
  return {
      {"PARTNER", ShortRightsName(name.partner)},
      {"CHANGE", OrDash(name.change)},
      {"KIND", OrDash(EnumText(notice.kind()))},
      {"ARTICLE", NameText(notice.article(), terminal)},
      {"REVISION", RevisionText(notice.revision())},
      {"ACTION", OrDash(ActionCell(notice))},
      {"STATE", OrDash(EnumText(notice.state()))},
      {"SINCE", OrDash(TimeText(notice.commit_time()))},
      {"ANSWERED", OrDash(TimeText(notice.acknowledge_time()))},
      {"ANSWER", OrDash(Together(notice.url(), notice.comment()))},
  };
}

std::vector<LedgerCell> LedgerRow(const v1::Exposure& exposure,
                                  const Terminal& /*terminal*/) {
  const v1::Notice& notice = exposure.notice();
  return {
      {"PARTNER", ShortRightsName(exposure.partner())},
      {"HELD", RevisionText(exposure.revision())},
      {"BY", ChannelText(exposure.channel())},
      {"SINCE", OrDash(TimeText(exposure.deliver_time()))},
      {"AT RISK", exposure.at_risk() ? "yes" : "no",
       exposure.at_risk() ? kAlarmStyle : ""},
      {"NOTICE", OrDash(absl::StrCat(EnumText(notice.kind()),
                                     exposure.has_notice() ? " " : "",
                                     EnumText(notice.state())))},
      {"OPEN", absl::StrCat(exposure.open_notices())},
  };
}

std::vector<LedgerCell> LedgerFields(const v1::Delivery& delivery) {
  return {
      {"delivery", delivery.name()},
      {"article", delivery.article()},
      {"revision", absl::StrCat(delivery.revision())},
      {"sequence", absl::StrCat(delivery.sequence())},
      {"channel", EnumText(delivery.channel())},
      {"decision", EnumText(delivery.decision())},
      {"deliver_time", ExactTimeText(delivery.deliver_time())},
      {"key", delivery.key()},
  };
}

std::vector<LedgerCell> LedgerFields(const v1::Notice& notice) {
  const NoticeName name = ReadNoticeName(notice.name());
  return {
      {"notice", notice.name()},
      {"partner", name.partner},
      {"sequence", name.change},
      {"kind", EnumText(notice.kind())},
      {"article", notice.article()},
      {"revision", absl::StrCat(notice.revision())},
      {"held_revision", absl::StrCat(notice.held_revision())},
      {"action", EnumText(notice.action())},
      {"replacement", notice.replacement()},
      {"reason", notice.reason()},
      {"contact", notice.contact()},
      {"state", EnumText(notice.state())},
      {"commit_time", ExactTimeText(notice.commit_time())},
      {"deliver_time", ExactTimeText(notice.deliver_time())},
      {"acknowledge_time", ExactTimeText(notice.acknowledge_time())},
      {"acknowledged_by", notice.acknowledged_by()},
      {"url", notice.url()},
      {"comment", notice.comment()},
      {"superseded_by", absl::StrCat(notice.superseded_by())},
      {"escalate_time", ExactTimeText(notice.escalate_time())},
  };
}

std::vector<LedgerCell> LedgerFields(const v1::Exposure& exposure) {
  const v1::Notice& notice = exposure.notice();
  return {
      {"partner", exposure.partner()},
      {"revision", absl::StrCat(exposure.revision())},
      {"channel", EnumText(exposure.channel())},
      {"deliver_time", ExactTimeText(exposure.deliver_time())},
      {"full_revisions", absl::StrCat(exposure.full_revisions())},
      {"metadata_revisions", absl::StrCat(exposure.metadata_revisions())},
      {"at_risk", BoolText(exposure.at_risk())},
      {"notice", notice.name()},
      {"kind", EnumText(notice.kind())},
      {"state", EnumText(notice.state())},
      {"notice_time", ExactTimeText(notice.commit_time())},
      {"notice_deliver_time", ExactTimeText(notice.deliver_time())},
      {"acknowledge_time", ExactTimeText(notice.acknowledge_time())},
      {"acknowledged_by", notice.acknowledged_by()},
      {"url", notice.url()},
      {"comment", notice.comment()},
      {"escalate_time", ExactTimeText(notice.escalate_time())},
      {"open_notices", absl::StrCat(exposure.open_notices())},
  };
}

std::string ExposureHeading(absl::string_view article,
                            const v1::ListExposuresResponse& page,
                            const Terminal& terminal) {
  return absl::StrCat(OneLine(article), "  revision ",
                      RevisionText(page.article_revision()), "  ",
                      terminal.Paint(StateStyle(page.article_state()),
                                     OrDash(EnumText(page.article_state()))),
                      "\n");
}

std::string ExposureSummary(const std::vector<v1::Exposure>& exposures) {
  if (exposures.empty()) {
    return "nobody got it, and nobody was told about it\n";
  }
  int holders = 0;
  int at_risk = 0;
  int earlier = 0;  // Owe an answer to an older notice alone.
  CountByKind silent;
  CountByKind refusing;
  for (const v1::Exposure& exposure : exposures) {
    const v1::Notice& notice = exposure.notice();
    holders += exposure.revision() > 0;
    at_risk += exposure.at_risk();
    if (IsOpen(notice)) {
      ++silent[notice.kind()];
    } else {
      earlier += exposure.open_notices() > 0;
    }
    if (notice.state() == v1::Notice::REFUSED) ++refusing[notice.kind()];
  }
  std::string text =
      holders == 0 ? "nobody has its text"
                   : Counted(holders, "partner has it", "partners have it");
  AppendCounts(silent, "has not acknowledged", "have not acknowledged", &text);
  AppendCounts(refusing, "has refused", "have refused", &text);
  if (earlier > 0) {
    absl::StrAppend(&text, "; ",
                    Counted(earlier, "has not acknowledged an earlier notice",
                            "have not acknowledged an earlier notice"));
  }
  if (silent.empty() && earlier == 0) {
    absl::StrAppend(&text, "; no notice is open");
  }
  if (at_risk > 0) {
    absl::StrAppend(&text, "; ", Counted(at_risk, "is at risk", "are at risk"));
  }
  return absl::StrCat(text, "\n");
}

}  // namespace courant
