// What a partner is told of the log while articles and rights change at random,
// against a model of both that shares nothing with the product.

#include <cstdint>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/distribution/change_stream.h"
#include "services/partners/live_rights.h"
#include "services/server/listener_chain.h"
#include "storage/base/status_macros.h"
#include "tests/model/environment.h"
#include "tests/services/distribution/wire_fixture.h"
#include "tests/services/partners/rights_desk.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using v1::Article;
using v1::Change;

constexpr int kArticles = 6;
constexpr int kSteps = 150;
const std::vector<std::string>& Sections() {
  static const auto& sections =
      *new std::vector<std::string>{"sport", "politics", "culture"};
  return sections;
}

// What was said of one change, for people who wonder about a difference.
std::string Said(uint64_t sequence, Change::Disposition disposition,
                 bool has_text) {
  return absl::StrCat(sequence, " ", Change::Disposition_Name(disposition),
                      has_text ? " text" : " tombstone");
}

class PartnerStreamTest : public testing::TestWithParam<size_t> {
 protected:
  // What everybody knows of an article.
  struct Story {
    std::string section;
    bool is_out = false;  // not on hold
  };
  // What a change meant, and the article after it.
  struct Told {
    uint64_t sequence;
    Change::Disposition disposition;
    std::string section;
    bool is_out;
  };

  PartnerStreamTest() { wire_.store.store->applier().SetListener(&listeners_); }
  ~PartnerStreamTest() override {
    wire_.store.store->applier().SetListener(nullptr);
  }

  bool May(const std::string& section) const {
    return !suspended_ && granted_.count(section) > 0;
  }

  // Commits a revision of `story` and notes what the partner is to be told.
  void Publish(int number, const std::string& section, bool is_out) {
    const std::string id = absl::StrCat("story-", number);
    Story& story = stories_[number];
    const bool had = story.is_out && May(story.section);
    // It was told, or would have been, what to do with a copy.
    const bool had_order =
        !story.is_out && !story.section.empty() && May(story.section);
    const auto committed = wire_.store.store->committer().Commit(
        {.actor = "desk/kim"},
        [&](const storage::DecisionContext& context)
            -> absl::StatusOr<storage::Decision> {
          COURANT_ASSIGN_OR_RETURN(auto row, context.view.FindArticle(id));
          storage::ChangeDraft draft{
              .kind = is_out ? Change::UPDATED : Change::HELD,
              .article_id = id};
          draft.attributes.set_state(is_out ? Article::PUBLISHED
                                            : Article::WITHHELD);
          draft.attributes.add_sections(section);
          draft.attributes.set_was_public(true);
          draft.attributes.set_rights_status(v1::Rights::CLEARED);
          draft.article.set_state(draft.attributes.state());
          draft.article.mutable_headline()->set_value("kestrel");
          if (!is_out) draft.tombstone.emplace().set_reason("stop");
          draft.previous = std::move(row);
          storage::Decision decision;
          decision.push_back(std::move(draft));
          return decision;
        });
    ASSERT_THAT(committed, IsOk());
    std::optional<Change::Disposition> told;
    if (is_out && May(section)) {
      told = had ? Change::CHANGED : Change::ENTERED;
    } else if (had || had_order || (!is_out && May(section))) {
      // The last is an order to whoever may have a copy.
      told = Change::LEFT;
    }
    if (told) {
      told_.push_back({committed->sequence.value(), *told, section, is_out});
    }
    story.section = section;
    story.is_out = is_out;
  }

  void Step(std::mt19937_64& random) {
    const auto below = [&](uint64_t end) { return random() % end; };
    switch (below(10)) {
      case 0:
        // Mostly not: then there is nothing to see.
        if (!suspended_ && below(3) != 0) return;
        suspended_ ? desk_.Resume("daily") : desk_.Suspend("daily");
        suspended_ = !suspended_;
        return;
      case 1: {
        const std::string& section = Sections()[below(Sections().size())];
        if (granted_.count(section) > 0) {
          desk_.SuspendGrant("daily", section);
          granted_.erase(section);
        } else {
          desk_.ResumeGrant("daily", section);
          granted_.insert(section);
        }
        return;
      }
      case 2:
        // Of somebody else.
        desk_.Suspend("other");
        desk_.Resume("other");
        return;
      default: {
        const int number = static_cast<int>(below(kArticles));
        const Story& story = stories_[number];
        const bool is_out = below(4) != 0 || story.section.empty();
        // What is on hold stays where it is.
        const std::string section =
            is_out ? Sections()[below(Sections().size())] : story.section;
        Publish(number, section, is_out);
      }
    }
  }

  RequestContext Daily() const {
    return {.audience = Audience::kPartner,
            .principal = Principal{.partner = "partners/daily"}};
  }

  StreamClient Follow(int64_t after, int batch = 0) {
    v1::SubscribeChangesRequest request;
    request.set_resume_after_sequence(after);
    request.set_max_batch_changes(batch);
    return StreamClient(wire_, request, ChangeStream::kProgressInterval,
                        FollowingViewer(Daily(), &rights_,
                                        wire_.hub->log()));
  }

  // What a client that came by when each change was new was told.
  std::vector<std::string> ToldThen() const {
    std::vector<std::string> said;
    for (const Told& one : told_) {
      said.push_back(
          Said(one.sequence, one.disposition, one.disposition != Change::LEFT));
    }
    return said;
  }

  // What one is told that comes by now: of the same changes, but no text that
  // it may not have any more.
  std::vector<std::string> ToldNow() const {
    std::vector<std::string> said;
    for (const Told& one : told_) {
      const bool has_text = one.disposition != Change::LEFT && May(one.section);
      said.push_back(Said(one.sequence,
                          has_text ? one.disposition : Change::LEFT, has_text));
    }
    return said;
  }

  static std::vector<std::string> Heard(const StreamClient& client) {
    std::vector<std::string> heard;
    for (const Change& change : client.changes()) {
      heard.push_back(Said(static_cast<uint64_t>(change.sequence()),
                           change.disposition(), change.has_article()));
      EXPECT_EQ(change.actor(), "");
      if (!change.has_article()) {
        EXPECT_THAT(change.SerializeAsString(),
                    testing::Not(testing::HasSubstr("kestrel")));
      }
    }
    return heard;
  }

  WireFixture wire_{{.ring_bytes = GetParam()}};
  LiveRights rights_{wire_.store.store->database(), wire_.store.clock};
  ListenerChain listeners_{{&rights_, &*wire_.hub}};
  RightsDesk desk_{wire_.store.store->committer()};
  std::map<int, Story> stories_;
  std::set<std::string> granted_;
  bool suspended_ = false;
  std::vector<Told> told_;
};

TEST_P(PartnerStreamTest, NothingAfterARightHasEndedAndEverythingBefore) {
  const uint64_t seed = model::SeedFromEnvironment();
  std::cout << "COURANT_SEED=" << seed << std::endl;
  SCOPED_TRACE(absl::StrCat("COURANT_SEED=", seed));
  std::mt19937_64 random(seed);
  StreamClient live = Follow(0);
  desk_.Partner("daily");
  desk_.Partner("other");
  desk_.Contract("daily");
  for (const std::string& section : Sections()) {
    desk_.Product(section, absl::StrCat("section=\"", section, "\""));
    desk_.Grant("daily", section);
    granted_.insert(section);
  }
  for (int i = 0; i < kSteps; ++i) {
    Step(random);
    // Up to here: what was told before does not change any more.
    ASSERT_THAT(live.Drain(), IsOk());
  }
  EXPECT_EQ(Heard(live), ToldThen());
  EXPECT_GT(told_.size(), 15u);
  // From the beginning, in messages of any size, and from the middle.
  for (const int batch : {0, 1, 3}) {
    StreamClient replay = Follow(0, batch);
    ASSERT_THAT(replay.Drain(), IsOk());
    EXPECT_EQ(Heard(replay), ToldNow());
  }
  StreamClient later = Follow(static_cast<int64_t>(wire_.tail() / 2));
  ASSERT_THAT(later.Drain(), IsOk());
  std::vector<std::string> rest = ToldNow();
  rest.erase(rest.begin(), rest.end() - static_cast<long>(Heard(later).size()));
  EXPECT_EQ(Heard(later), rest);
  size_t after_middle = 0;
  for (const Told& one : told_) {
    after_middle += one.sequence > wire_.tail() / 2 ? 1 : 0;
  }
  EXPECT_EQ(Heard(later).size(), after_middle);
}

TEST_P(PartnerStreamTest, WithoutRightsNothingIsTold) {
  desk_.Partner("daily");
  desk_.Partner("other");
  Publish(0, "sport", true);
  StreamClient client = Follow(0);
  ASSERT_THAT(client.Drain(), IsOk());
  EXPECT_EQ(client.position(), wire_.tail());
  EXPECT_TRUE(client.changes().empty());
}

// In memory, and read from the log.
INSTANTIATE_TEST_SUITE_P(Ring, PartnerStreamTest,
                         testing::Values(size_t{1}, size_t{64} << 20));

}  // namespace
}  // namespace courant
