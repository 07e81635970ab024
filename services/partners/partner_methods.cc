#include "services/partners/partner_methods.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "services/rpc/authenticator.h"

namespace courant {
namespace {

struct OfferedMethod {
  absl::string_view name;
  // SCOPE_UNSPECIFIED: for every key.
  v1::ApiKey::Scope scope;
};

// All that an outlet may call. A line here says that what the method answers a
// partner was looked at: it asks the rights before it shows anything.
constexpr OfferedMethod kOffered[] = {
    {"courant.v1.AccountService/GetAccount", v1::ApiKey::SCOPE_UNSPECIFIED},
    {"courant.v1.AccountService/ListDeliveries", v1::ApiKey::SCOPE_UNSPECIFIED},
    {"courant.v1.AccountService/ListNotices", v1::ApiKey::SCOPE_UNSPECIFIED},
    {"courant.v1.AccountService/AcknowledgeNotice",
     v1::ApiKey::SCOPE_UNSPECIFIED},
    {"courant.v1.ArticleService/GetArticle", v1::ApiKey::READ_ARTICLES},
    {"courant.v1.ArticleService/BatchGetArticles", v1::ApiKey::READ_ARTICLES},
    {"courant.v1.ArticleService/ListArticles", v1::ApiKey::READ_ARTICLES},
    {"courant.v1.ArticleService/ListArticleRevisions",
     v1::ApiKey::READ_ARTICLES},
    {"courant.v1.ArticleService/GetArticleRevision", v1::ApiKey::READ_ARTICLES},
    {"courant.v1.ChangeService/GetChange", v1::ApiKey::FOLLOW_CHANGES},
    {"courant.v1.ChangeService/ListChanges", v1::ApiKey::FOLLOW_CHANGES},
    {"courant.v1.ChangeService/SubscribeChanges", v1::ApiKey::FOLLOW_CHANGES},
    {"courant.v1.ChangeService/GetChangeLogStatus", v1::ApiKey::FOLLOW_CHANGES},
};

const OfferedMethod* FindOffered(absl::string_view name) {
  const auto* const found =
      std::find_if(std::begin(kOffered), std::end(kOffered),
                   [&](const OfferedMethod& one) { return one.name == name; });
  return found == std::end(kOffered) ? nullptr : found;
}

// Whether the call was made by a key that is accepted still.
bool HasLiveKey(const std::optional<Principal>& principal, absl::Time now) {
  return principal && principal->IsLive(now);
}

// The key was looked at when the call came in. It may have waited for a thread
// and run for long since, and from the answer to a revocation on nothing may
// leave by that key.
UnaryHandler WhileKeyIsLive(UnaryHandler handle, const Clock& clock) {
  return [handle = std::move(handle), &clock](const RequestContext& context,
                                              absl::string_view request,
                                              UnaryDone done) {
    if (!HasLiveKey(context.principal, clock.Now())) {
      return std::move(done)(CredentialsRefused());
    }
    handle(context, request,
           [principal = context.principal, &clock, done = std::move(done)](
               absl::StatusOr<std::string> answer) mutable {
             if (!HasLiveKey(principal, clock.Now())) {
               answer = CredentialsRefused();
             }
             std::move(done)(std::move(answer));
           });
  };
}

}  // namespace

absl::StatusOr<std::vector<ServiceTable>> ForPartners(
    std::vector<ServiceTable> services, const Clock& clock) {
  std::vector<ServiceTable> offered;
  size_t count = 0;
  for (ServiceTable& service : services) {
    ServiceTable table{.name = service.name};
    for (Method& method : service.methods) {
      const std::string name = absl::StrCat(service.name, "/", method.name);
      const OfferedMethod* const row = FindOffered(name);
      if (row == nullptr) continue;
      if (method.open_to == Audience::kInternal) {
        return absl::InternalError(
            absl::StrCat(name, " is for the house alone and was offered"));
      }
      method.scope = row->scope;
      method.quick = nullptr;
      if (method.unary) {
        method.unary = WhileKeyIsLive(std::move(method.unary), clock);
      }
      table.methods.push_back(std::move(method));
      ++count;
    }
    if (!table.methods.empty()) offered.push_back(std::move(table));
  }
  if (count != std::size(kOffered)) {
    return absl::InternalError(
        "a method is offered to partners that there is not, or twice");
  }
  return offered;
}

}  // namespace courant
