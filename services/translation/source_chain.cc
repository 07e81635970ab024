#include "services/translation/source_chain.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/editorial/rules/identifiers.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

using storage::v1::ArticleRow;
using storage::v1::Attributes;
using v1::Article;
using v1::Translation;

Translation::Freshness StandingOf(const Attributes& attributes) {
  switch (attributes.state()) {
    case Article::KILLED:
      return Translation::SOURCE_KILLED;
    case Article::WITHDRAWN:
      return Translation::SOURCE_WITHDRAWN;
    case Article::WITHHELD:
    case Article::EXPIRED:
      return Translation::SOURCE_WITHHELD;
    default:
      return Translation::CURRENT;
  }
}

}  // namespace

absl::StatusOr<SourceChain> SourceChain::Read(const storage::View& view,
                                              absl::string_view article_id,
                                              const Latest& latest) {
  SourceChain chain;
  std::string next(article_id);
  const auto known = [&] {
    return std::any_of(
        chain.links_.begin(), chain.links_.end(),
        [&](const Link& link) { return link.article_id == next; });
  };
  while (!next.empty() && !known()) {
    Link link{.article_id = next};
    const Attributes* changed = latest ? latest(next) : nullptr;
    if (changed != nullptr) {
      link.attributes = *changed;
    } else {
      COURANT_ASSIGN_OR_RETURN(std::optional<ArticleRow> row,
                               view.FindArticle(next));
      if (!row) break;
      link.attributes = std::move(*row->mutable_attributes());
    }
    next = link.attributes.source_article_id();
    chain.links_.push_back(std::move(link));
  }
  return chain;
}

Translation::Freshness SourceChain::Standing() const {
  Translation::Freshness worst = Translation::CURRENT;
  for (const Link& link : links_) {
    worst = std::max(worst, StandingOf(link.attributes));
  }
  return worst;
}

absl::Status SourceChain::CheckUsable() const {
  const Translation::Freshness standing = Standing();
  if (standing == Translation::CURRENT) return absl::OkStatus();
  for (const Link& link : links_) {
    if (StandingOf(link.attributes) != standing) continue;
    const std::string name = ArticleName(link.article_id);
    const std::string& state = Article::State_Name(link.attributes.state());
    if (standing == Translation::SOURCE_KILLED) {
      return MakeError(v1::SOURCE_KILLED,
                       absl::StrCat(name,
                                    " was killed: nothing made from it "
                                    "may be used or worked on any more"),
                       {{"source", name}});
    }
    return MakeError(v1::SOURCE_STOPPED,
                     absl::StrCat(name, " is ", state,
                                  ": work on what is made from it waits until "
                                  "it is released"),
                     {{"source", name}, {"state", state}});
  }
  return absl::OkStatus();
}

absl::Status SourceChain::CheckPublished() const {
  for (const Link& link : links_) {
    if (link.attributes.state() != Article::DRAFT) continue;
    const std::string name = ArticleName(link.article_id);
    return MakeError(v1::SOURCE_NOT_PUBLISHED,
                     absl::StrCat(name,
                                  " is a draft: publish or schedule it first; "
                                  "what is made from it does not go out "
                                  "earlier"),
                     {{"source", name}});
  }
  return absl::OkStatus();
}

SourceChain::Embargo SourceChain::LatestEmbargo() const {
  Embargo latest;
  for (const Link& link : links_) {
    const Attributes& attributes = link.attributes;
    int64_t until_us = 0;
    switch (attributes.state()) {
      case Article::SCHEDULED:  // an embargo may outlast the schedule
        until_us =
            std::max(attributes.due_time_us(), attributes.embargo_until_us());
        break;
      case Article::DRAFT:
      case Article::EMBARGOED:
        until_us = attributes.embargo_until_us();
        break;
      default:
        break;
    }
    if (until_us == 0) continue;
    const absl::Time until = absl::FromUnixMicros(until_us);
    if (until > latest.until) latest = {until, link.article_id};
  }
  return latest;
}

}  // namespace courant
