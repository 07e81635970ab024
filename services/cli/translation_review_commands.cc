#include "services/cli/translation_review_commands.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/cli/connection.h"
#include "services/cli/error_text.h"
#include "services/cli/json_text.h"
#include "services/cli/translation_options.h"
#include "services/cli/translation_report.h"
#include "services/cli/translation_text.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

using Use = Option::Use;

absl::Status Review(Context& context) {
  v1::ClaimTranslationRequest claim;
  COURANT_ASSIGN_OR_RETURN(
      *claim.mutable_name(),
      TranslationName(context.arguments.operands().front()));
  claim.set_role(v1::Lease::REVIEW);
  COURANT_ASSIGN_OR_RETURN(const int lease, ReadLease(context.arguments));
  claim.set_lease_seconds(lease);
  claim.set_request_id(context.request_id);
  const auto claimed = context.connection.ClaimTranslation(claim);
  if (!claimed.ok()) {
    return WithTranslationHints(claimed.status(), claim.name(), context);
  }
  v1::GetTranslationRequest get;
  get.set_name(claim.name());
  get.set_view(v1::TRANSLATION_VIEW_FULL);
  get.set_min_change_sequence(claimed->change_sequence());
  COURANT_ASSIGN_OR_RETURN(const v1::Translation translation,
                           context.connection.GetTranslation(get));
  std::ostream& out = context.console.out;
  if (context.output == OutputFormat::kJson) {
    out << JsonLine(translation) << '\n';
    return absl::OkStatus();
  }
  out << TranslationLine(translation, context.connection.actor()) << "\n\n"
      << SegmentsText(translation, context.console.out_terminal);
  const std::string name = ShortTranslationName(claim.name());
  SayNext(absl::StrCat("courant translation approve ", name, ", or reject ",
                       name, " --comment [SEGMENT:]TEXT"),
          context);
  return absl::OkStatus();
}

absl::Status Approve(Context& context) {
  v1::ApproveTranslationRequest request;
  COURANT_ASSIGN_OR_RETURN(
      *request.mutable_name(),
      TranslationName(context.arguments.operands().front()));
  COURANT_ASSIGN_OR_RETURN(const int64_t token,
                           TokenFor(request.name(), context));
  request.set_fencing_token(token);
  request.set_request_id(context.request_id);
  const auto translation = context.connection.ApproveTranslation(request);
  COURANT_RETURN_IF_ERROR(
      ReportTranslation(translation, request.name(), context, token));
  SayNext(absl::StrCat("courant translation publish ",
                       ShortTranslationName(request.name())),
          context);
  return absl::OkStatus();
}

// True for what only an id of a segment looks like: "body/p3.2", "headline.1".
bool IsSegmentId(absl::string_view text) {
  const size_t dot = text.rfind('.');
  if (dot == text.npos || dot == 0 || dot + 1 == text.size()) return false;
  const auto digit = [](unsigned char c) { return absl::ascii_isdigit(c); };
  const auto unit = [](unsigned char c) {
    return absl::ascii_isalnum(c) || c == '/' || c == '_' || c == '-';
  };
  return std::all_of(text.begin(), text.begin() + dot, unit) &&
         std::all_of(text.begin() + dot + 1, text.end(), digit);
}

absl::Status Reject(Context& context) {
  v1::RejectTranslationRequest request;
  COURANT_ASSIGN_OR_RETURN(
      *request.mutable_name(),
      TranslationName(context.arguments.operands().front()));
  for (const std::string& given : context.arguments.All("comment")) {
    v1::ReviewComment& comment = *request.add_comments();
    absl::string_view text = given;
    const size_t colon = text.find(':');
    if (colon != text.npos && IsSegmentId(text.substr(0, colon))) {
      comment.set_segment(std::string(text.substr(0, colon)));
      text = absl::StripLeadingAsciiWhitespace(text.substr(colon + 1));
    }
    comment.set_text(std::string(text));
  }
  if (request.comments().empty()) {
    return UsageError("a translator needs to know why: give --comment");
  }
  COURANT_ASSIGN_OR_RETURN(const int64_t token,
                           TokenFor(request.name(), context));
  request.set_fencing_token(token);
  request.set_request_id(context.request_id);
  return ReportTranslation(context.connection.RejectTranslation(request),
                           request.name(), context, token);
}

}  // namespace

std::vector<Command> TranslationReviewCommands() {
  return {
      {"translation",
       "review",
       "Take what another person has submitted, and show it beside its source",
       "courant translation review talks/en --actor desk/lee",
       TranslationOperand(),
       {LeaseOption()},
       true,
       Review},
      {"translation",
       "approve",
       "Agree to a translation: it can be published",
       "courant translation approve talks/en --actor desk/lee",
       TranslationOperand(),
       {TokenOption()},
       true,
       Approve},
      {"translation",
       "reject",
       "Do not agree: it goes back to its translator, with the comments",
       "courant translation reject talks/en --comment \"body/p3.2: He said "
       "collapse.\"",
       TranslationOperand(),
       {{"comment", "[SEGMENT:]TEXT",
         "What is wrong, in a segment or in all; at least one", Use::kRepeated},
        TokenOption()},
       true,
       Reject},
  };
}

}  // namespace courant
