#include "services/subscriptions/subscription_writes.h"

#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "google/protobuf/empty.pb.h"
#include "services/editorial/article_errors.h"
#include "services/editorial/request_fingerprint.h"
#include "services/editorial/rules/identifiers.h"
#include "services/subscriptions/subscription_name.h"
#include "services/subscriptions/subscription_parts.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

using storage::SubscriptionEdit;
using storage::v1::SubscriptionRequestRow;
using storage::v1::SubscriptionRow;

absl::Status CursorMoved() {
  return MakeError(v1::SESSION_FENCED,
                   "the cursor of this subscription was moved; connect again "
                   "and go on from there");
}

absl::StatusOr<Filter> FilterOf(const SubscriptionRow& row) {
  return Filter::Parse(row.filter(), FieldSet::kChanges);
}

absl::Status Fenced(const SubscriptionRow& row) {
  ErrorMetadata metadata;
  if (!row.session_id().empty()) {
    metadata.emplace_back(
        "session_begin_time",
        absl::FormatTime(absl::FromUnixMicros(row.session_begin_us()),
                         absl::UTCTimeZone()));
  }
  return MakeError(v1::SESSION_FENCED,
                   "a newer stream has begun on this subscription, or its "
                   "cursor was moved; nothing was committed",
                   metadata);
}

// What every write about subscriptions checks first.
absl::Status CheckCaller(const RequestContext& context,
                         const std::string& request_id) {
  COURANT_RETURN_IF_ERROR(ValidateActor(context.actor, "courant-actor"));
  return ValidateRequestId(request_id, "request_id");
}

}  // namespace

absl::StatusOr<std::string> SubscriptionWrites::Encoded(const std::string& name,
                                                        const Row& row) const {
  COURANT_ASSIGN_OR_RETURN(
      const v1::Subscription subscription,
      ToSubscription(name, row, parts_.positions.log(), parts_.clock.Now(),
                     parts_.sessions.IsOpen(name)));
  return subscription.SerializeAsString();
}

void SubscriptionWrites::Run(const std::string& request_id,
                             std::string fingerprint,
                             storage::SubscriptionStore::Decide decide,
                             std::function<void()> then, UnaryDone done) {
  const auto decided = std::make_shared<bool>(false);
  parts_.store.Submit(
      [request_id, fingerprint = std::move(fingerprint),
       decide = std::move(decide), decided, now = parts_.clock.Now()](
          SubscriptionEdit& edit) mutable -> absl::StatusOr<std::string> {
        if (!request_id.empty()) {
          COURANT_ASSIGN_OR_RETURN(
              const std::optional<SubscriptionRequestRow> earlier,
              edit.FindRequest(request_id));
          if (earlier && earlier->fingerprint() == fingerprint) {
            return earlier->answer();
          }
          if (earlier) {
            return MakeError(
                v1::REQUEST_ID_REUSED,
                absl::StrCat(request_id, " came with another request before"));
          }
        }
        COURANT_ASSIGN_OR_RETURN(std::string answer, decide(edit));
        *decided = true;
        if (!request_id.empty()) {
          SubscriptionRequestRow row;
          row.set_fingerprint(fingerprint);
          row.set_answer(answer);
          row.set_answer_time_us(absl::ToUnixMicros(now));
          edit.PutRequest(request_id, row);
        }
        return answer;
      },
      [decided, then = std::move(then),
       done = std::move(done)](absl::StatusOr<std::string> answer) mutable {
        if (answer.ok() && *decided && then) then();
        std::move(done)(std::move(answer));
      });
}

storage::SubscriptionStore::Decide SubscriptionWrites::ForRow(
    std::string name, DecideRow decide) {
  return [name = std::move(name), decide = std::move(decide)](
             SubscriptionEdit& edit) mutable -> absl::StatusOr<std::string> {
    COURANT_ASSIGN_OR_RETURN(std::optional<SubscriptionRow> row,
                             edit.Find(name));
    if (!row) return ResourceNotFound(name);
    return decide(edit, *row);
  };
}

void SubscriptionWrites::Create(const RequestContext& context,
                                const v1::CreateSubscriptionRequest& request,
                                UnaryDone done) {
  const auto prepare = [&]() -> absl::StatusOr<Row> {
    COURANT_RETURN_IF_ERROR(CheckCaller(context, request.request_id()));
    COURANT_RETURN_IF_ERROR(CheckPartnerName(request.parent(), "parent"));
    if (request.subscription_id().empty()) {
      return RequiredField("subscription_id");
    }
    if (!IsResourceId(request.subscription_id())) {
      return InvalidField("subscription_id",
                          "must be 1 to 64 of a-z, 0-9 and -, and begin with a "
                          "letter or digit");
    }
    Row row;
    COURANT_RETURN_IF_ERROR(
        ApplySettings(request.subscription(), {}, "subscription", row));
    COURANT_ASSIGN_OR_RETURN(const Filter filter, FilterOf(row));
    WantedStart start{.start_from = request.start_from(),
                      .time_field = "start_time"};
    if (request.has_resume_token()) {
      start.resume_token = &request.resume_token();
    }
    if (request.has_start_time()) start.time = &request.start_time();
    COURANT_ASSIGN_OR_RETURN(const LogPosition position,
                             FindWantedStart(parts_.positions, start, filter));
    SetCursor(parts_.positions, position, filter, row);
    const absl::Time now = parts_.clock.Now();
    row.set_uid(absl::StrCat(NewTag(), NewTag()));
    row.set_create_time_us(absl::ToUnixMicros(now));
    Touch(now, row);
    return row;
  };
  absl::StatusOr<Row> row = prepare();
  if (!row.ok()) return std::move(done)(std::move(row).status());
  const std::string name =
      SubscriptionName(request.parent(), request.subscription_id());
  Run(
      request.request_id(), RequestFingerprint(context.method, request),
      [this, name, row = *std::move(row)](
          SubscriptionEdit& edit) -> absl::StatusOr<std::string> {
        COURANT_ASSIGN_OR_RETURN(const std::optional<Row> taken,
                                 edit.Find(name));
        if (taken) {
          return MakeError(v1::RESOURCE_EXISTS,
                           absl::StrCat("there is already a ", name),
                           {{"resource", name}});
        }
        if (edit.count() >= kMaxSubscriptions) {
          return MakeError(v1::LIMIT_REACHED,
                           "there are as many subscriptions as there may be",
                           {{"limit", absl::StrCat(kMaxSubscriptions)}});
        }
        edit.Put(name, row, /*is_new=*/true);
        return Encoded(name, row);
      },
      nullptr, std::move(done));
}

absl::Status SubscriptionWrites::ChangeFilter(
    const std::string& filter,
    v1::UpdateSubscriptionRequest::FilterTransition transition,
    Row& row) const {
  if (transition != v1::UpdateSubscriptionRequest::KEEP_POSITION) {
    return MakeFieldError(
        v1::FIELD_REQUIRED,
        {{"filter_transition",
          "is required with another filter: say what becomes of the cursor, "
          "KEEP_POSITION, or make another subscription"}});
  }
  COURANT_ASSIGN_OR_RETURN(const Filter before, FilterOf(row));
  COURANT_ASSIGN_OR_RETURN(
      const LogPosition position,
      parts_.positions.Open(row.committed_token(), before,
                            "subscription.committed_token"));
  row.set_filter(filter);
  COURANT_ASSIGN_OR_RETURN(const Filter after, FilterOf(row));
  SetCursor(parts_.positions, position, after, row);
  row.clear_session_id();
  return absl::OkStatus();
}

void SubscriptionWrites::Update(const RequestContext& context,
                                v1::UpdateSubscriptionRequest request,
                                UnaryDone done) {
  const std::string name = request.subscription().name();
  const auto check = [&]() -> absl::Status {
    COURANT_RETURN_IF_ERROR(CheckCaller(context, request.request_id()));
    COURANT_RETURN_IF_ERROR(CheckSubscriptionName(name, "subscription.name"));
    if (request.update_mask().paths().empty()) {
      return RequiredField("update_mask");
    }
    Row ignored;
    return ApplySettings(request.subscription(), request.update_mask(),
                         "subscription", ignored);
  };
  if (absl::Status wrong = check(); !wrong.ok()) {
    return std::move(done)(std::move(wrong));
  }
  std::string fingerprint = RequestFingerprint(context.method, request);
  const std::string request_id = request.request_id();
  const auto fenced = std::make_shared<bool>(false);
  Run(
      request_id, std::move(fingerprint),
      ForRow(
          name,
          [this, name, fenced, request = std::move(request)](
              SubscriptionEdit& edit, Row& row) -> absl::StatusOr<std::string> {
            COURANT_RETURN_IF_ERROR(CheckSubscriptionEtag(
                name, request.subscription().etag(), row));
            Row wanted = row;
            COURANT_RETURN_IF_ERROR(ApplySettings(request.subscription(),
                                                  request.update_mask(),
                                                  "subscription", wanted));
            *fenced = wanted.filter() != row.filter();
            if (*fenced) {
              const std::string filter = wanted.filter();
              wanted.set_filter(row.filter());
              COURANT_RETURN_IF_ERROR(
                  ChangeFilter(filter, request.filter_transition(), wanted));
            }
            Touch(parts_.clock.Now(), wanted);
            edit.Put(name, wanted, /*is_new=*/false);
            return Encoded(name, wanted);
          }),
      [this, name, fenced] {
        if (*fenced) parts_.sessions.End(name, CursorMoved());
      },
      std::move(done));
}

void SubscriptionWrites::Delete(const RequestContext& context,
                                const v1::DeleteSubscriptionRequest& request,
                                UnaryDone done) {
  absl::Status wrong = CheckCaller(context, request.request_id());
  if (wrong.ok()) wrong = CheckSubscriptionName(request.name(), "name");
  if (!wrong.ok()) return std::move(done)(std::move(wrong));
  const std::string& name = request.name();
  Run(
      request.request_id(), RequestFingerprint(context.method, request),
      ForRow(name,
             [name, etag = request.etag()](SubscriptionEdit& edit, Row& row)
                 -> absl::StatusOr<std::string> {
               COURANT_RETURN_IF_ERROR(CheckSubscriptionEtag(name, etag, row));
               COURANT_RETURN_IF_ERROR(edit.Delete(name));
               return google::protobuf::Empty().SerializeAsString();
             }),
      [this, name] { parts_.sessions.End(name, ResourceNotFound(name)); },
      std::move(done));
}

void SubscriptionWrites::Commit(const RequestContext& /*context*/,
                                v1::CommitCursorRequest request,
                                UnaryDone done) {
  absl::Status wrong = CheckSubscriptionName(request.name(), "name");
  if (wrong.ok() && request.resume_token().empty()) {
    wrong = RequiredField("resume_token");
  }
  if (!wrong.ok()) return std::move(done)(std::move(wrong));
  const std::string name = request.name();
  const auto committed = std::make_shared<LogPosition>();
  parts_.store.Submit(
      ForRow(
          name,
          [this, committed, request = std::move(request)](
              SubscriptionEdit& edit, Row& row) -> absl::StatusOr<std::string> {
            const bool newest = request.session_id().empty()
                                    ? !parts_.sessions.IsOpen(request.name())
                                    : request.session_id() == row.session_id();
            if (!newest) return Fenced(row);
            COURANT_ASSIGN_OR_RETURN(const Filter filter, FilterOf(row));
            COURANT_ASSIGN_OR_RETURN(
                const LogPosition position,
                parts_.positions.Open(request.resume_token(), filter,
                                      "resume_token"));
            *committed = CursorOf(parts_.positions, filter, row);
            if (IsFurther(position, *committed)) {
              *committed = position;
              SetCursor(parts_.positions, position, filter, row);
              row.set_last_commit_time_us(
                  absl::ToUnixMicros(parts_.clock.Now()));
              edit.Put(request.name(), row, /*is_new=*/false);
              commits_.Increment();
            }
            v1::CommitCursorResponse response;
            response.set_committed_sequence(
                static_cast<int64_t>(row.committed_sequence()));
            return response.SerializeAsString();
          }),
      [this, name, committed,
       done = std::move(done)](absl::StatusOr<std::string> answer) mutable {
        if (answer.ok()) parts_.sessions.Committed(name, *committed);
        std::move(done)(std::move(answer));
      });
}

void SubscriptionWrites::Seek(const RequestContext& context,
                              v1::SeekSubscriptionRequest request,
                              UnaryDone done) {
  absl::Status wrong = CheckCaller(context, request.request_id());
  if (wrong.ok()) wrong = CheckSubscriptionName(request.name(), "name");
  if (wrong.ok() &&
      request.target_case() == v1::SeekSubscriptionRequest::TARGET_NOT_SET) {
    wrong = MakeFieldError(
        v1::FIELD_REQUIRED,
        {{"target", "is required: one of resume_token, start_from and time"}});
  }
  if (!wrong.ok()) return std::move(done)(std::move(wrong));
  std::string fingerprint = RequestFingerprint(context.method, request);
  const std::string name = request.name();
  const std::string request_id = request.request_id();
  Run(
      request_id, std::move(fingerprint),
      ForRow(
          name,
          [this, request = std::move(request)](
              SubscriptionEdit& edit, Row& row) -> absl::StatusOr<std::string> {
            COURANT_RETURN_IF_ERROR(
                CheckSubscriptionEtag(request.name(), request.etag(), row));
            COURANT_ASSIGN_OR_RETURN(const Filter filter, FilterOf(row));
            WantedStart target{.start_from = request.start_from(),
                               .time_field = "time"};
            if (request.has_resume_token()) {
              target.resume_token = &request.resume_token();
            }
            if (request.has_time()) target.time = &request.time();
            COURANT_ASSIGN_OR_RETURN(
                const LogPosition position,
                FindWantedStart(parts_.positions, target, filter));
            SetCursor(parts_.positions, position, filter, row);
            row.clear_session_id();
            Touch(parts_.clock.Now(), row);
            edit.Put(request.name(), row, /*is_new=*/false);
            return Encoded(request.name(), row);
          }),
      [this, name] { parts_.sessions.End(name, CursorMoved()); },
      std::move(done));
}

}  // namespace courant
