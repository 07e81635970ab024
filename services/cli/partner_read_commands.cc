#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "courant/v1/partner_service.pb.h"
#include "services/cli/connection.h"
#include "services/cli/display_width.h"
#include "services/cli/json_text.h"
#include "services/cli/partner_commands.h"
#include "services/cli/partner_name.h"
#include "services/cli/partner_options.h"
#include "services/cli/partner_text.h"
#include "services/cli/subscription_options.h"
#include "services/cli/table.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

constexpr int kPage = 500;  // The most that the server gives.

template <typename Record>
std::string StateOf(const Record& record) {
  return record.has_suspension() ? "SUSPENDED" : "ACTIVE";
}

// Prints what all pages have, as JSON or as rows that `cells` makes.
template <typename Response, typename Request, typename Records, typename Cells>
absl::Status PrintAll(Request request, Records records, Cells cells,
                      Table table, Context& context) {
  Console& console = context.console;
  request.set_page_size(kPage);
  do {
    COURANT_ASSIGN_OR_RETURN(const Response page,
                             context.connection.Partners<Response>(request));
    for (const auto& record : records(page)) {
      if (context.output == OutputFormat::kJson) {
        console.out << JsonLine(record) << '\n';
      } else {
        table.Add(cells(record));
      }
    }
    if (context.output == OutputFormat::kText) {
      table.Print(console.out, console.out_terminal.Columns());
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty() && console.out.good());
  return absl::OkStatus();
}

absl::Status ListPartners(Context& context) {
  return PrintAll<v1::ListPartnersResponse>(
      v1::ListPartnersRequest(),
      [](const auto& page) -> const auto& { return page.partners(); },
      [](const v1::Partner& partner) -> std::vector<std::string> {
        return {ShortRightsName(partner.name()), StateOf(partner),
                v1::Partner::Class_Name(partner.class_()),
                v1::Partner::EmbargoClearance_Name(partner.embargo_clearance()),
                OneLine(partner.display_name())};
      },
      Table({"NAME", "STATE", "CLASS", "EMBARGO", "CALLED"}), context);
}

absl::Status ListProducts(Context& context) {
  return PrintAll<v1::ListProductsResponse>(
      v1::ListProductsRequest(),
      [](const auto& page) -> const auto& { return page.products(); },
      [](const v1::Product& product) -> std::vector<std::string> {
        return {OneLine(product.name()), StateOf(product),
                OneLine(product.display_name()),
                product.filter().empty() ? "everything"
                                         : OneLine(product.filter())};
      },
      Table({"NAME", "STATE", "CALLED", "FILTER"}), context);
}

// Every page of a list, in memory: a partner's own rights are few.
template <typename Response, typename Request>
absl::StatusOr<std::vector<Response>> ReadAll(const std::string& parent,
                                              Context& context) {
  std::vector<Response> pages;
  Request request;
  request.set_parent(parent);
  request.set_page_size(kPage);
  do {
    COURANT_ASSIGN_OR_RETURN(Response page,
                             context.connection.Partners<Response>(request));
    request.set_page_token(page.next_page_token());
    pages.push_back(std::move(page));
  } while (!request.page_token().empty());
  return pages;
}

absl::Status ShowPartner(Context& context) {
  COURANT_ASSIGN_OR_RETURN(const RightsName name,
                           NamedRights(context, RightsNameKind::kPartner));
  v1::GetPartnerRequest request;
  request.set_name(name.name);
  COURANT_ASSIGN_OR_RETURN(const v1::Partner partner,
                           context.connection.Partners<v1::Partner>(request));
  COURANT_ASSIGN_OR_RETURN(
      const auto contract_pages,
      (ReadAll<v1::ListContractsResponse, v1::ListContractsRequest>(name.name,
                                                                    context)));
  COURANT_ASSIGN_OR_RETURN(
      const auto grant_pages,
      (ReadAll<v1::ListGrantsResponse, v1::ListGrantsRequest>(
          absl::StrCat(name.name, "/contracts/-"), context)));
  Console& console = context.console;
  const bool as_json = context.output == OutputFormat::kJson;
  console.out << (as_json ? JsonLine(partner) + "\n" : PartnerText(partner));
  for (const auto& page : contract_pages) {
    for (const v1::Contract& contract : page.contracts()) {
      console.out << (as_json ? JsonLine(contract)
                              : absl::StrCat("\n", ContractLine(contract)))
                  << '\n';
      Table table(GrantHeadings());
      for (const auto& grants : grant_pages) {
        for (const v1::Grant& grant : grants.grants()) {
          if (!absl::StartsWith(grant.name(),
                                absl::StrCat(contract.name(), "/"))) {
            continue;
          }
          if (as_json) {
            console.out << JsonLine(grant) << '\n';
          } else {
            table.Add(GrantCells(grant));
          }
        }
      }
      if (!as_json) {
        table.Print(console.out, console.out_terminal.Columns());
      }
    }
  }
  return absl::OkStatus();
}

absl::Status ExplainAccess(Context& context) {
  const Arguments& given = context.arguments;
  COURANT_ASSIGN_OR_RETURN(const RightsName name,
                           NamedRights(context, RightsNameKind::kPartner));
  v1::ExplainAccessRequest request;
  request.set_partner(name.name);
  const std::string article = given.Get("article");
  request.set_article(absl::StartsWith(article, "articles/")
                          ? article
                          : absl::StrCat("articles/", article));
  COURANT_ASSIGN_OR_RETURN(const v1::Grant::Use use, ReadUse(given.Get("use")));
  request.set_use(use);
  request.set_territory(given.Get("territory"));
  if (given.Has("at")) {
    COURANT_ASSIGN_OR_RETURN(*request.mutable_time(),
                             ReadPastOption(given, "at"));
  }
  COURANT_ASSIGN_OR_RETURN(
      const v1::ExplainAccessResponse answer,
      context.connection.Partners<v1::ExplainAccessResponse>(request));
  context.console.out << (context.output == OutputFormat::kJson
                              ? JsonLine(answer) + "\n"
                              : AccessText(request, answer));
  return absl::OkStatus();
}

}  // namespace

std::vector<Command> PartnerReadCommands() {
  return {
      {"partner",
       "list",
       "List partners by name",
       "courant partner list",
       {},
       {},
       false,
       ListPartners},
      {"partner",
       "products",
       "List products by name",
       "courant partner products",
       {},
       {},
       false,
       ListProducts},
      {"partner",
       "show",
       "Show a partner with its contracts and grants",
       "courant partner show daily",
       RightsOperand("PARTNER"),
       {},
       false,
       ShowPartner},
      {"partner",
       "explain",
       "Say whether a partner may use an article, and by which rules",
       "courant partner explain daily --article ferries --use web "
       "--territory KR --at 2026-03-02T06:10:00Z",
       RightsOperand("PARTNER"),
       {{"article", "NAME", "Which article", Option::Use::kRequired},
        {"use", "USE", absl::StrCat("For what: ", UseWords()),
         Option::Use::kRequired},
        {"territory", "CODE", "Where, such as KR", Option::Use::kRequired},
        {"at", "TIME", "When, before or to come; else now"}},
       false,
       ExplainAccess},
  };
}

}  // namespace courant
