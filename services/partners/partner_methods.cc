#include "services/partners/partner_methods.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

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

}  // namespace

absl::StatusOr<std::vector<ServiceTable>> ForPartners(
    std::vector<ServiceTable> services) {
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
