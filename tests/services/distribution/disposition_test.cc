// What a change means to a filter, against a follower that remembers what it
// was given.

#include <algorithm>
#include <deque>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/audience/visibility.h"
#include "services/distribution/change_stream.h"
#include "services/distribution/conflation.h"
#include "tests/services/distribution/random_newsroom.h"
#include "tests/services/distribution/wire_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using v1::Change;

class DispositionTest : public ::testing::TestWithParam<Audience> {
 protected:
  const uint64_t seed_ = std::random_device()();
  WireFixture wire_;
};

// Followers with and without a filter see everything happen. A stop that the
// one without is told of reaches every other that was ever given the article,
// and nobody keeps what must not be used.
TEST_P(DispositionTest, AStopReachesWhoeverHadTheArticle) {
  SCOPED_TRACE(seed_);
  RandomNewsroom newsroom(wire_, seed_, 30);
  StreamClient everything(wire_, {}, ChangeStream::kProgressInterval,
                          GetParam());
  std::deque<StreamClient> clients;
  std::vector<std::string> filters;
  for (int i = 0; i < 20; ++i) {
    filters.push_back(newsroom.SomeFilter());
    v1::SubscribeChangesRequest request;
    request.set_filter(filters.back());
    clients.emplace_back(wire_, request, ChangeStream::kProgressInterval,
                         GetParam());
  }
  for (StreamClient& client : clients) EXPECT_THAT(client.Drain(), IsOk());
  EXPECT_THAT(everything.Drain(), IsOk());
  for (int i = 0; i < 400; ++i) newsroom.Step();
  EXPECT_THAT(everything.Drain(), IsOk());
  int by_memory_alone = 0;
  for (size_t i = 0; i < clients.size(); ++i) {
    SCOPED_TRACE(filters[i]);
    EXPECT_THAT(clients[i].Drain(), IsOk());
    std::map<int64_t, const Change*> given;
    for (const Change& change : clients[i].changes()) {
      given[change.sequence()] = &change;
    }
    std::set<std::string> had;
    std::set<std::string> in_view;
    Mirror mirror;
    for (const Change& change : everything.changes()) {
      const auto found = given.find(change.sequence());
      const bool is_told = found != given.end();
      if (change.has_tombstone() && had.count(change.resource()) > 0) {
        EXPECT_TRUE(is_told) << change.ShortDebugString();
      }
      if (!is_told) {
        continue;
      }
      const Change& told = *found->second;
      if (told.has_article()) {
        had.insert(told.resource());
        in_view.insert(told.resource());
      } else {
        by_memory_alone += in_view.erase(told.resource()) == 0 ? 1 : 0;
      }
      mirror.Apply(told);
    }
    EXPECT_EQ(mirror.articles(), newsroom.List(GetParam(), filters[i]));
  }
  // Otherwise this has tested nothing.
  EXPECT_GT(by_memory_alone, 0);
}

// A reader that is behind and wants less has, at every position that it is
// told, what a reader of everything has there, and is given every notice that
// no stronger one follows in the same message.
TEST_P(DispositionTest, ConflationLeavesTheStateAndTheNotices) {
  SCOPED_TRACE(seed_);
  RandomNewsroom newsroom(wire_, seed_, 25);
  for (int i = 0; i < 250; ++i) newsroom.Step();
  int left_out = 0;
  for (int round = 0; round < 12; ++round) {
    v1::SubscribeChangesRequest request;
    request.set_start_from(v1::EARLIEST_RETAINED);
    request.set_filter(newsroom.SomeFilter());
    SCOPED_TRACE(request.filter());
    StreamClient all(wire_, request, ChangeStream::kProgressInterval,
                     GetParam());
    EXPECT_THAT(all.Drain(), IsOk());
    request.set_conflation(v1::SubscribeChangesRequest::WHILE_CATCHING_UP);
    request.set_max_batch_changes(newsroom.UpTo(20));
    StreamClient client(wire_, request, ChangeStream::kProgressInterval,
                        GetParam());
    Mirror whole;
    Mirror conflated;
    std::set<std::string> in_view;
    size_t next = 0;
    size_t taken = 0;
    while (client.position() < wire_.tail()) {
      const auto message = client.Next();
      ASSERT_THAT(message, IsOk());
      ASSERT_TRUE(message->has_value());
      // By article, what was given, the newest last.
      std::map<std::string, std::vector<const Change*>> given;
      int64_t stood_for = 0;
      for (; taken < client.changes().size(); ++taken) {
        const Change& change = client.changes()[taken];
        conflated.Apply(change);
        given[change.resource()].push_back(&change);
        stood_for += 1 + change.conflated_count();
        left_out += change.conflated_count();
      }
      std::map<std::string, bool> had;
      for (const auto& [name, changes] : given) {
        had[name] = in_view.count(name) > 0;
      }
      for (; next < all.changes().size() &&
             all.changes()[next].sequence() <=
                 static_cast<int64_t>(client.position());
           ++next) {
        const Change& change = all.changes()[next];
        whole.Apply(change);
        if (change.disposition() == Change::LEFT) {
          in_view.erase(change.resource());
        } else {
          in_view.insert(change.resource());
        }
        --stood_for;
        const auto& kept = given[change.resource()];
        ASSERT_FALSE(kept.empty()) << change.ShortDebugString();
        EXPECT_GE(kept.back()->sequence(), change.sequence());
        const bool is_kept =
            std::any_of(kept.begin(), kept.end(), [&](const Change* other) {
              return other->sequence() == change.sequence();
            });
        const bool has_stronger =
            std::any_of(kept.begin(), kept.end(), [&](const Change* other) {
              return other->sequence() > change.sequence() &&
                     NoticeRank(other->kind()) > NoticeRank(change.kind());
            });
        if (NoticeRank(change.kind()) > 0) {
          EXPECT_TRUE(is_kept || has_stronger) << change.ShortDebugString();
        }
      }
      EXPECT_EQ(stood_for, 0);
      EXPECT_EQ(conflated.articles(), whole.articles());
      for (const auto& [name, changes] : given) {
        if (changes.front()->disposition() != Change::LEFT) {
          EXPECT_EQ(changes.front()->disposition(),
                    had[name] ? Change::CHANGED : Change::ENTERED);
        }
      }
    }
    EXPECT_EQ(next, all.changes().size());
    EXPECT_EQ(conflated.articles(),
              newsroom.List(GetParam(), request.filter()));
  }
  EXPECT_GT(left_out, 0);
}

INSTANTIATE_TEST_SUITE_P(Audiences, DispositionTest,
                         ::testing::Values(Audience::kInternal,
                                           Audience::kPublic));

}  // namespace
}  // namespace courant
