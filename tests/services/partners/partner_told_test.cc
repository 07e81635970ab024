// What a partner is told of one article in the course of its life, and of its
// rights.

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/distribution/change_service.h"
#include "services/editorial/seen_articles.h"
#include "tests/services/partners/partner_newsroom.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using v1::Article;
using v1::Change;

class PartnerToldTest : public testing::TestWithParam<size_t> {
 protected:
  static v1::SubscribeChangesRequest From(uint64_t sequence) {
    v1::SubscribeChangesRequest request;
    request.set_resume_after_sequence(static_cast<int64_t>(sequence));
    return request;
  }

  static std::string Line(uint64_t sequence, const std::string& what) {
    return absl::StrCat(sequence, " ", what);
  }

  // What GetChange says: of what is not told, nothing.
  std::string GetChange(uint64_t sequence) {
    ChangeService service(*newsroom_.wire.hub, *newsroom_.wire.positions,
                          ChangeStream::kProgressInterval, nullptr,
                          &newsroom_.rights);
    v1::GetChangeRequest request;
    request.set_name(absl::StrCat("changes/", sequence));
    std::string said;
    for (const auto& method : service.Table().methods) {
      if (method.name != "GetChange") continue;
      method.unary(newsroom_.daily(), request.SerializeAsString(),
                   [&](absl::StatusOr<std::string> answer) {
                     Change change;
                     if (!answer.ok() || !change.ParseFromString(*answer)) {
                       return;
                     }
                     said = change.has_article() ? "text" : "tombstone";
                   });
    }
    return said;
  }

  // The article as daily reads it; empty when there is none.
  std::string Read(const std::string& id) {
    const auto viewer = newsroom_.rights.ViewerNow("partners/daily");
    EXPECT_THAT(viewer, IsOk());
    const storage::View view(newsroom_.wire.store.store->database());
    SeenArticles seen(*viewer, view);
    const auto row = seen.Find(id);
    EXPECT_THAT(row, IsOk());
    if (!row.ok() || !*row) return "";
    const auto article = seen.Latest(id, **row);
    EXPECT_THAT(article, IsOk());
    return article.value_or("");
  }

  PartnerNewsroom newsroom_{GetParam()};
};

// What is read from the log has no time but in the encoded change.
TEST_P(PartnerToldTest, AReplayIsAsOfTheTimeOfTheCommit) {
  newsroom_.MakeDaily({"sport"});
  const absl::Time now = newsroom_.wire.store.clock.Now();
  // It has ended by now, as that of everything that was ever under one.
  const uint64_t at = newsroom_.File({.embargo_until = now - absl::Hours(1)});
  newsroom_.wire.Write(1);
  EXPECT_THAT(newsroom_.Replayed(), ElementsAre(Line(at, "ENTERED text")));
}

TEST_P(PartnerToldTest, WhatIsDeniedByNowHasNoTextInOldChanges) {
  newsroom_.MakeDaily({"sport"});
  const struct {
    const char* name;
    Filed after;
  } cases[] = {
      {"held", {.kind = Change::HELD, .state = Article::WITHHELD}},
      {"withdrawn", {.kind = Change::WITHDRAWN, .state = Article::WITHDRAWN}},
      {"restricted", {.rights = v1::Rights::RESTRICTED}},
      {"moved", {.section = "politics"}},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.name);
    StreamClient live = newsroom_.Follow(From(newsroom_.wire.tail()));
    ASSERT_THAT(live.Drain(), IsOk());
    const uint64_t before = newsroom_.wire.tail();
    const uint64_t first = newsroom_.File({.id = one.name});
    ASSERT_THAT(live.Drain(), IsOk());
    EXPECT_EQ(GetChange(first), "text");
    Filed after = one.after;
    after.id = one.name;
    const uint64_t second = newsroom_.File(after);
    ASSERT_THAT(live.Drain(), IsOk());
    EXPECT_THAT(Heard(live), ElementsAre(Line(first, "ENTERED text"),
                                         Line(second, "LEFT tombstone")));
    EXPECT_EQ(Read(one.name), "");
    StreamClient replay = newsroom_.Follow(From(before));
    ASSERT_THAT(replay.Drain(), IsOk());
    EXPECT_THAT(Heard(replay), ElementsAre(Line(first, "LEFT tombstone"),
                                           Line(second, "LEFT tombstone")));
    EXPECT_EQ(GetChange(first), "tombstone");
    // The public still has it, as ever.
    StreamClient outside = newsroom_.FollowOutside(From(before));
    ASSERT_THAT(outside.Drain(), IsOk());
    EXPECT_EQ(Heard(outside).front(), Line(first, "ENTERED text"));
    // And so has the partner once it may have the article again.
    newsroom_.File({.id = one.name});
    EXPECT_EQ(GetChange(first), "text");
  }
}

TEST_P(PartnerToldTest, WhatHasLeftEntersAgain) {
  newsroom_.MakeDaily({"sport", "politics"});
  const uint64_t first = newsroom_.File({.section = "sport"});
  const uint64_t second = newsroom_.File({.section = "politics"});
  EXPECT_THAT(newsroom_.Replayed(), ElementsAre(Line(first, "ENTERED text"),
                                                Line(second, "CHANGED text")));
  newsroom_.desk.SuspendGrant("daily", "sport");
  EXPECT_THAT(newsroom_.Replayed(), ElementsAre(Line(first, "LEFT tombstone"),
                                                Line(second, "ENTERED text")));
}

TEST_P(PartnerToldTest, WordsOfARevisionThatWasDeniedAreInNoOther) {
  newsroom_.MakeDaily({"sport"});
  const struct {
    const char* id;
    Filed denied;
  } cases[] = {
      {"restricted", {.text = "kestrel", .rights = v1::Rights::RESTRICTED}},
      {"unknown", {.text = "kestrel", .rights = v1::Rights::UNKNOWN}},
      {"elsewhere", {.section = "politics", .text = "kestrel"}},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.id);
    Filed denied = one.denied;
    denied.id = one.id;
    const uint64_t before = newsroom_.File(denied);
    newsroom_.File({.id = one.id, .was = "kestrel"});
    EXPECT_THAT(Read(one.id), HasSubstr("said"));
    EXPECT_THAT(Read(one.id), Not(HasSubstr("kestrel")));
    v1::SubscribeChangesRequest snapshot;
    snapshot.set_start_from(v1::SNAPSHOT_THEN_LIVE);
    for (const auto& request : {From(before), snapshot}) {
      StreamClient client = newsroom_.Follow(request);
      ASSERT_THAT(client.Drain(), IsOk());
      ASSERT_THAT(client.changes(), Not(IsEmpty()));
      for (const Change& change : client.changes()) {
        EXPECT_THAT(change.SerializeAsString(), Not(HasSubstr("kestrel")));
      }
    }
    // Everybody could read both: that is for the partner's contract to say.
    StreamClient outside = newsroom_.FollowOutside(From(before));
    ASSERT_THAT(outside.Drain(), IsOk());
    EXPECT_THAT(outside.changes()[0].SerializeAsString(), HasSubstr("kestrel"));
    // Of what it may have it is told what was there.
    const uint64_t third = newsroom_.File({.id = one.id, .was = "harrier"});
    StreamClient later = newsroom_.Follow(From(third - 1));
    ASSERT_THAT(later.Drain(), IsOk());
    EXPECT_THAT(later.changes()[0].SerializeAsString(), HasSubstr("harrier"));
    EXPECT_THAT(Read(one.id), HasSubstr("harrier"));
  }
}

TEST_P(PartnerToldTest, AKillReachesWhoeverMayHaveACopy) {
  newsroom_.MakeDaily({"sport"});
  newsroom_.desk.Product("agency", "source=agency");
  newsroom_.desk.Grant("daily", "agency");
  // By its section, by what a killed article does not say any more, after it
  // had left, and never.
  newsroom_.File({.id = "a"});
  newsroom_.File({.id = "b", .section = "news", .source = "agency"});
  newsroom_.File({.id = "c"});
  newsroom_.File({.id = "c", .section = "news"});
  newsroom_.File({.id = "d", .section = "news"});
  newsroom_.File({.id = "e", .rights = v1::Rights::RESTRICTED});
  newsroom_.File({.id = "e", .section = "news"});
  const uint64_t before = newsroom_.wire.tail();
  std::vector<std::string> told;
  std::vector<std::string> in_snapshot;
  for (const char* id : {"a", "b", "c", "d", "e"}) {
    newsroom_.Kill(id);
    if (*id > 'c') continue;
    told.push_back(Line(newsroom_.wire.tail(), "LEFT tombstone"));
    in_snapshot.push_back(Line(newsroom_.wire.tail(), "SNAPSHOT tombstone"));
  }
  StreamClient client = newsroom_.Follow(From(before));
  ASSERT_THAT(client.Drain(), IsOk());
  EXPECT_EQ(Heard(client), told);
  EXPECT_EQ(newsroom_.Snapshot(), in_snapshot);
  EXPECT_EQ(Read("a"), "");
  // What is left of it is known to be theirs by itself: however often it was
  // changed, and whatever is remembered of that.
  const storage::View view(newsroom_.wire.store.store->database());
  COURANT_ASSERT_OK_AND_ASSIGN(const auto row, view.FindArticle("a"));
  COURANT_ASSERT_OK_AND_ASSIGN(const Viewer viewer,
                               newsroom_.rights.ViewerNow("partners/daily"));
  EXPECT_EQ(SightOf(viewer, row->attributes()), Sight::kStub);
}

TEST_P(PartnerToldTest, AStopReachesWhoHadTheArticleByAFilter) {
  newsroom_.MakeDaily({"sport", "politics"});
  newsroom_.File({.section = "sport"});
  newsroom_.File({.section = "politics"});
  const uint64_t held = newsroom_.File({.kind = Change::HELD,
                                        .state = Article::WITHHELD,
                                        .section = "politics"});
  EXPECT_THAT(newsroom_.Replayed("section=sport"),
              Contains(Line(held, "LEFT tombstone")));
  EXPECT_THAT(newsroom_.Snapshot("section=sport"),
              ElementsAre(Line(held, "SNAPSHOT tombstone")));
  EXPECT_THAT(newsroom_.Replayed("section=culture"), IsEmpty());
  EXPECT_THAT(newsroom_.Snapshot("section=culture"), IsEmpty());
  newsroom_.Kill("tide");
  const uint64_t killed = newsroom_.wire.tail();
  EXPECT_THAT(newsroom_.Replayed("section=sport"),
              Contains(Line(killed, "LEFT tombstone")));
  EXPECT_THAT(newsroom_.Snapshot("section=sport"),
              ElementsAre(Line(killed, "SNAPSHOT tombstone")));
  // Who may have politics alone never had it as sport.
  newsroom_.desk.SuspendGrant("daily", "sport");
  EXPECT_THAT(newsroom_.Snapshot("section=sport"), IsEmpty());
  EXPECT_THAT(newsroom_.Snapshot("section=politics"),
              ElementsAre(Line(killed, "SNAPSHOT tombstone")));
}

TEST_P(PartnerToldTest, TheFirstTextOfWhatWasANoticeEnters) {
  newsroom_.MakeDaily({"sport"});
  newsroom_.desk.ClearForNotices("daily");
  const absl::Time until = newsroom_.wire.store.clock.Now() + absl::Hours(1);
  const Filed notice = {.kind = Change::PRE_NOTICED,
                        .state = Article::EMBARGOED,
                        .embargo_until = until};
  Filed moved = notice;
  moved.kind = Change::EMBARGO_CHANGED;
  v1::SubscribeChangesRequest request;
  const uint64_t first = newsroom_.File(notice);
  EXPECT_THAT(newsroom_.Replayed(), ElementsAre(Line(first, "ENTERED notice")));
  newsroom_.File(moved);
  newsroom_.wire.store.clock.Advance(absl::Hours(2));
  const uint64_t released = newsroom_.File(
      {.kind = Change::EMBARGO_RELEASED, .embargo_until = until});
  // Of what has happened since the notice.
  request = From(first);
  request.set_conflation(v1::SubscribeChangesRequest::WHILE_CATCHING_UP);
  StreamClient client = newsroom_.Follow(request);
  ASSERT_THAT(client.Drain(), IsOk());
  EXPECT_THAT(Heard(client), ElementsAre(Line(released, "ENTERED text")));
  EXPECT_EQ(client.changes()[0].conflated_count(), 1);
  // Text for text changes.
  const uint64_t last = newsroom_.File({});
  newsroom_.File({.kind = Change::CORRECTED, .state = Article::CORRECTED});
  request = From(released);
  request.set_conflation(v1::SubscribeChangesRequest::WHILE_CATCHING_UP);
  StreamClient later = newsroom_.Follow(request);
  ASSERT_THAT(later.Drain(), IsOk());
  EXPECT_THAT(Heard(later), ElementsAre(Line(last + 1, "CHANGED text")));
}

// A snapshot of many articles keeps its last message while it counts.
TEST_P(PartnerToldTest, ASnapshotLooksAtTheRightsBeforeItsLastMessage) {
  newsroom_.MakeDaily({"sport"});
  newsroom_.wire.Write(10'000);
  newsroom_.File({});
  for (const bool ends : {false, true}) {
    v1::SubscribeChangesRequest request;
    request.set_start_from(v1::SNAPSHOT_THEN_LIVE);
    StreamClient client = newsroom_.Follow(request);
    std::optional<v1::SubscribeChangesResponse> message;
    do {
      const auto next = client.Next();
      ASSERT_THAT(next, IsOk());
      message = *next;
    } while (message.has_value());
    // It counts now.
    ASSERT_FALSE(client.complete().has_value());
    ASSERT_THAT(client.changes(), IsEmpty());
    if (ends) newsroom_.desk.Suspend("daily");
    ASSERT_THAT(client.Drain(), IsOk());
    ASSERT_TRUE(client.complete().has_value());
    EXPECT_EQ(client.changes().size(), ends ? 0u : 1u);
    EXPECT_EQ(client.complete()->resource_count(), ends ? 0 : 1);
  }
}

INSTANTIATE_TEST_SUITE_P(Ring, PartnerToldTest,
                         testing::Values(size_t{1}, size_t{64} << 20));

}  // namespace
}  // namespace courant
