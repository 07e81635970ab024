#include "services/partners/partner_methods.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

Method MethodOf(const char* name, Audience open_to) {
  return {.name = name,
          .unary = [](const RequestContext& /*context*/,
                      absl::string_view /*request*/,
                      UnaryDone done) { std::move(done)(std::string()); },
          .open_to = open_to};
}

ServiceTable Articles() {
  return {.name = "courant.v1.ArticleService",
          .methods = {MethodOf("GetArticle", Audience::kPublic),
                      MethodOf("BatchGetArticles", Audience::kPublic),
                      MethodOf("ListArticles", Audience::kPublic),
                      MethodOf("ListArticleRevisions", Audience::kPublic),
                      MethodOf("GetArticleRevision", Audience::kPublic),
                      MethodOf("KillArticle", Audience::kInternal),
                      MethodOf("AddedLater", Audience::kPublic)}};
}

ServiceTable Account() {
  return {.name = "courant.v1.AccountService",
          .methods = {MethodOf("GetAccount", Audience::kPartner),
                      MethodOf("ListDeliveries", Audience::kPartner),
                      MethodOf("ListNotices", Audience::kPartner),
                      MethodOf("AcknowledgeNotice", Audience::kPartner)}};
}

ServiceTable Changes() {
  return {.name = "courant.v1.ChangeService",
          .methods = {MethodOf("GetChange", Audience::kPublic),
                      MethodOf("ListChanges", Audience::kPublic),
                      MethodOf("SubscribeChanges", Audience::kPublic),
                      MethodOf("GetChangeLogStatus", Audience::kPublic)}};
}

TEST(PartnerMethodsTest, OnlyWhatIsInTheTableIsOffered) {
  const FakeClock clock;
  COURANT_ASSERT_OK_AND_ASSIGN(
      const std::vector<ServiceTable> offered,
      ForPartners({Account(),
                   Articles(),
                   Changes(),
                   {.name = "courant.v1.PartnerService",
                    .methods = {MethodOf("GetPartner", Audience::kInternal)}}},
                  clock));
  std::set<std::string> names;
  for (const ServiceTable& service : offered) {
    EXPECT_NE(service.name, "courant.v1.PartnerService");
    for (const Method& method : service.methods) names.insert(method.name);
  }
  EXPECT_EQ(names, (std::set<std::string>{
                       "GetArticle", "BatchGetArticles", "ListArticles",
                       "ListArticleRevisions", "GetArticleRevision",
                       "GetChange", "ListChanges", "SubscribeChanges",
                       "GetChangeLogStatus", "GetAccount", "ListDeliveries",
                       "ListNotices", "AcknowledgeNotice"}));
  for (const ServiceTable& service : offered) {
    if (service.name == "courant.v1.AccountService") continue;
    for (const Method& method : service.methods) {
      EXPECT_EQ(method.scope, service.name == "courant.v1.ChangeService"
                                  ? v1::ApiKey::FOLLOW_CHANGES
                                  : v1::ApiKey::READ_ARTICLES)
          << method.name;
    }
  }
}

TEST(PartnerMethodsTest, ACallIsAnsweredWhileItsKeyIsLive) {
  FakeClock clock;
  const auto revoked = std::make_shared<std::atomic<bool>>(false);
  RequestContext context{
      .audience = Audience::kPartner,
      .principal = Principal{.expires = clock.Now() + absl::Hours(1),
                             .revoked = revoked}};
  UnaryDone parked;
  int calls = 0;
  ServiceTable articles = Articles();
  articles.methods[0].unary = [&](const RequestContext& /*context*/,
                                  absl::string_view /*request*/,
                                  UnaryDone done) {
    ++calls;
    parked = std::move(done);
  };
  articles.methods[0].quick = [](const RequestContext& /*context*/,
                                 absl::string_view /*request*/) {
    return absl::StatusOr<std::string>("from memory");
  };
  COURANT_ASSERT_OK_AND_ASSIGN(
      const std::vector<ServiceTable> offered,
      ForPartners({Account(), articles, Changes()}, clock));
  const Method& get = offered[1].methods[0];
  EXPECT_EQ(get.quick, nullptr);
  absl::StatusOr<std::string> got;
  const auto call = [&] {
    get.unary(context, "",
              [&](absl::StatusOr<std::string> answer) { got = answer; });
  };
  call();
  std::move(parked)(std::string("text"));
  EXPECT_THAT(got, IsOkAndHolds("text"));
  // It ends while the call runs,
  call();
  clock.Advance(absl::Hours(1));
  std::move(parked)(std::string("text"));
  EXPECT_EQ(got.status(), CredentialsRefused());
  clock.Advance(-absl::Hours(1));
  call();
  revoked->store(true);
  std::move(parked)(std::string("text"));
  EXPECT_EQ(got.status(), CredentialsRefused());
  // or before it does.
  got = "none";
  EXPECT_EQ(calls, 3);
  call();
  EXPECT_EQ(calls, 3);
  EXPECT_EQ(got.status(), CredentialsRefused());
}

TEST(PartnerMethodsTest, ATableThatDoesNotFitStopsTheStart) {
  const FakeClock clock;
  ServiceTable closed = Articles();
  closed.methods[0].open_to = Audience::kInternal;
  EXPECT_THAT(ForPartners({Account(), closed, Changes()}, clock),
              StatusIs(absl::StatusCode::kInternal));
  ServiceTable misspelt = Articles();
  misspelt.methods[2].name = "ListArticle";
  EXPECT_THAT(ForPartners({Account(), misspelt, Changes()}, clock),
              StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(
      ForPartners({Account(), Articles(), Articles(), Changes()}, clock),
      StatusIs(absl::StatusCode::kInternal));
}

}  // namespace
}  // namespace courant
