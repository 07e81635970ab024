#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "courant/v1/article_service.pb.h"
#include "courant/v1/change_service.pb.h"
#include "gtest/gtest.h"
#include "tests/model/environment.h"
#include "tests/model/headless_server.h"
#include "tests/model/model_table.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

// Many items that wait for a time, while the clock jumps and the server stops
// and starts: none goes out early, twice or never.
//   COURANT_SEED       what the times and jumps are made from
//   COURANT_DUE_ITEMS  how many
namespace courant::model {
namespace {

using v1::Change;

// Something that waits.
struct Item {
  absl::Time due;
  Change::Kind kind;  // What comes of it.
};

class DueItemsTest : public testing::Test {
 protected:
  DueItemsTest()
      : seed_(SeedFromEnvironment()), random_(static_cast<uint32_t>(seed_)) {
    std::cout << "seed " << seed_ << " (COURANT_SEED)" << std::endl;
    Restart();
  }

  void Restart() {
    server_ = nullptr;
    server_ = std::make_unique<HeadlessServer>(dir_.Join("data"), clock_);
  }

  int Below(int n) { return static_cast<int>(random_() % n); }

  // Makes item `number`, due in about a day at most; several are due at once.
  void Make(int number) {
    const absl::Time due =
        clock_.Now() + absl::Seconds(1) * (1 + Below(86'400 / 8) * 8);
    v1::CreateArticleRequest request;
    request.set_article_id(absl::StrCat("due-", number));
    v1::Article& article = *request.mutable_article();
    article.set_language("en");
    article.mutable_headline()->set_value("Tide");
    article.add_body()->mutable_paragraph()->mutable_text()->set_text("Ebb.");
    article.mutable_rights()->set_copyright_notice("© The Courier");
    const std::string name = absl::StrCat("articles/due-", number);
    const Change::Kind kinds[] = {Change::PUBLISHED, Change::EMBARGO_RELEASED,
                                  Change::EXPIRED};
    const Change::Kind kind = kinds[number % 3];
    if (kind != Change::PUBLISHED) {
      request.set_initial_state(v1::CreateArticleRequest::PUBLISHED);
    }
    if (kind == Change::EMBARGO_RELEASED) {
      *article.mutable_embargo_until() = FromTime(due);
    } else if (kind == Change::EXPIRED) {
      *article.mutable_expires_at() = FromTime(due);
    }
    ASSERT_THAT(server_->Call("CreateArticle", "desk/kim", request), IsOk());
    if (kind == Change::PUBLISHED) {
      v1::ScheduleArticleRequest schedule;
      schedule.set_name(name);
      *schedule.mutable_schedule_time() = FromTime(due);
      ASSERT_THAT(server_->Call("ScheduleArticle", "desk/kim", schedule),
                  IsOk());
    }
    waiting_[name] = {due, kind};
  }

  // Moves the time of one that waits to be published.
  void Postpone() {
    auto it = waiting_.begin();
    std::advance(it, Below(static_cast<int>(waiting_.size())));
    if (it->second.kind != Change::PUBLISHED) return;
    const absl::Time due = clock_.Now() + absl::Seconds(1 + Below(90'000));
    v1::ScheduleArticleRequest request;
    request.set_name(it->first);
    *request.mutable_schedule_time() = FromTime(due);
    ASSERT_THAT(server_->Call("ScheduleArticle", "desk/kim", request), IsOk());
    it->second.due = due;
  }

  std::vector<Change> ChangesAfter(int64_t sequence) {
    std::vector<Change> changes;
    const int64_t tail = Tail();
    while (sequence < tail) {
      v1::GetChangeRequest request;
      request.set_name(absl::StrCat("changes/", ++sequence));
      const auto bytes = server_->Call("GetChange", "", request);
      EXPECT_THAT(bytes, IsOk());
      changes.emplace_back().ParseFromString(bytes.value_or(""));
    }
    return changes;
  }

  int64_t Tail() {
    return static_cast<int64_t>(
        server_->store().applier().applied().last_sequence.value());
  }

  // Has the server look once, and checks that what was due, and nothing else,
  // went out in one commit and in order.
  void Look() {
    const int64_t before = Tail();
    std::vector<std::pair<absl::Time, std::string>> due;
    for (const auto& [name, item] : waiting_) {
      if (item.due <= clock_.Now()) due.emplace_back(item.due, name);
    }
    std::sort(due.begin(), due.end());
    COURANT_ASSERT_OK_AND_ASSIGN(const size_t count,
                                 server_->scheduler().RunOnce());
    EXPECT_EQ(count, due.size());
    const std::vector<Change> changes = ChangesAfter(before);
    ASSERT_EQ(changes.size(), due.size());
    for (size_t i = 0; i < changes.size(); ++i) {
      const Change& change = changes[i];
      ASSERT_EQ(change.resource(), due[i].second);
      ASSERT_EQ(change.kind(), waiting_[change.resource()].kind);
      ASSERT_EQ(change.actor(), "system/scheduler");
      ASSERT_EQ(change.group_continues(), i + 1 < changes.size());
      ASSERT_EQ(change.commit_time().seconds(),
                changes[0].commit_time().seconds());
      ASSERT_EQ(change.commit_time().nanos(), changes[0].commit_time().nanos());
      waiting_.erase(change.resource());
    }
    if (!changes.empty()) ++commits_;
    most_at_once_ = std::max(most_at_once_, changes.size());
  }

  // By up to a minute mostly; now and then by a second to a day, either way.
  void MoveClock() {
    constexpr absl::Duration kJumps[] = {absl::Seconds(1), absl::Minutes(1),
                                         absl::Hours(1), absl::Hours(24)};
    if (Below(6) == 0) {
      const absl::Duration jump = kJumps[Below(Below(8) == 0 ? 4 : 3)];
      clock_.Advance(Below(2) == 0 ? jump : -jump);
    } else {
      clock_.Advance(absl::Milliseconds(Below(600'000)));
    }
  }

  const uint64_t seed_;
  std::mt19937 random_;
  TempDir dir_;
  FakeClock clock_;
  std::unique_ptr<HeadlessServer> server_;
  std::map<std::string, Item> waiting_;
  int commits_ = 0;
  size_t most_at_once_ = 0;
};

TEST_F(DueItemsTest, NoneIsEarlyTwiceOrLost) {
  const int count = static_cast<int>(NumberFrom("COURANT_DUE_ITEMS", 1'000));
  for (int number = 0; number < count && !HasFatalFailure(); ++number) {
    Make(number);
    if (Below(20) == 0) MoveClock(), Look();
  }
  int restarts = 0;
  for (int rounds = 0; !waiting_.empty() && !HasFatalFailure(); ++rounds) {
    ASSERT_LT(rounds, 100'000);
    MoveClock();
    if (Below(10) == 0) Restart(), ++restarts;
    if (Below(3) == 0) Postpone();
    if (Below(5) != 0) Look();
  }
  // Nothing is done twice, whatever the clock does afterwards.
  for (const absl::Duration jump :
       {-absl::Hours(24), absl::Hours(48), -absl::Seconds(1)}) {
    clock_.Advance(jump);
    Look();
  }
  std::cout << count << " items in " << commits_ << " commits, "
            << most_at_once_ << " at once at most, " << restarts << " restarts"
            << std::endl;
}

}  // namespace
}  // namespace courant::model
