#include "services/cli/translation_edit_command.h"

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "services/cli/connection.h"
#include "services/cli/display_width.h"
#include "services/cli/error_text.h"
#include "services/cli/lease_keeper.h"
#include "services/cli/request_id.h"
#include "services/cli/segment_edits.h"
#include "services/cli/segment_sheet.h"
#include "services/cli/text_editor.h"
#include "services/cli/time_text.h"
#include "services/cli/translation_options.h"
#include "services/cli/translation_report.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

using Use = Option::Use;

// The most that one BatchUpdateSegments takes.
constexpr size_t kMostUpdates = 200;
// Of a lease that did not say how long it is.
constexpr absl::Duration kUsualLease = absl::Minutes(30);

// One run of the command.
class EditRun {
 public:
  EditRun(std::string name, Context& context)
      : name_(std::move(name)), context_(context) {}

  absl::Status Run() {
    COURANT_ASSIGN_OR_RETURN(lease_seconds_, ReadLease(context_.arguments));
    const std::string given = context_.arguments.Get("file");
    if (context_.arguments.Has("file")) {
      path_ = given;
      COURANT_ASSIGN_OR_RETURN(const SegmentSheet sheet, ReadBack());
      COURANT_RETURN_IF_ERROR(KeepingFile(TakeLease()));
      return KeepingFile(Send(sheet));
    }
    COURANT_RETURN_IF_ERROR(TakeLease());
    COURANT_ASSIGN_OR_RETURN(const v1::Translation before, Full());
    const std::string text = WriteSheet(before);
    COURANT_ASSIGN_OR_RETURN(
        path_,
        MakeEditFile(context_.edit_folder, ShortTranslationName(name_), text));
    const absl::Status edited = Edit();
    const auto after = ReadEditFile(path_, kMostSheetBytes);
    if (after.ok() && *after == text) return Unchanged(edited);
    COURANT_RETURN_IF_ERROR(KeepingFile(edited));
    COURANT_ASSIGN_OR_RETURN(const SegmentSheet sheet, ReadBack());
    return KeepingFile(Send(sheet));
  }

 private:
  // Takes the work, or keeps it for longer when the actor has it already.
  absl::Status TakeLease() {
    COURANT_ASSIGN_OR_RETURN(token_, TokenIfAny(name_, context_));
    absl::StatusOr<v1::Translation> held;
    if (token_ > 0) {
      held = Renew();
    } else {
      v1::ClaimTranslationRequest request;
      request.set_name(name_);
      request.set_role(v1::Lease::TRANSLATE);
      request.set_lease_seconds(lease_seconds_);
      request.set_request_id(NewRequestId());
      held = context_.connection.ClaimTranslation(request);
    }
    if (!held.ok()) return WithTranslationSteps(held.status());
    if (token_ == 0) {
      const v1::Lease& lease = held->task().lease();
      token_ = lease.fencing_token();
      Say(absl::StrCat("you have ", OneLine(name_), " now, until ",
                       TimeText(lease.expire_time()), ", with the token ",
                       token_));
    }
    seen_sequence_ = held->change_sequence();
    return absl::OkStatus();
  }

  // Keeps the work for longer; refused when there is none to be done any more.
  absl::StatusOr<v1::Translation> Renew() {
    v1::RenewTranslationLeaseRequest request;
    request.set_name(name_);
    request.set_fencing_token(token_);
    request.set_lease_seconds(lease_seconds_);
    request.set_request_id(NewRequestId());
    return context_.connection.RenewTranslationLease(request);
  }

  absl::StatusOr<v1::Translation> Full() {
    v1::GetTranslationRequest request;
    request.set_name(name_);
    request.set_view(v1::TRANSLATION_VIEW_FULL);
    request.set_min_change_sequence(seen_sequence_);
    return context_.connection.GetTranslation(request);
  }

  // Lets the user edit the file, for as long as they like.
  absl::Status Edit() {
    // Even if this process is ended from outside, the user knows where it is.
    Say(absl::StrCat("editing ", path_));
    LeaseKeeper::Options options;
    options.translation = name_;
    options.fencing_token = token_;
    options.lease_seconds = lease_seconds_;
    options.interval =
        (lease_seconds_ > 0 ? absl::Seconds(lease_seconds_) : kUsualLease) / 4;
    const LeaseKeeper keeper(context_.connection, std::move(options));
    absl::Status edited =
        RunEditor(context_.editor, path_, context_.console.stop);
    if (const absl::Status lost = keeper.lost(); !lost.ok()) {
      Say(absl::StrCat("the lease was lost meanwhile: ",
                       OneLine(lost.message())));
    }
    return edited;
  }

  absl::StatusOr<SegmentSheet> ReadBack() {
    COURANT_ASSIGN_OR_RETURN(const std::string text,
                             ReadEditFile(path_, kMostSheetBytes));
    absl::StatusOr<SegmentSheet> sheet = ReadSheet(text);
    if (!sheet.ok()) return KeepingFile(AtPath(sheet.status()));
    return sheet;
  }

  // Writes what the sheet asks for.
  absl::Status Send(const SegmentSheet& sheet) {
    COURANT_ASSIGN_OR_RETURN(v1::Translation translation, Full());
    // Of what was killed there is nothing left to compare with.
    if (translation.freshness() >= v1::Translation::SOURCE_WITHHELD) {
      COURANT_RETURN_IF_ERROR(WithTranslationSteps(Renew().status()));
    }
    const auto updates =
        EditsOf(sheet, translation, context_.arguments.Has("overwrite"));
    if (!updates.ok()) return AtPath(updates.status());
    for (size_t begin = 0; begin < updates->size(); begin += kMostUpdates) {
      const size_t end = std::min(begin + kMostUpdates, updates->size());
      v1::BatchUpdateSegmentsRequest request;
      request.set_name(name_);
      request.set_fencing_token(token_);
      for (size_t i = begin; i < end; ++i) {
        *request.add_updates() = (*updates)[i];
      }
      // Sent again, the file asks only for what is not there yet.
      request.set_request_id(begin == 0 ? context_.request_id : NewRequestId());
      auto written = context_.connection.BatchUpdateSegments(request);
      if (!written.ok()) {
        if (begin > 0) {
          Say(absl::StrCat("the first ", begin, " of ", updates->size(),
                           " changed segments are written"));
        }
        return WithTranslationSteps(written.status());
      }
      translation = *std::move(written);
    }
    COURANT_RETURN_IF_ERROR(ReportTranslation(translation, name_, context_));
    Say(absl::StrCat(updates->empty() ? "nothing to write" : "written",
                     ", segments: ", updates->size()));
    if (!context_.arguments.Has("file")) unlink(path_.c_str());
    const v1::Completeness& done = translation.completeness();
    if (done.translated() == done.required()) {
      SayNext(absl::StrCat("courant translation submit ",
                           ShortTranslationName(name_)),
              context_);
    }
    return absl::OkStatus();
  }

  // Nothing was written into the file; `edited` is how the editor ended.
  absl::Status Unchanged(const absl::Status& edited) {
    unlink(path_.c_str());
    COURANT_RETURN_IF_ERROR(edited);
    Say("nothing was changed");
    COURANT_ASSIGN_OR_RETURN(const v1::Translation translation, Full());
    return ReportTranslation(translation, name_, context_);
  }

  // An error names the file, which is still there, and how to send it.
  absl::Status KeepingFile(const absl::Status& error) const {
    if (error.ok()) return error;
    return WithHint(
        WithHint(error, absl::StrCat("your text is in ", path_)),
        absl::StrCat("to send it: courant translation edit ",
                     ShortTranslationName(name_), " --file ", path_));
  }

  // "line 31: …" as "FILE: line 31: …".
  absl::Status AtPath(const absl::Status& error) const {
    return absl::InvalidArgumentError(
        absl::StrCat(path_, ": ", error.message()));
  }

  absl::Status WithTranslationSteps(const absl::Status& error) const {
    // Sending the file again is safe whatever became of this try.
    if (absl::IsUnavailable(error) || absl::IsDeadlineExceeded(error)) {
      return error;
    }
    return WithTranslationHints(error, name_, context_);
  }

  void Say(absl::string_view words) const {
    context_.console.out.flush();
    context_.console.err << "courant: " << words << std::endl;
  }

  const std::string name_;
  Context& context_;
  int lease_seconds_ = 0;
  int64_t token_ = 0;
  int64_t seen_sequence_ = 0;
  std::string path_;
};

absl::Status EditTexts(Context& context) {
  COURANT_ASSIGN_OR_RETURN(
      std::string name, TranslationName(context.arguments.operands().front()));
  return EditRun(std::move(name), context).Run();
}

}  // namespace

std::vector<Command> TranslationEditCommands() {
  return {
      {"translation",
       "edit",
       "Translate in $VISUAL or $EDITOR, the source beside the words",
       "courant translation edit talks/en --actor desk/kim\n"
       "  courant translation edit talks/en --file "
       "/var/tmp/courant-talks-en-4f0a2b.txt",
       TranslationOperand(),
       {{"file", "FILE", "Send what was edited before instead"},
        {"overwrite", "",
         "Write over what somebody else has written since, too", Use::kSwitch},
        LeaseOption(),
        TokenOption()},
       true,
       EditTexts},
  };
}

}  // namespace courant
