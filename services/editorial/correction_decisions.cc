#include "services/editorial/correction_decisions.h"

#include <utility>
#include <vector>

#include "services/editorial/rules/canonical.h"
#include "services/editorial/rules/corrections.h"
#include "services/editorial/rules/text_diff.h"
#include "services/editorial/rules/update_mask.h"
#include "services/editorial/rules/validation.h"
#include "services/editorial/source_binding.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

using storage::Decision;
using storage::DecisionContext;

// A repair on its way: the revision before, the one to come, and what was
// corrected in it.
struct Repair {
  Current current;
  Transition transition;
  v1::Article after;
  CorrectionList corrections;
  std::vector<std::string> fields;
};

// What CorrectArticle and RefileArticle do alike. `Request` is either's.
template <typename Request>
absl::StatusOr<Repair> MakeRepair(const DecisionContext& context,
                                  const Target& target, Command command,
                                  const Request& request,
                                  absl::string_view actor) {
  Repair repair;
  COURANT_ASSIGN_OR_RETURN(repair.current, ReadCurrent(context, target));
  const v1::Article& before = repair.current.article;
  COURANT_ASSIGN_OR_RETURN(
      repair.transition,
      Decide(StandingOf(before), command, {actor, context.now}));
  if (request.update_mask().paths().empty()) {
    repair.after = before;
    repair.after.clear_change_note();
  } else {
    COURANT_ASSIGN_OR_RETURN(
        repair.after,
        ApplyUpdate(before, request.article(), request.update_mask()));
  }
  repair.corrections = request.corrections();
  COURANT_RETURN_IF_ERROR(
      ApplyCorrections(before, &repair.corrections, &repair.after));
  COURANT_RETURN_IF_ERROR(ValidateArticle(repair.after, "article"));
  Canonicalize(&before, &repair.after);
  COURANT_RETURN_IF_ERROR(
      BindToSource(context, target.article_id, &before, &repair.after));
  repair.fields = DifferingFields(before, repair.after);
  COURANT_RETURN_IF_ERROR(CheckEmbargo(before, repair.after, context.now));
  COURANT_RETURN_IF_ERROR(
      CheckAliases(context, target.article_id, repair.after));
  COURANT_RETURN_IF_ERROR(
      Enter(context, repair.transition, &before, &repair.after));
  return repair;
}

// The note of a revision that repairs something.
template <typename Request>
v1::ChangeNote NoteOf(const Request& request, const Repair& repair,
                      v1::ChangeNote::Severity severity) {
  v1::ChangeNote note;
  note.set_class_(repair.transition.note_class);
  note.set_severity(severity);
  if (request.has_note_editors()) {
    *note.mutable_note_editors() = request.note_editors();
  }
  if (request.has_note_public()) {
    *note.mutable_note_public() = request.note_public();
  }
  *note.mutable_corrections() = repair.corrections;
  note.mutable_fields()->Assign(repair.fields.begin(), repair.fields.end());
  return note;
}

}  // namespace

absl::StatusOr<Decision> DecideCorrect(const DecisionContext& context,
                                       const Target& target,
                                       const v1::CorrectArticleRequest& request,
                                       absl::string_view actor) {
  COURANT_ASSIGN_OR_RETURN(
      Repair repair,
      MakeRepair(context, target, Command::kCorrect, request, actor));
  const v1::ChangeNote::Severity severity =
      request.severity() == v1::ChangeNote::SEVERITY_UNSPECIFIED
          ? v1::ChangeNote::SUBSTANTIVE
          : request.severity();
  *repair.after.mutable_change_note() = NoteOf(request, repair, severity);
  return OneChange(target.article_id, repair.transition.kind,
                   std::move(repair.after), std::move(repair.current.row));
}

absl::StatusOr<Decision> DecideRefile(const DecisionContext& context,
                                      const Target& target,
                                      const v1::RefileArticleRequest& request,
                                      absl::string_view actor) {
  COURANT_ASSIGN_OR_RETURN(
      Repair repair,
      MakeRepair(context, target, Command::kRefile, request, actor));
  if (repair.fields.empty()) {
    return storage::AsItStands(target.article_id,
                               std::move(repair.current.row));
  }
  v1::ChangeNote note = NoteOf(request, repair, v1::ChangeNote::MINOR);
  *note.mutable_diffs() = DiffTexts(repair.current.article, repair.after);
  *repair.after.mutable_change_note() = std::move(note);
  return OneChange(target.article_id, repair.transition.kind,
                   std::move(repair.after), std::move(repair.current.row));
}

}  // namespace courant
