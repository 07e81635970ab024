#include "services/translation/translation_writes.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/editorial/article_id.h"
#include "services/editorial/proposal.h"
#include "services/editorial/rules/identifiers.h"
#include "services/editorial/rules/language_tag.h"
#include "services/editorial/rules/request_rules.h"
#include "services/translation/publish_decisions.h"
#include "services/translation/translation_name.h"
#include "services/translation/work_decisions.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"
#include "storage/view.h"

namespace courant {
namespace {

using storage::DecisionContext;

// translation.md 7.
constexpr int kMaxPublished = 100;
constexpr int kMaxPriority = 9;

template <typename T>
bool InRange(T value, T least, T most) {
  return value >= least && value <= most;
}

// The fields of a new translation that the desk sets.
absl::StatusOr<v1::Translation> CheckNew(const v1::Translation& given) {
  v1::Translation translation;
  if (given.language().empty()) return RequiredField("translation.language");
  const std::optional<std::string> language =
      CanonicalLanguageTag(given.language());
  if (!language) {
    return InvalidField("translation.language",
                        LanguageTagAdvice(given.language()));
  }
  translation.set_language(*language);
  if (!v1::Translation::Kind_IsValid(given.kind())) {
    return InvalidField("translation.kind",
                        "must be TRANSLATION or ADAPTATION");
  }
  translation.set_kind(given.kind() == v1::Translation::KIND_UNSPECIFIED
                           ? v1::Translation::TRANSLATION
                           : given.kind());
  if (!v1::Translation::Scope_IsValid(given.scope())) {
    return InvalidField(
        "translation.scope",
        "must be FULL, HEADLINE, HEADLINE_AND_DECKS or CAPTIONS");
  }
  translation.set_scope(given.scope() == v1::Translation::SCOPE_UNSPECIFIED
                            ? v1::Translation::FULL
                            : given.scope());
  if (!InRange(given.priority(), 0, kMaxPriority)) {
    return InvalidField("translation.priority",
                        "must be 1 (first) to 9 (last), or 0 for 5");
  }
  translation.set_priority(given.priority());
  COURANT_RETURN_IF_ERROR(CheckWords(given.note(), "translation.note",
                                     kMaxReasonCodePoints,
                                     /*required=*/false));
  translation.set_note(given.note());
  if (given.has_due_time()) {
    COURANT_RETURN_IF_ERROR(
        CheckTime(true, given.due_time(), "translation.due_time"));
    *translation.mutable_due_time() = given.due_time();
  }
  return translation;
}

// The translations of the last `count` changes of a decision that ended with
// the change `last`, as they were made; those that were erased since, as they
// are.
absl::StatusOr<std::string> ReadAnswers(const storage::Database& database,
                                        Sequence last, size_t count) {
  const storage::View view(database);
  v1::PublishTranslationResponse response;
  for (size_t i = 0; i < count; ++i) {
    const Sequence sequence(last.value() - count + 1 + i);
    COURANT_ASSIGN_OR_RETURN(const std::string bytes,
                             view.ReadAnswerBytes(sequence));
    if (!response.add_translations()->ParseFromString(bytes)) {
      return MakeError(v1::DATA_CORRUPTED,
                       absl::StrCat("the translation in change ",
                                    sequence.value(), " is damaged"));
    }
  }
  return response.SerializeAsString();
}

}  // namespace

TranslationWrites::Prepared TranslationWrites::PrepareCreate(
    const RequestContext& context,
    const v1::CreateTranslationRequest& request) const {
  TranslationWrite write;
  COURANT_ASSIGN_OR_RETURN(write.proposal,
                           Propose(context, request.request_id(), request));
  write.proposal.validate_only = request.validate_only();
  COURANT_ASSIGN_OR_RETURN(const std::string source_id,
                           ParseArticleName(request.parent(), "parent"));
  if (!request.has_translation()) return RequiredField("translation");
  RequestCommand command{.actor = context.actor};
  COURANT_ASSIGN_OR_RETURN(command.translation,
                           CheckNew(request.translation()));
  std::string id = request.translation_id();
  if (id.empty()) {
    id = absl::AsciiStrToLower(command.translation.language());
  }
  if (!IsResourceId(id)) {
    return InvalidField("translation_id",
                        "must be 1 to 64 characters of a-z, 0-9 and -");
  }
  command.translation_id = absl::StrCat(source_id, "/", id);
  write.decide = [command = std::move(command)](const DecisionContext& at) {
    return DecideRequest(at, command);
  };
  return write;
}

TranslationWrites::Prepared TranslationWrites::PreparePublish(
    const RequestContext& context,
    const v1::PublishTranslationRequest& request) const {
  TranslationWrite write;
  COURANT_ASSIGN_OR_RETURN(write.proposal,
                           Propose(context, request.request_id(), request));
  if (request.names().empty()) return RequiredField("names");
  if (request.names_size() > kMaxPublished) {
    return MakeFieldError(v1::FIELD_TOO_LONG,
                          {{"names", "has more than 100 elements"}},
                          {{"limit", absl::StrCat(kMaxPublished)}});
  }
  if (!v1::ChangeNote::Class_IsValid(request.change_class())) {
    return InvalidField("change_class", "must be UPDATE, REFILE or CORRECTION");
  }
  COURANT_RETURN_IF_ERROR(CheckWords(request.override_reason(),
                                     "override_reason", kMaxReasonCodePoints,
                                     /*required=*/false));
  PublishTranslationsCommand command{
      .override_reason = request.override_reason(),
      .change_class = request.change_class(),
      .publisher_domain = options_.publisher_domain,
      .actor = context.actor};
  std::string source;
  for (int i = 0; i < request.names_size(); ++i) {
    const std::string field = absl::StrCat("names[", i, "]");
    COURANT_ASSIGN_OR_RETURN(const std::string id,
                             ParseTranslationName(request.names(i), field));
    const std::string its_source = id.substr(0, id.find('/'));
    if (i > 0 && its_source != source) {
      return InvalidField(
          field,
          absl::StrCat("must be of ", ArticleName(source), ", like the first"));
    }
    source = its_source;
    for (const auto& item : command.items) {
      if (item.translation_id == id) {
        return InvalidField(field, "is named twice");
      }
    }
    command.items.push_back({id, NewArticleId(clock_.Now())});
  }
  if (request.has_schedule_time()) {
    COURANT_RETURN_IF_ERROR(
        CheckTime(true, request.schedule_time(), "schedule_time"));
    command.schedule_time = request.schedule_time();
  }
  if (request.has_embargo_until()) {
    COURANT_RETURN_IF_ERROR(
        CheckTime(true, request.embargo_until(), "embargo_until"));
    command.embargo_until = request.embargo_until();
  }
  write.answers = command.items.size();
  write.decide = [command = std::move(command)](const DecisionContext& at) {
    return DecidePublishTranslations(at, command);
  };
  return write;
}

void TranslationWrites::Run(TranslationWrite write, UnaryDone done) {
  committer_.Submit(
      std::move(write.proposal), std::move(write.decide),
      [this, answers = write.answers, done = std::move(done)](
          absl::StatusOr<storage::Committed> committed) mutable {
        if (!committed.ok()) {
          return std::move(done)(std::move(committed).status());
        }
        if (answers == 0) {
          return std::move(done)(std::move(committed->article));
        }
        std::move(done)(ReadAnswers(database_, committed->sequence, answers));
      });
}

}  // namespace courant
