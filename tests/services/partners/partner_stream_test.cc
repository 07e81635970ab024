// What a partner is told of the log while articles and rights change at random,
// against a model of both that shares nothing with the product.

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/model/environment.h"
#include "tests/services/partners/partner_newsroom.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using v1::Article;
using v1::Change;

constexpr int kArticles = 6;
constexpr int kSteps = 200;
const std::vector<std::string>& Sections() {
  static const auto& sections =
      *new std::vector<std::string>{"sport", "politics", "culture"};
  return sections;
}

// A filter, and the sections that it takes.
struct Wish {
  std::string filter;
  std::set<std::string> sections;
};
const std::vector<Wish>& Wishes() {
  static const auto& wishes = *new std::vector<Wish>{
      {"", {"sport", "politics", "culture"}},
      {"section=sport", {"sport"}},
      {"section=politics OR section=culture", {"politics", "culture"}},
  };
  return wishes;
}

class PartnerStreamTest : public testing::TestWithParam<size_t> {
 protected:
  // A revision, as everybody knows it.
  struct Version {
    uint64_t sequence = 0;
    std::string section;
    bool is_out = false;  // neither on hold nor killed
    bool is_cleared = false;
  };
  // What is known of a version: in the order of Sight, but for notices.
  enum Seen { kNothing, kStub, kText };
  // What a change meant when it was new.
  struct Told {
    int story;
    Version before;  // without a sequence when there was none
    Version after;
    Seen seen_before;
    Seen seen_after;
    // The text before could be read, whatever the filter says.
    bool knew_before;
  };

  // What the rights give of a version now.
  Seen Sees(const Version& version) const {
    if (version.sequence == 0 || suspended_ || !version.is_cleared ||
        granted_.count(version.section) == 0) {
      return kNothing;
    }
    return version.is_out ? kText : kStub;
  }
  Seen SeesBy(const Wish& wish, const Version& version) const {
    return wish.sections.count(version.section) > 0 ? Sees(version) : kNothing;
  }
  // A copy may be there of some version before the newest.
  bool MayHaveHad(const Wish& wish, int story) const {
    const std::vector<Version>& versions = stories_.at(story);
    return std::any_of(
        versions.begin(), versions.end() - 1,
        [&](const Version& version) { return SeesBy(wish, version) == kText; });
  }

  // Notes what each follower is to be told of `after`, the newest of a story.
  void Note(int story, const Version& after) {
    std::vector<Version>& versions = stories_[story];
    const Version before = versions.empty() ? Version{} : versions.back();
    versions.push_back(after);
    for (size_t i = 0; i < Wishes().size(); ++i) {
      const Wish& wish = Wishes()[i];
      const Told told = {.story = story,
                         .before = before,
                         .after = after,
                         .seen_before = SeesBy(wish, before),
                         .seen_after = SeesBy(wish, after),
                         .knew_before = Sees(before) == kText};
      if (told.seen_before != kNothing || told.seen_after != kNothing ||
          (!after.is_out && MayHaveHad(wish, story))) {
        told_[i].push_back(told);
      }
    }
  }

  static std::string IdOf(int story) {
    return absl::StrCat("story-", 1000 + story);
  }

  void File(int story, Version version) {
    version.sequence = newsroom_.File(
        {.id = IdOf(story),
         .kind = version.is_out ? Change::UPDATED : Change::HELD,
         .state = version.is_out ? Article::PUBLISHED : Article::WITHHELD,
         .section = version.section,
         .text = "kestrel",
         .rights =
             version.is_cleared ? v1::Rights::CLEARED : v1::Rights::RESTRICTED,
         .was = "harrier"});
    Note(story, version);
  }

  void Kill(int story) {
    newsroom_.Kill(IdOf(story));
    Version version = stories_.at(story).back();
    version.sequence = newsroom_.wire.tail();
    version.is_out = false;
    Note(story, version);
  }

  void Step(std::mt19937_64& random) {
    const auto below = [&](uint64_t end) { return random() % end; };
    RightsDesk& desk = newsroom_.desk;
    switch (below(12)) {
      case 0:
        // Mostly not: then there is nothing to see.
        if (!suspended_ && below(3) != 0) return;
        suspended_ ? desk.Resume("daily") : desk.Suspend("daily");
        suspended_ = !suspended_;
        return;
      case 1: {
        const std::string& section = Sections()[below(Sections().size())];
        if (granted_.count(section) > 0) {
          desk.SuspendGrant("daily", section);
          granted_.erase(section);
        } else {
          desk.ResumeGrant("daily", section);
          granted_.insert(section);
        }
        return;
      }
      case 2:
        // Of somebody else.
        desk.Suspend("other");
        desk.Resume("other");
        return;
      default:
        break;
    }
    const size_t place = below(kArticles);
    int& story = open_[place];
    if (story < 0) story = static_cast<int>(stories_.size());
    const bool is_new = stories_.count(story) == 0;
    if (!is_new && below(12) == 0) {
      Kill(story);
      story = -1;
      return;
    }
    // What is on hold may move as well.
    File(story, {.section = Sections()[below(Sections().size())],
                 .is_out = is_new || below(4) != 0,
                 .is_cleared = below(6) != 0});
  }

  StreamClient Follow(const Wish& wish, uint64_t after, int batch = 0) {
    v1::SubscribeChangesRequest request;
    request.set_filter(wish.filter);
    request.set_resume_after_sequence(static_cast<int64_t>(after));
    request.set_max_batch_changes(batch);
    return newsroom_.Follow(request);
  }

  static std::string Said(const Version& version, const std::string& meaning,
                          bool has_text, bool has_past) {
    return absl::StrCat(version.sequence, " ", meaning,
                        has_text ? " text" : " tombstone",
                        has_past ? " and what was there" : "");
  }

  // What a client was told that came by when each change was new.
  std::vector<std::string> ToldThen(size_t wish) const {
    std::vector<std::string> said;
    for (const Told& one : told_[wish]) {
      const bool has_text = one.seen_after == kText;
      said.push_back(Said(one.after,
                          !has_text                  ? "LEFT"
                          : one.seen_before == kText ? "CHANGED"
                                                     : "ENTERED",
                          has_text, has_text && one.knew_before));
    }
    return said;
  }

  // What one is told that comes by now, of changes after `after`: of the same
  // ones, but never more than may be known now, of that version as well as of
  // the article.
  std::vector<std::string> ToldNow(size_t wish, uint64_t after = 0) const {
    std::vector<std::string> said;
    for (const Told& one : told_[wish]) {
      if (one.after.sequence <= after) continue;
      const Seen least = std::min({one.seen_after, Sees(one.after),
                                   Sees(stories_.at(one.story).back())});
      const bool has_text = least == kText;
      const bool knows_before = Sees(one.before) == kText;
      said.push_back(
          Said(one.after,
               !has_text                                  ? "LEFT"
               : one.seen_before == kText && knows_before ? "CHANGED"
                                                          : "ENTERED",
               has_text, has_text && one.knew_before && knows_before));
    }
    return said;
  }

  // What a snapshot has.
  std::vector<std::string> There(const Wish& wish) const {
    std::vector<std::string> said;
    for (const auto& [story, versions] : stories_) {
      const Version& newest = versions.back();
      const Seen seen = SeesBy(wish, newest);
      if (seen == kNothing && (newest.is_out || !MayHaveHad(wish, story))) {
        continue;
      }
      const bool has_text = seen == kText;
      said.push_back(Said(newest, "SNAPSHOT", has_text,
                          has_text && versions.size() > 1 &&
                              Sees(versions[versions.size() - 2]) == kText));
    }
    return said;
  }

  static std::vector<std::string> Heard(const StreamClient& client) {
    std::vector<std::string> heard;
    for (const Change& change : client.changes()) {
      const std::string bytes = change.SerializeAsString();
      heard.push_back(
          Said({.sequence = static_cast<uint64_t>(change.sequence())},
               Change::Disposition_Name(change.disposition()),
               change.has_article(), absl::StrContains(bytes, "harrier")));
      EXPECT_EQ(change.actor(), "");
      EXPECT_EQ(absl::StrContains(bytes, "kestrel"), change.has_article());
    }
    return heard;
  }

  PartnerNewsroom newsroom_{GetParam()};
  std::map<int, std::vector<Version>> stories_;
  std::array<int, kArticles> open_ = {-1, -1, -1, -1, -1, -1};
  std::set<std::string> granted_;
  bool suspended_ = false;
  std::array<std::vector<Told>, 3> told_;  // by wish
};

TEST_P(PartnerStreamTest, NothingAfterARightHasEndedAndEverythingBefore) {
  const uint64_t seed = model::SeedFromEnvironment();
  std::cout << "COURANT_SEED=" << seed << std::endl;
  SCOPED_TRACE(absl::StrCat("COURANT_SEED=", seed));
  std::mt19937_64 random(seed);
  std::deque<StreamClient> live;
  for (const Wish& wish : Wishes()) {
    v1::SubscribeChangesRequest request;
    request.set_filter(wish.filter);
    request.set_resume_after_sequence(0);
    live.emplace_back(newsroom_.wire, request, ChangeStream::kProgressInterval,
                      newsroom_.Daily());
  }
  newsroom_.MakeDaily(Sections());
  newsroom_.desk.Partner("other");
  granted_.insert(Sections().begin(), Sections().end());
  for (int i = 0; i < kSteps; ++i) {
    Step(random);
    // Up to here: what was told before does not change any more.
    for (StreamClient& client : live) ASSERT_THAT(client.Drain(), IsOk());
  }
  EXPECT_GT(told_[0].size(), 15u);
  // By no filter, that is; who asks for little may lose none of it.
  EXPECT_FALSE(live[0].revoked().empty());
  for (size_t i = 0; i < Wishes().size(); ++i) {
    const Wish& wish = Wishes()[i];
    SCOPED_TRACE(wish.filter);
    EXPECT_EQ(Heard(live[i]), ToldThen(i));
    // From the beginning, in messages of any size, and from the middle.
    for (const int batch : {0, 1, 3}) {
      StreamClient replay = Follow(wish, 0, batch);
      ASSERT_THAT(replay.Drain(), IsOk());
      EXPECT_EQ(Heard(replay), ToldNow(i));
      EXPECT_EQ(replay.revoked(), live[i].revoked());
    }
    const uint64_t middle = newsroom_.wire.tail() / 2;
    StreamClient later = Follow(wish, middle);
    ASSERT_THAT(later.Drain(), IsOk());
    EXPECT_EQ(Heard(later), ToldNow(i, middle));
    // A change of rights in the very middle is told once more.
    std::vector<StreamClient::Revoked> revoked = live[i].revoked();
    std::erase_if(revoked, [&](const auto& one) { return one.first < middle; });
    EXPECT_EQ(later.revoked(), revoked);
    v1::SubscribeChangesRequest request;
    request.set_filter(wish.filter);
    request.set_start_from(v1::SNAPSHOT_THEN_LIVE);
    StreamClient snapshot = newsroom_.Follow(request);
    ASSERT_THAT(snapshot.Drain(), IsOk());
    EXPECT_EQ(Heard(snapshot), There(wish));
  }
}

TEST_P(PartnerStreamTest, WithoutRightsNothingIsTold) {
  newsroom_.desk.Partner("daily");
  newsroom_.desk.Partner("other");
  newsroom_.File({});
  StreamClient client = Follow(Wishes()[0], 0);
  ASSERT_THAT(client.Drain(), IsOk());
  EXPECT_EQ(client.position(), newsroom_.wire.tail());
  EXPECT_TRUE(client.changes().empty());
}

// In memory, and read from the log.
INSTANTIATE_TEST_SUITE_P(Ring, PartnerStreamTest,
                         testing::Values(size_t{1}, size_t{64} << 20));

}  // namespace
}  // namespace courant
