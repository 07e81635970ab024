// What SubscriptionWrites does about changes that are put aside.
#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/distribution/change_name.h"
#include "services/editorial/article_errors.h"
#include "services/editorial/rules/identifiers.h"
#include "services/editorial/rules/request_rules.h"
#include "services/rpc/wire_format.h"
#include "services/subscriptions/parked_page.h"
#include "services/subscriptions/subscription_name.h"
#include "services/subscriptions/subscription_writes.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

using storage::v1::ParkedRow;

constexpr int32_t kDefaultReplayed = 20;
constexpr int32_t kMaxReplayed = 100;
constexpr size_t kMaxReplayBytes = 4 << 20;

absl::StatusOr<Filter> FilterIn(
    const std::optional<storage::v1::SubscriptionRow>& row,
    const std::string& name) {
  if (!row) return ResourceNotFound(name);
  return Filter::Parse(row->filter(), FieldSet::kChanges);
}

// Whether `change` is the one that was parked: another one may have its
// sequence since history was rolled back.
bool IsTheParked(const SharedChange& change, const ParkedRow& parked) {
  return parked.chain().empty() ||  // nobody wrote it down
         parked.chain() == change.entry().chain.bytes();
}

absl::StatusOr<Sequence> ParseGivenChange(absl::string_view name,
                                          absl::string_view field) {
  if (name.empty()) return RequiredField(field);
  return ParseChangeName(name, field);
}

}  // namespace

absl::StatusOr<SharedChangePtr> SubscriptionWrites::FindParkable(
    const std::string& name, Sequence sequence) const {
  COURANT_ASSIGN_OR_RETURN(const std::optional<Row> row,
                           parts_.store.Find(name));
  COURANT_ASSIGN_OR_RETURN(const Filter filter, FilterIn(row, name));
  if (sequence > parts_.hub.log().tail().last_sequence) {
    return ResourceNotFound(ChangeName(sequence));
  }
  COURANT_ASSIGN_OR_RETURN(
      const std::vector<SharedChangePtr> changes,
      parts_.hub.Read(Sequence(sequence.value() - 1), {.max_changes = 1}));
  if (changes.empty() ||
      !changes.front()->DispositionFor(Audience::kInternal, filter)) {
    return MakeError(v1::RESOURCE_NOT_FOUND,
                     absl::StrCat(ChangeName(sequence), " is not in ", name),
                     {{"resource", ChangeName(sequence)}});
  }
  return changes.front();
}

void SubscriptionWrites::Park(const RequestContext& context,
                              const v1::ParkChangeRequest& request,
                              UnaryDone done) {
  Sequence sequence;
  ParkedRow parked;
  const auto check = [&]() -> absl::Status {
    COURANT_RETURN_IF_ERROR(ValidateActor(context.actor, "courant-actor"));
    COURANT_RETURN_IF_ERROR(CheckSubscriptionName(request.name(), "name"));
    COURANT_ASSIGN_OR_RETURN(sequence,
                             ParseGivenChange(request.change(), "change"));
    COURANT_RETURN_IF_ERROR(CheckWords(request.reason(), "reason",
                                       kMaxReasonCodePoints,
                                       /*required=*/true));
    COURANT_ASSIGN_OR_RETURN(const SharedChangePtr change,
                             FindParkable(request.name(), sequence));
    parked.set_chain(std::string(change->entry().chain.bytes()));
    return absl::OkStatus();
  };
  if (absl::Status wrong = check(); !wrong.ok()) {
    return std::move(done)(std::move(wrong));
  }
  parked.set_reason(request.reason());
  parked.set_actor(context.actor);
  parked.set_park_time_us(absl::ToUnixMicros(parts_.clock.Now()));
  parts_.store.Submit(
      ForRow(request.name(),
             [name = request.name(), sequence, parked](
                 storage::SubscriptionEdit& edit,
                 Row& row) -> absl::StatusOr<std::string> {
               COURANT_ASSIGN_OR_RETURN(const bool again,
                                        edit.IsParked(name, sequence));
               if (!again && row.parked() >= kMaxParked) {
                 return MakeError(
                     v1::LIMIT_REACHED,
                     absl::StrCat(name,
                                  " has as many parked changes as it may;"
                                  " replay them, and say what is done"),
                     {{"limit", absl::StrCat(kMaxParked)}});
               }
               if (!again) {
                 row.set_parked(row.parked() + 1);
                 edit.Put(name, row, /*is_new=*/false);
               }
               edit.Park(name, sequence, parked);
               return ToParkedChange(sequence, parked).SerializeAsString();
             }),
      std::move(done));
}

absl::Status SubscriptionWrites::Unpark(
    const v1::ReplayParkedChangesRequest& request) {
  if (request.done_size() > kMaxParked) {
    return MakeFieldError(v1::FIELD_TOO_LONG,
                          {{"done", "has more than 1,000 names"}},
                          {{"limit", absl::StrCat(kMaxParked)}});
  }
  std::vector<Sequence> gone;
  for (int i = 0; i < request.done_size(); ++i) {
    COURANT_ASSIGN_OR_RETURN(
        gone.emplace_back(),
        ParseGivenChange(request.done(i), absl::StrCat("done[", i, "]")));
  }
  if (gone.empty()) return absl::OkStatus();
  return parts_.store
      .Run(ForRow(request.name(),
                  [name = request.name(), gone](
                      storage::SubscriptionEdit& edit,
                      Row& row) -> absl::StatusOr<std::string> {
                    for (const Sequence sequence : gone) {
                      COURANT_ASSIGN_OR_RETURN(const bool there,
                                               edit.IsParked(name, sequence));
                      if (!there) continue;
                      edit.Unpark(name, sequence);
                      row.set_parked(row.parked() - 1);
                    }
                    edit.Put(name, row, /*is_new=*/false);
                    return std::string();
                  }))
      .status();
}

absl::StatusOr<std::string> SubscriptionWrites::Replay(
    const RequestContext& /*context*/,
    const v1::ReplayParkedChangesRequest& request) {
  COURANT_RETURN_IF_ERROR(CheckSubscriptionName(request.name(), "name"));
  if (request.page_size() < 0) {
    return InvalidField("page_size", "is negative; use 1 to 100");
  }
  COURANT_RETURN_IF_ERROR(Unpark(request));
  COURANT_ASSIGN_OR_RETURN(const std::optional<Row> row,
                           parts_.store.Find(request.name()));
  COURANT_ASSIGN_OR_RETURN(const Filter filter, FilterIn(row, request.name()));
  const auto size = static_cast<size_t>(
      request.page_size() == 0 ? kDefaultReplayed
                               : std::min(request.page_size(), kMaxReplayed));
  COURANT_ASSIGN_OR_RETURN(
      ParkedPage page, ReadParkedPage(parts_.store, parts_.key, request.name(),
                                      size, request.page_token()));
  std::string response;
  for (size_t i = 0; i < page.changes.size(); ++i) {
    const Sequence sequence = page.changes[i].sequence;
    COURANT_ASSIGN_OR_RETURN(
        const std::vector<SharedChangePtr> changes,
        parts_.hub.Read(Sequence(sequence.value() - 1), {.max_changes = 1}));
    // History was rolled back behind it: it is not given, nor is another one
    // in its place.
    if (changes.empty() ||
        !IsTheParked(*changes.front(), page.changes[i].row)) {
      continue;
    }
    // The filter may have changed since it was parked.
    const auto disposition =
        changes.front()->DispositionFor(Audience::kInternal, filter);
    COURANT_ASSIGN_OR_RETURN(
        const std::string encoded,
        changes.front()->Encode(
            Audience::kInternal,
            disposition.value_or(v1::Change::DISPOSITION_UNSPECIFIED)));
    AppendBytesField(&response,
                     v1::ReplayParkedChangesResponse::kChangesFieldNumber,
                     encoded);
    if (response.size() >= kMaxReplayBytes && i + 1 < page.changes.size()) {
      page.next_page_token =
          ParkedPageToken(parts_.key, request.name(), sequence);
      break;
    }
  }
  AppendBytesField(&response,
                   v1::ReplayParkedChangesResponse::kNextPageTokenFieldNumber,
                   page.next_page_token);
  return response;
}

}  // namespace courant
