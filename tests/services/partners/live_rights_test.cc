#include "services/partners/live_rights.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "tests/services/partners/rights_desk.h"
#include "tests/storage/store_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

constexpr char kDaily[] = "partners/daily";

storage::v1::Attributes ArticleIn(const std::string& section) {
  storage::v1::Attributes attributes;
  attributes.add_sections(section);
  attributes.set_language("ko");
  attributes.set_state(v1::Article::PUBLISHED);
  attributes.set_rights_status(v1::Rights::CLEARED);
  attributes.set_was_public(true);
  return attributes;
}

class LiveRightsTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(fixture_.Open(), IsOk());
    denials_.emplace(*fixture_.registry);
    rights_.emplace(fixture_.store->database(), fixture_.clock, &*denials_);
    fixture_.store->applier().SetListener(&*rights_);
    desk_.emplace(fixture_.store->committer());
  }
  void TearDown() override { fixture_.store->applier().SetListener(nullptr); }

  // Daily may have sport.
  void MakeDaily() {
    desk_->Partner("daily");
    desk_->Contract("daily");
    desk_->Product("sport", "section=\"sport\"");
    desk_->Grant("daily", "sport");
  }

  Sight Sees(const storage::v1::Attributes& article,
             const std::string& partner = kDaily) {
    const absl::StatusOr<Viewer> viewer = rights_->ViewerNow(partner);
    EXPECT_THAT(viewer, IsOk());
    return viewer.ok() ? SightOf(*viewer, article) : Sight::kNothing;
  }

  Sight Saw(Sequence at, const storage::v1::Attributes& article) {
    const auto rights = rights_->RightsAt(kDaily, at);
    EXPECT_THAT(rights, IsOk());
    return rights.ok() ? (*rights)->SightAt(article, fixture_.clock.Now())
                       : Sight::kNothing;
  }

  // By reason, those that are not 0.
  std::map<std::string, double> Denied() const {
    std::map<std::string, double> denied;
    for (const auto& family : fixture_.registry->Collect()) {
      if (family.name != "courant_access_denied_total") continue;
      EXPECT_EQ(family.metric.size(), 11u);
      for (const auto& metric : family.metric) {
        if (metric.counter.value == 0) continue;
        denied[metric.label.at(0).value] = metric.counter.value;
      }
    }
    return denied;
  }

  storage::StoreFixture fixture_;
  std::optional<DenialMetrics> denials_;
  std::optional<LiveRights> rights_;
  std::optional<RightsDesk> desk_;
};

TEST_F(LiveRightsTest, WhoIsNotThereSeesNothing) {
  EXPECT_EQ(Sees(ArticleIn("sport"), "partners/nobody"), Sight::kNothing);
  MakeDaily();
  EXPECT_EQ(Sees(ArticleIn("sport")), Sight::kText);
  EXPECT_EQ(Sees(ArticleIn("politics")), Sight::kNothing);
  EXPECT_EQ(Sees(ArticleIn("sport"), "partners/nobody"), Sight::kNothing);
}

TEST_F(LiveRightsTest, WhatIsNotShownIsCountedByTheRuleThatSaidSo) {
  MakeDaily();
  Sees(ArticleIn("sport"));
  EXPECT_TRUE(Denied().empty());
  Sees(ArticleIn("politics"));
  Sees(ArticleIn("culture"));
  storage::v1::Attributes unclear = ArticleIn("sport");
  unclear.clear_rights_status();
  Sees(unclear);
  // A stub is told of: what stands there is not denied.
  storage::v1::Attributes stopped = ArticleIn("sport");
  stopped.set_state(v1::Article::KILLED);
  EXPECT_EQ(Sees(stopped), Sight::kStub);
  desk_->Suspend("daily");
  Sees(ArticleIn("sport"));
  const std::map<std::string, double> denied = {
      {"NO_GRANT", 2}, {"RIGHTS_UNKNOWN", 1}, {"PARTNER_SUSPENDED", 1}};
  EXPECT_EQ(Denied(), denied);
}

TEST_F(LiveRightsTest, AChangeThatWasAnsweredHolds) {
  MakeDaily();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(Sees(ArticleIn("sport")), Sight::kText);
    desk_->Suspend("daily");
    EXPECT_EQ(Sees(ArticleIn("sport")), Sight::kNothing);
    desk_->Resume("daily");
  }
}

TEST_F(LiveRightsTest, AreCompiledOnceForEachChangeOfTheirs) {
  MakeDaily();
  for (int i = 0; i < 10; ++i) Sees(ArticleIn("sport"));
  EXPECT_EQ(rights_->compiled(), 1u);
  // Of somebody else, or of no right at all.
  desk_->Partner("other");
  ASSERT_THAT(fixture_.Write("ferries", "Ferries"), IsOk());
  Sees(ArticleIn("sport"));
  EXPECT_EQ(rights_->compiled(), 1u);
  // A product concerns those whom a grant names it to.
  desk_->Product("all", "");
  for (int i = 0; i < 10; ++i) Sees(ArticleIn("sport"));
  EXPECT_EQ(rights_->compiled(), 1u);
  desk_->SuspendProduct("sport");
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(Sees(ArticleIn("sport")), Sight::kNothing);
  }
  EXPECT_EQ(rights_->compiled(), 2u);
  desk_->Grant("daily", "all");
  EXPECT_EQ(Sees(ArticleIn("sport")), Sight::kText);
  desk_->SuspendProduct("all");
  EXPECT_EQ(Sees(ArticleIn("sport")), Sight::kNothing);
  EXPECT_EQ(rights_->compiled(), 4u);
}

// A stream of each of many followers passes the same change.
TEST_F(LiveRightsTest, AreCompiledOnceAsOfAChange) {
  MakeDaily();
  const Sequence suspended = desk_->Suspend("daily");
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(Saw(suspended, ArticleIn("sport")), Sight::kNothing);
    EXPECT_EQ(Saw(Sequence(suspended.value() - 1), ArticleIn("sport")),
              Sight::kText);
  }
  EXPECT_EQ(rights_->compiled(), 2u);
}

TEST_F(LiveRightsTest, AreKnownAtEveryChange) {
  MakeDaily();
  const Sequence suspended = desk_->Suspend("daily");
  const Sequence resumed = desk_->Resume("daily");
  for (uint64_t at = 0; at <= resumed.value(); ++at) {
    const bool granted = at >= 4 && Sequence(at) != suspended;
    EXPECT_EQ(Saw(Sequence(at), ArticleIn("sport")),
              granted ? Sight::kText : Sight::kNothing)
        << at;
  }
}

TEST_F(LiveRightsTest, WhatWasStoppedIsAStubToWhoMayHaveACopy) {
  MakeDaily();
  for (const auto state : {v1::Article::WITHHELD, v1::Article::WITHDRAWN,
                           v1::Article::EXPIRED, v1::Article::KILLED}) {
    storage::v1::Attributes article = ArticleIn("sport");
    article.set_state(state);
    EXPECT_EQ(Sees(article), Sight::kStub);
    article.set_expires_at_us(1);
    EXPECT_EQ(Sees(article), Sight::kStub);
    // Nobody outside ever had it.
    article.set_was_public(false);
    EXPECT_EQ(Sees(article), Sight::kNothing);
    article = ArticleIn("politics");
    article.set_state(state);
    EXPECT_EQ(Sees(article), Sight::kNothing);
  }
}

TEST_F(LiveRightsTest, KnowWhatTheyChangeWith) {
  const auto before = rights_->RightsAt(kDaily, Sequence(0));
  MakeDaily();
  desk_->Product("all", "");
  const auto viewer = rights_->ViewerNow(kDaily);
  ASSERT_THAT(before, IsOk());
  ASSERT_THAT(viewer, IsOk());
  for (const Rights* rights : {before->get(), viewer->rights.get()}) {
    const bool is_there = rights != before->get();
    for (const char* id : {"/partners/daily", "/partners/daily/contracts/c",
                           "/partners/daily/contracts/c/grants/g"}) {
      EXPECT_TRUE(rights->MayChangeWith(id)) << id;
    }
    EXPECT_EQ(rights->MayChangeWith("/products/sport"), is_there);
    for (const char* id :
         {"/partners/daily-2/contracts/c", "/partners/dail", "partners/daily",
          "ferries", "/products/all", "/partners/daily/keys/k", "/", ""}) {
      EXPECT_FALSE(rights->MayChangeWith(id)) << id;
    }
  }
}

// Whoever forgets to ask for the rights shows nothing.
TEST(ViewerTest, APartnerWithoutRightsSeesNothing) {
  for (int state = 0; state < v1::Article::State_ARRAYSIZE; ++state) {
    storage::v1::Attributes article = ArticleIn("sport");
    article.set_state(static_cast<v1::Article::State>(state));
    EXPECT_EQ(SightOf(Viewer(Audience::kPartner), article), Sight::kNothing);
    EXPECT_EQ(SightOf(Audience::kPartner, article), Sight::kNothing);
  }
}

}  // namespace
}  // namespace courant
