#include "services/cli/drill_reach.h"

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "courant/v1/article_service.pb.h"
#include "courant/v1/partner_service.pb.h"
#include "services/cli/display_width.h"
#include "services/cli/error_text.h"
#include "services/cli/partner_name.h"
#include "services/cli/request_id.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

constexpr int kProductsOfPage = 500;  // The most that the server gives.

// The draft that has all that a filter looks at in an article of a drill.
absl::Status EnsureProbe(const Sandbox& sandbox, const std::string& id,
                         Connection& house) {
  v1::CreateArticleRequest request;
  *request.mutable_article() = DrillArticle(sandbox, "a draft, never sent");
  request.set_article_id(id);
  request.set_request_id(NewRequestId());
  const absl::Status made = house.CreateArticle(request).status();
  return absl::IsAlreadyExists(made) ? absl::OkStatus() : made;
}

// Whether `product` has the draft: what the server lists by the filter of both.
absl::StatusOr<bool> HasProbe(const v1::Product& product,
                              const Sandbox& sandbox, Connection& house) {
  v1::ListArticlesRequest request;
  request.set_filter(product.filter().empty()
                         ? sandbox.product.filter()
                         : absl::StrCat("(", product.filter(), ") AND ",
                                        sandbox.product.filter()));
  request.set_page_size(1);
  COURANT_ASSIGN_OR_RETURN(const v1::ListArticlesResponse page,
                           house.ListArticles(request));
  return !page.articles().empty();
}

absl::Status Reaches(const v1::Product& product) {
  const std::string without =
      absl::StrCat("section!=\"", kSandboxSection, "\"");
  const std::string filter =
      product.filter().empty()
          ? without
          : absl::StrCat("(", product.filter(), ") AND ", without);
  return WithHint(
      absl::FailedPreconditionError(absl::StrCat(
          OneLine(product.name()),
          " would have the articles of the drill, and so would whoever is "
          "granted it")),
      absl::StrCat(
          "leave them out of it: courant partner product ",
          OneLine(product.name().substr(product.name().rfind('/') + 1)),
          " --update --filter '",
          absl::StrReplaceAll(OneLine(filter), {{"'", "'\\''"}}), "'"));
}

}  // namespace

absl::Status CheckDrillReach(const Sandbox& sandbox, Connection& house) {
  COURANT_RETURN_IF_ERROR(EnsureProbe(
      sandbox,
      sandbox.product.name().substr(sandbox.product.name().rfind('/') + 1),
      house));
  v1::ListProductsRequest request;
  request.set_page_size(kProductsOfPage);
  do {
    COURANT_ASSIGN_OR_RETURN(const v1::ListProductsResponse page,
                             house.Partners<v1::ListProductsResponse>(request));
    for (const v1::Product& product : page.products()) {
      if (product.name() == sandbox.product.name() ||
          product.has_suspension()) {
        continue;
      }
      COURANT_ASSIGN_OR_RETURN(const bool reaches,
                               HasProbe(product, sandbox, house));
      if (reaches) return Reaches(product);
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

}  // namespace courant
