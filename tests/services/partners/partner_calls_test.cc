// Unary calls of a partner: what they hold up, and what a key that ends
// meanwhile and rights that change meanwhile take from them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/distribution/change_service.h"
#include "services/editorial/article_reads.h"
#include "services/partners/access_reads.h"
#include "services/partners/live_rights.h"
#include "services/server/listener_chain.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"
#include "tests/services/distribution/wire_fixture.h"
#include "tests/services/partners/rights_desk.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

// Calls a function while each change is on disk and nobody was told of it.
class Between final : public storage::ChangeListener {
 public:
  void BeforeApplied(const std::vector<storage::SharedEntry>&) override {
    if (call) call();
  }
  void OnApplied(const std::vector<storage::SharedEntry>&) override {}

  std::function<void()> call;
};

// In the place of a chain: tells one listener and then the other.
class Both final : public storage::ChangeListener {
 public:
  Both(storage::ChangeListener& a, storage::ChangeListener& b) : a_(a), b_(b) {}
  void BeforeApplied(const std::vector<storage::SharedEntry>& all) override {
    a_.BeforeApplied(all);
    b_.BeforeApplied(all);
  }
  void OnApplied(const std::vector<storage::SharedEntry>& all) override {
    a_.OnApplied(all);
    b_.OnApplied(all);
  }

 private:
  storage::ChangeListener& a_;
  storage::ChangeListener& b_;
};

class PartnerCallsTest : public testing::Test {
 protected:
  PartnerCallsTest() {
    applier().SetListener(&listeners_);
    desk_.Partner("daily");
    desk_.Contract("daily");
    desk_.Product("all", "");
    desk_.Grant("daily", "all");
    Publish();
  }
  ~PartnerCallsTest() override { applier().SetListener(nullptr); }

  storage::Applier& applier() { return wire_.store.store->applier(); }

  // An article that the partner may have; `is_old` when it was written by a
  // program that did not keep that beside the text.
  void Publish(const std::string& id = "ferries", bool is_old = false) {
    const auto committed = wire_.store.store->committer().Commit(
        {.actor = "desk/kim"},
        [&](const storage::DecisionContext& context)
            -> absl::StatusOr<storage::Decision> {
          COURANT_ASSIGN_OR_RETURN(auto row, context.view.FindArticle(id));
          storage::ChangeDraft draft{.kind = v1::Change::PUBLISHED,
                                     .article_id = id};
          draft.previous = std::move(row);
          draft.attributes.set_state(v1::Article::PUBLISHED);
          draft.attributes.set_was_public(true);
          if (!is_old) draft.attributes.set_rights_status(v1::Rights::CLEARED);
          draft.article.mutable_rights()->set_status(v1::Rights::CLEARED);
          draft.article.set_state(v1::Article::PUBLISHED);
          draft.article.mutable_headline()->set_value("kestrel");
          storage::Decision decision;
          decision.push_back(std::move(draft));
          return decision;
        });
    ASSERT_THAT(committed, IsOk());
  }

  RequestContext Daily() const {
    return {.audience = Audience::kPartner,
            .principal =
                Principal{.partner = "partners/daily", .revoked = revoked_},
            .deadline = absl::Now() + absl::Seconds(30)};
  }

  absl::StatusOr<std::string> Get(int64_t min_change_sequence = 0,
                                  const std::string& id = "ferries") {
    v1::GetArticleRequest request;
    request.set_name("articles/" + id);
    request.set_min_change_sequence(min_change_sequence);
    return reads_.GetArticle(Daily(), request);
  }

  // Calls a unary method of `service`.
  template <typename Response>
  static Response Call(ChangeService& service, const std::string& method,
                       const RequestContext& context,
                       const google::protobuf::Message& request) {
    Response response;
    for (const Method& one : service.Table().methods) {
      if (one.name != method) continue;
      one.unary(context, request.SerializeAsString(),
                [&](absl::StatusOr<std::string> answer) {
                  ASSERT_THAT(answer, IsOk());
                  ASSERT_TRUE(response.ParseFromString(*answer));
                });
    }
    return response;
  }

  const std::shared_ptr<std::atomic<bool>> revoked_ =
      std::make_shared<std::atomic<bool>>(false);
  WireFixture wire_;
  LiveRights rights_{wire_.store.store->database(), wire_.store.clock};
  Between between_;
  // As in the server.
  ListenerChain chain_{{&*wire_.hub}, {&rights_}};
  Both listeners_{between_, chain_};
  RightsDesk desk_{wire_.store.store->committer()};
  const TokenKey key_ = *TokenKey::FromSecret(wire_.store.store->token_key());
  ArticleReads reads_{wire_.store.store->database(),
                      wire_.store.store->applier(), key_, &rights_};
};

TEST_F(PartnerCallsTest, WaitForNoChange) {
  EXPECT_THAT(Get(static_cast<int64_t>(wire_.tail())), IsOk());
  const absl::Time begin = absl::Now();
  const int64_t late = int64_t{1} << 62;
  EXPECT_EQ(ReasonOf(Get(late).status()), v1::NODE_BEHIND);
  v1::BatchGetArticlesRequest batch;
  batch.add_names("articles/ferries");
  batch.set_min_change_sequence(late);
  EXPECT_EQ(ReasonOf(reads_.BatchGetArticles(Daily(), batch).status()),
            v1::NODE_BEHIND);
  v1::ListArticlesRequest list;
  list.set_min_change_sequence(late);
  EXPECT_EQ(ReasonOf(reads_.ListArticles(Daily(), list).status()),
            v1::NODE_BEHIND);
  EXPECT_LT(absl::Now() - begin, absl::Seconds(4));
}

TEST_F(PartnerCallsTest, TakeNoPlaceOfTheHouseInALongPoll) {
  ChangeService house(*wire_.hub, *wire_.positions);
  ChangeService partners(*wire_.hub, *wire_.positions,
                         ChangeStream::kProgressInterval, nullptr, &rights_,
                         /*max_waiting=*/0);
  v1::ListChangesRequest request;
  request.set_start_from(v1::LATEST);
  const auto poll = [&](ChangeService& service, const RequestContext& context) {
    return Call<v1::ListChangesResponse>(service, "ListChanges", context,
                                         request);
  };
  request.set_page_token(poll(house, {}).resume_token());
  request.mutable_wait()->set_seconds(20);
  const absl::Time begin = absl::Now();
  for (int i = 0; i < ChangeService::kMaxWaiting + 1; ++i) {
    EXPECT_EQ(poll(partners, Daily()).changes_size(), 0);
  }
  EXPECT_LT(absl::Now() - begin, absl::Seconds(15));
  v1::ListChangesResponse got;
  std::thread waits([&] {
    got = poll(house, {.deadline = absl::Now() + absl::Seconds(60)});
  });
  Publish();
  waits.join();
  EXPECT_EQ(got.changes_size(), 1);
}

TEST_F(PartnerCallsTest, AnEndedKeyReadsNothing) {
  EXPECT_THAT(Get(), IsOk());
  revoked_->store(true);
  EXPECT_EQ(ReasonOf(Get().status()), v1::CREDENTIALS_REFUSED);
  EXPECT_EQ(ReasonOf(reads_.ListArticles(Daily(), {}).status()),
            v1::CREDENTIALS_REFUSED);
}

TEST_F(PartnerCallsTest, AnEndedKeyIsToldNoMoreOfASnapshot) {
  for (int i = 0; i < 5; ++i) Publish(absl::StrCat("story-", i));
  v1::SubscribeChangesRequest request;
  request.set_start_from(v1::SNAPSHOT_THEN_LIVE);
  request.set_max_batch_changes(1);
  StreamClient client(wire_, request, ChangeStream::kProgressInterval,
                      FollowingViewer(Daily(), &rights_, wire_.hub->log()));
  while (client.changes().size() < 2) ASSERT_THAT(client.Next(), IsOk());
  revoked_->store(true);
  EXPECT_EQ(ReasonOf(client.Drain()), v1::CREDENTIALS_REFUSED);
  EXPECT_EQ(client.changes().size(), 2u);
}

TEST_F(PartnerCallsTest, NothingIsShownByRightsFromBeforeIt) {
  std::future<absl::StatusOr<std::string>> got;
  // The suspension is on disk, and with it whatever else its frame has; the
  // rights have not heard of it.
  between_.call = [&] {
    got = std::async(std::launch::async, [&] { return Get(); });
    EXPECT_EQ(got.wait_for(std::chrono::milliseconds(300)),
              std::future_status::timeout);
  };
  desk_.Suspend("daily");
  EXPECT_EQ(ReasonOf(got.get().status()), v1::RESOURCE_NOT_FOUND);
}

// Who waits for a change must find the rights that it made.
TEST_F(PartnerCallsTest, WhoWaitsForASuspensionIsSuspended) {
  for (int i = 0; i < 20; ++i) {
    ASSERT_THAT(Get(), IsOk());
    const Sequence next(wire_.tail() + 1);
    absl::StatusOr<std::string> got;
    std::thread waiter([&] {
      EXPECT_TRUE(applier().WaitFor(next, absl::Seconds(30)));
      got = Get();
    });
    desk_.Suspend("daily");
    waiter.join();
    EXPECT_EQ(ReasonOf(got.status()), v1::RESOURCE_NOT_FOUND);
    desk_.Resume("daily");
  }
}

TEST_F(PartnerCallsTest, WhatIsExplainedIsWhatIsRead) {
  AccessReads access(wire_.store.store->database(),
                     wire_.store.store->change_log(), wire_.store.clock);
  const auto explain = [&](const std::string& id) {
    v1::ExplainAccessRequest request;
    request.set_partner("partners/daily");
    request.set_article("articles/" + id);
    request.set_use(v1::Grant::WEB);
    request.set_territory("KR");
    const auto answer = access.ExplainAccess({}, request);
    EXPECT_THAT(answer, IsOk());
    return answer.ok() ? answer->decision() : v1::Access::DECISION_UNSPECIFIED;
  };
  EXPECT_EQ(explain("ferries"), v1::Access::FULL);
  EXPECT_THAT(Get(0, "ferries"), IsOk());
  Publish("old", /*is_old=*/true);
  EXPECT_EQ(explain("old"), v1::Access::DENY);
  EXPECT_EQ(ReasonOf(Get(0, "old").status()), v1::RESOURCE_NOT_FOUND);
  // Any new revision tells.
  Publish("old");
  EXPECT_EQ(explain("old"), v1::Access::FULL);
  EXPECT_THAT(Get(0, "old"), IsOk());
}

TEST_F(PartnerCallsTest, AreNotToldWhatTheLogHasBesides) {
  ChangeService service(*wire_.hub, *wire_.positions,
                        ChangeStream::kProgressInterval, nullptr, &rights_);
  const auto stream = std::make_shared<WakeCounter>();
  const auto subscriber = wire_.hub->Subscribe(stream);
  const auto status = [&](const RequestContext& context) {
    return Call<v1::ChangeLogStatus>(service, "GetChangeLogStatus", context,
                                     v1::GetChangeLogStatusRequest());
  };
  EXPECT_EQ(status({}).open_streams(), 1);
  EXPECT_EQ(status({}).tail_digest().size(), 16u);
  const v1::ChangeLogStatus told = status(Daily());
  EXPECT_EQ(told.open_streams(), 0);
  EXPECT_EQ(told.tail_digest(), "");
  EXPECT_EQ(told.tail_sequence(), static_cast<int64_t>(wire_.tail()));
  EXPECT_NE(told.tail_token(), "");
}

}  // namespace
}  // namespace courant
