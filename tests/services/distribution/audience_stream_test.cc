// What somebody outside is told of an article in the course of its life.

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/distribution/change_stream.h"
#include "storage/base/status_macros.h"
#include "tests/services/distribution/wire_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using v1::Article;
using v1::Change;

// One revision, and what the public is told of it. What must never leave the
// house says "kestrel".
struct Step {
  Change::Kind kind;
  Article::State state;
  std::string told = "";  // "ENTERED article"; empty: nothing
};

bool IsStopped(Article::State state) {
  return state == Article::WITHHELD || state == Article::WITHDRAWN ||
         state == Article::EXPIRED || state == Article::KILLED;
}

std::vector<Step> Life() {
  return {
      {Change::DRAFTED, Article::DRAFT},
      {Change::SCHEDULED, Article::SCHEDULED},
      {Change::DRAFTED, Article::SCHEDULED},
      {Change::UNSCHEDULED, Article::DRAFT},
      {Change::PRE_NOTICED, Article::EMBARGOED},
      {Change::UPDATED, Article::EMBARGOED},
      {Change::EMBARGO_CHANGED, Article::EMBARGOED},
      // Stopped before anybody outside knew of it.
      {Change::HELD, Article::WITHHELD},
      {Change::HOLD_RELEASED, Article::EMBARGOED},
      {Change::WITHDRAWN, Article::WITHDRAWN},
      {Change::RESTORED, Article::EMBARGOED},
      {Change::KILL_REQUESTED, Article::EMBARGOED},
      {Change::EMBARGO_RELEASED, Article::PUBLISHED, "ENTERED article"},
      {Change::UPDATED, Article::PUBLISHED, "CHANGED article"},
      {Change::REFILED, Article::PUBLISHED, "CHANGED article"},
      {Change::KILL_REQUESTED, Article::PUBLISHED},
      {Change::CORRECTED, Article::CORRECTED, "CHANGED article"},
      {Change::HELD, Article::WITHHELD, "LEFT tombstone"},
      {Change::KILL_REQUESTED, Article::WITHHELD},
      {Change::HOLD_RELEASED, Article::CORRECTED, "ENTERED article"},
      {Change::HELD, Article::WITHHELD, "LEFT tombstone"},
      // The order to those who have copies became stricter.
      {Change::WITHDRAWN, Article::WITHDRAWN, "LEFT tombstone"},
      {Change::RESTORED, Article::CORRECTED, "ENTERED article"},
      {Change::EXPIRED, Article::EXPIRED, "LEFT tombstone"},
      {Change::KILLED, Article::KILLED, "LEFT tombstone"},
  };
}

class AudienceStreamTest : public ::testing::TestWithParam<size_t> {
 protected:
  // Commits one revision; it takes away the articles of `erased`.
  void Commit(const Step& step, std::vector<Sequence> erased = {}) {
    const auto committed = wire_.store.store->committer().Commit(
        {.actor = "desk/kestrel"},
        [&](const storage::DecisionContext& context)
            -> absl::StatusOr<storage::Decision> {
          COURANT_ASSIGN_OR_RETURN(auto row, context.view.FindArticle("tide"));
          const bool is_public = step.state == Article::PUBLISHED ||
                                 step.state == Article::CORRECTED;
          storage::ChangeDraft draft{.kind = step.kind, .article_id = "tide"};
          draft.attributes.set_state(step.state);
          // Drafts are filed elsewhere, so that filters can look for them.
          draft.attributes.add_sections(is_public ? "local" : "kestrel");
          draft.attributes.set_was_public(
              is_public || (row && row->attributes().was_public()));
          draft.attributes.set_list_time_us(1);
          draft.article.set_state(step.state);
          draft.article.mutable_headline()->set_value(
              is_public && step.kind != Change::KILL_REQUESTED ? "said"
                                                               : "kestrel");
          draft.article.mutable_kill_request()->set_reason("kestrel");
          if (IsStopped(step.state)) {
            draft.tombstone.emplace().set_reason(
                draft.attributes.was_public() ? "stop" : "kestrel");
          }
          draft.previous = std::move(row);
          draft.erased = erased;
          storage::Decision decision;
          decision.push_back(std::move(draft));
          return decision;
        });
    EXPECT_THAT(committed, IsOk());
  }

  StreamClient Follow(Audience audience, const std::string& filter,
                      v1::StartFrom start) {
    v1::SubscribeChangesRequest request;
    request.set_start_from(start);
    request.set_filter(filter);
    return StreamClient(wire_, request, ChangeStream::kProgressInterval,
                        audience);
  }

  // Checks that `client` has been told what is to be told of `life`.
  static void Expect(StreamClient& client, const std::vector<Step>& life) {
    EXPECT_THAT(client.Drain(), IsOk());
    EXPECT_EQ(client.position(), life.size());
    std::vector<std::string> told;
    for (const Change& change : client.changes()) {
      told.push_back(
          absl::StrCat(change.sequence(), " ", Change::Kind_Name(change.kind()),
                       " ", Change::Disposition_Name(change.disposition()), " ",
                       change.has_article() ? "article" : "tombstone"));
      EXPECT_THAT(change.SerializeAsString(), Not(HasSubstr("kestrel")));
      if (change.has_tombstone()) {
        EXPECT_EQ(change.tombstone().reason(), "stop");
      }
    }
    std::vector<std::string> expected;
    for (size_t i = 0; i < life.size(); ++i) {
      if (life[i].told.empty()) continue;
      expected.push_back(absl::StrCat(
          i + 1, " ", Change::Kind_Name(life[i].kind), " ", life[i].told));
    }
    EXPECT_THAT(told, ElementsAreArray(expected));
  }

  WireFixture wire_{{.ring_bytes = GetParam()}};
};

TEST_P(AudienceStreamTest, TellsThePublicOfWhatIsPublicAndOfItsEnd) {
  StreamClient live = Follow(Audience::kPublic, "", v1::LATEST);
  EXPECT_THAT(live.Drain(), IsOk());
  for (const Step& step : Life()) {
    Commit(step);
    EXPECT_THAT(live.Drain(), IsOk());
  }
  Expect(live, Life());
  StreamClient replay = Follow(Audience::kPublic, "", v1::EARLIEST_RETAINED);
  Expect(replay, Life());

  StreamClient house = Follow(Audience::kInternal, "", v1::EARLIEST_RETAINED);
  EXPECT_THAT(house.Drain(), IsOk());
  EXPECT_EQ(house.delivered().size(), Life().size());
  EXPECT_EQ(house.changes()[0].article().headline().value(), "kestrel");
  EXPECT_EQ(house.changes()[0].actor(), "desk/kestrel");
}

TEST_P(AudienceStreamTest, AFilterFindsNothingOfWhatIsNotSeen) {
  std::vector<Step> life = Life();
  for (const Step& step : life) Commit(step);
  for (const char* filter :
       {"state=DRAFT", "state=EMBARGOED OR state=SCHEDULED",
        "section=kestrel AND NOT state=WITHHELD AND NOT state=WITHDRAWN AND "
        "NOT state=EXPIRED AND NOT state=KILLED"}) {
    StreamClient client =
        Follow(Audience::kPublic, filter, v1::EARLIEST_RETAINED);
    EXPECT_THAT(client.Drain(), IsOk());
    EXPECT_THAT(client.delivered(), IsEmpty()) << filter;
    EXPECT_EQ(client.position(), life.size());
    StreamClient house =
        Follow(Audience::kInternal, filter, v1::EARLIEST_RETAINED);
    EXPECT_THAT(house.Drain(), IsOk());
    EXPECT_THAT(house.delivered(), Not(IsEmpty())) << filter;
  }
  // What was under embargo and was not seen did not match before.
  StreamClient client =
      Follow(Audience::kPublic, "NOT state=PUBLISHED", v1::EARLIEST_RETAINED);
  EXPECT_THAT(client.Drain(), IsOk());
  EXPECT_EQ(client.delivered().front(), 17);
}

TEST_P(AudienceStreamTest, WhatWasKilledIsATombstoneInReplays) {
  std::vector<Step> life = Life();
  std::vector<Sequence> all;
  for (size_t i = 0; i + 1 < life.size(); ++i) {
    Commit(life[i]);
    all.emplace_back(i + 1);
  }
  Commit(life.back(), all);
  for (Step& step : life) {
    const size_t place = step.told.find("article");
    if (place != std::string::npos) step.told.replace(place, 7, "tombstone");
  }
  StreamClient replay = Follow(Audience::kPublic, "", v1::EARLIEST_RETAINED);
  Expect(replay, life);
}

TEST_P(AudienceStreamTest, WhatIsNotSeenHasNoTextHoweverItIsAskedFor) {
  for (const Step& step : Life()) Commit(step);
  COURANT_ASSERT_OK_AND_ASSIGN(
      const auto changes, wire_.hub->Read(Sequence(0), {.max_changes = 100}));
  for (const SharedChangePtr& change : changes) {
    const bool seen =
        change->DispositionFor(Audience::kPublic, Filter()).has_value();
    EXPECT_TRUE(change->DispositionFor(Audience::kInternal, Filter()));
    for (int i = 0; i < Change::Disposition_ARRAYSIZE; ++i) {
      COURANT_ASSERT_OK_AND_ASSIGN(
          const std::string encoded,
          change->Encode(Audience::kPublic,
                         static_cast<Change::Disposition>(i)));
      Change decoded;
      ASSERT_TRUE(decoded.ParseFromString(encoded));
      EXPECT_EQ(decoded.actor(), "");
      if (seen) {
        EXPECT_THAT(encoded, Not(HasSubstr("kestrel")));
      }
      const Article::State state =
          change->entry().facts.row().attributes().state();
      EXPECT_EQ(decoded.has_article(),
                (state == Article::PUBLISHED || state == Article::CORRECTED) &&
                    i != Change::LEFT);
    }
  }
}

// All in memory; none but the newest.
INSTANTIATE_TEST_SUITE_P(FromMemoryAndFromTheLog, AudienceStreamTest,
                         ::testing::Values(size_t{1} << 20, size_t{1}));

}  // namespace
}  // namespace courant
