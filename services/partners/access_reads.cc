#include "services/partners/access_reads.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/editorial/article_errors.h"
#include "services/editorial/rules/identifiers.h"
#include "services/editorial/rules/request_rules.h"
#include "services/entitlement/access.h"
#include "services/entitlement/territory.h"
#include "services/partners/partner_decisions.h"
#include "services/partners/rights_kind.h"
#include "services/partners/rights_name.h"
#include "services/partners/stored_rights.h"
#include "services/partners/territory_rules.h"
#include "storage/base/status_macros.h"
#include "storage/entry_builder.h"
#include "storage/view.h"

namespace courant {
namespace {

using storage::PartnerStore;
using storage::View;
using storage::v1::ArticleRow;
using storage::v1::Attributes;

// A request that was checked by itself.
struct Asked {
  std::string article_id;
  Territory territory;
  absl::Time time;
  // Later than now.
  bool is_to_come = false;
};

absl::StatusOr<Asked> Check(const v1::ExplainAccessRequest& request,
                            absl::Time now) {
  COURANT_RETURN_IF_ERROR(CheckRightsName(
      request.partner(), RightsKind<v1::Partner>::kPattern, "partner"));
  COURANT_ASSIGN_OR_RETURN(std::string article_id,
                           ParseArticleName(request.article(), "article"));
  if (request.use() == v1::Grant::USE_UNSPECIFIED) return RequiredField("use");
  if (!v1::Grant::Use_IsValid(request.use())) {
    return InvalidField("use", "must be a use, such as WEB or PRINT");
  }
  COURANT_RETURN_IF_ERROR(CheckTerritory(request.territory(), "territory"));
  absl::Time time = now;
  if (request.has_time()) {
    COURANT_RETURN_IF_ERROR(CheckTime(true, request.time(), "time"));
    time = storage::FromTimestamp(request.time());
  }
  return Asked{.article_id = std::move(article_id),
               .territory = *Territory::Parse(request.territory()),
               .time = time,
               .is_to_come = time > now};
}

// A revision of an article as it is to be decided about.
struct ArticleAt {
  int64_t revision = 0;
  Attributes attributes;
};

// The newest revision up to the change `at`; nothing when there was none.
absl::StatusOr<std::optional<ArticleAt>> ReadArticleAt(
    const View& view, const std::string& article_id, Sequence at) {
  COURANT_ASSIGN_OR_RETURN(const std::optional<Sequence> sequence,
                           view.FindRevisionAt(article_id, at));
  if (!sequence) return std::nullopt;
  // Facts stay when a kill takes the text.
  COURANT_ASSIGN_OR_RETURN(const storage::Entry entry,
                           view.ReadEntry(*sequence));
  const ArticleRow& row = entry.facts.row();
  // What it says of its rights may not be among them, when a program wrote it
  // that did not record that. Reads and streams do not look into the text: they
  // give it to nobody, and so it is to be told here.
  return ArticleAt{.revision = row.revision(), .attributes = row.attributes()};
}

// Everything of that kind that was under `prefix`.
template <typename Record>
absl::Status ReadAll(const PartnerStore& store, const std::string& prefix,
                     size_t limit, Sequence at, std::vector<Record>* records) {
  COURANT_ASSIGN_OR_RETURN(
      const std::vector<std::string> names,
      store.Names(RightsKind<Record>::kResource, prefix, "", limit));
  for (const std::string& name : names) {
    COURANT_ASSIGN_OR_RETURN(std::optional<Record> record,
                             ReadStored<Record>(store, name, at));
    if (record) records->push_back(*std::move(record));
  }
  return absl::OkStatus();
}

void Add(absl::string_view name, int64_t revision,
         v1::AccessRule::Reason reason, v1::AccessRule* rule) {
  rule->set_name(std::string(name));
  rule->set_revision(revision);
  rule->set_reason(reason);
}

// Decides, and says why.
absl::Status Explain(const RightsRecords& records, const ArticleAt& article,
                     const Asked& asked,
                     const v1::ExplainAccessRequest& request,
                     v1::ExplainAccessResponse* response) {
  COURANT_ASSIGN_OR_RETURN(const PartnerRights rights, CompileRights(records));
  const AccessQuestion question{.article = request.article(),
                                .revision = article.revision,
                                .attributes = article.attributes,
                                .use = request.use(),
                                .territory = asked.territory,
                                .time = asked.time,
                                .is_to_come = asked.is_to_come};
  const AccessAnswer answer = Decide(rights, question);
  response->set_decision(answer.decision);
  bool is_without_grant = false;
  for (const CountedRule& rule : answer.rules) {
    Add(rule.name, rule.revision, rule.reason, response->add_rules());
    is_without_grant |= rule.reason == v1::AccessRule::NO_GRANT;
  }
  if (!is_without_grant) return absl::OkStatus();
  for (const CountedRule& rule : ObstaclesTo(rights, question)) {
    Add(rule.name, rule.revision, rule.reason, response->add_obstacles());
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<RightsRecords> ReadRightsAt(const PartnerStore& store,
                                           const std::string& partner,
                                           Sequence at) {
  RightsRecords records;
  COURANT_ASSIGN_OR_RETURN(std::optional<v1::Partner> found,
                           ReadStored<v1::Partner>(store, partner, at));
  if (!found) return ResourceNotFound(partner);
  records.partner = *std::move(found);
  const std::string prefix = absl::StrCat(partner, "/contracts/");
  COURANT_RETURN_IF_ERROR(
      ReadAll(store, prefix, kMaxContracts, at, &records.contracts));
  COURANT_RETURN_IF_ERROR(
      ReadAll(store, prefix, kMaxGrants, at, &records.grants));
  std::set<std::string> products;
  for (const v1::Grant& grant : records.grants) {
    if (!products.insert(grant.product()).second) continue;
    COURANT_ASSIGN_OR_RETURN(
        std::optional<v1::Product> product,
        ReadStored<v1::Product>(store, grant.product(), at));
    if (product) records.products.push_back(*std::move(product));
  }
  return records;
}

absl::StatusOr<v1::ExplainAccessResponse> AccessReads::ExplainAccess(
    const RequestContext& /*context*/,
    const v1::ExplainAccessRequest& request) {
  COURANT_ASSIGN_OR_RETURN(const Asked asked, Check(request, clock_.Now()));
  // Without a time all that there is, also when the clock is behind the log.
  Sequence at = change_log_.tail().last_sequence;
  if (request.has_time()) {
    COURANT_ASSIGN_OR_RETURN(at, change_log_.NewestAt(asked.time));
  }
  const auto snapshot = database_.TakeSnapshot();
  const View view(database_, snapshot.get());
  const PartnerStore store(view);
  COURANT_ASSIGN_OR_RETURN(const std::optional<ArticleRow> partner,
                           store.FindRow(request.partner()));
  if (!partner) return ResourceNotFound(request.partner());
  COURANT_ASSIGN_OR_RETURN(const std::optional<ArticleRow> newest,
                           view.FindArticle(asked.article_id));
  if (!newest) return ResourceNotFound(request.article());

  v1::ExplainAccessResponse response;
  *response.mutable_time() = storage::ToTimestamp(asked.time);
  response.set_sequence(static_cast<int64_t>(at.value()));
  response.set_decision(v1::Access::DENY);
  COURANT_ASSIGN_OR_RETURN(const std::optional<ArticleAt> article,
                           ReadArticleAt(view, asked.article_id, at));
  absl::StatusOr<RightsRecords> records =
      ReadRightsAt(store, request.partner(), at);
  if (!article) {
    Add(request.article(), 0, v1::AccessRule::NO_SUCH_ARTICLE,
        response.add_rules());
  } else {
    response.set_article_revision(article->revision);
  }
  if (absl::IsNotFound(records.status())) {
    Add(request.partner(), 0, v1::AccessRule::NO_SUCH_PARTNER,
        response.add_rules());
  }
  if (response.rules_size() > 0) return response;
  COURANT_RETURN_IF_ERROR(records.status());
  COURANT_RETURN_IF_ERROR(
      Explain(*records, *article, asked, request, &response));
  return response;
}

}  // namespace courant
