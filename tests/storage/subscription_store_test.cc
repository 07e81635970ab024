#include "storage/subscription_store.h"

#include <atomic>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/base/status_macros.h"
#include "tests/storage/store_fixture.h"
#include "tests/testing/power_loss_file_system.h"
#include "tests/testing/status_matchers.h"

namespace courant::storage {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kName[] = "partners/site/subscriptions/all";
constexpr uint32_t kCursorSeed = 20261129;

v1::SubscriptionRow RowAt(uint64_t sequence) {
  v1::SubscriptionRow row;
  row.set_committed_sequence(sequence);
  return row;
}

// Puts the cursor of `name`, which is made if there is none, at `sequence`.
SubscriptionStore::Decide MoveTo(std::string name, uint64_t sequence) {
  return [name = std::move(name),
          sequence](SubscriptionEdit& edit) -> absl::StatusOr<std::string> {
    COURANT_ASSIGN_OR_RETURN(const auto row, edit.Find(name));
    edit.Put(name, RowAt(sequence), /*is_new=*/!row.has_value());
    return absl::StrCat(row ? row->committed_sequence() : 0);
  };
}

uint64_t CursorOf(const SubscriptionStore& store, absl::string_view name) {
  const auto row = store.Find(name);
  return row.ok() && row->has_value() ? (*row)->committed_sequence() : 0;
}

class SubscriptionStoreTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_THAT(fixture_.Open(), IsOk()); }

  SubscriptionStore& subscriptions() { return fixture_.store->subscriptions(); }

  // What is parked in kName.
  std::vector<uint64_t> Parked() {
    std::vector<uint64_t> sequences;
    const auto parked = subscriptions().ListParked(kName, Sequence(0), 100);
    EXPECT_THAT(parked, IsOk());
    for (const auto& each : *parked) sequences.push_back(each.sequence.value());
    return sequences;
  }

  // How many answers to requests are kept. Waits for what follows the group
  // before, by a submission that puts nothing.
  size_t Answers() {
    EXPECT_THAT(subscriptions().Run(
                    [](SubscriptionEdit&) -> absl::StatusOr<std::string> {
                      return std::string();
                    }),
                IsOk());
    const std::string prefix = SubscriptionRequestKey("");
    const auto it = fixture_.store->database().Iterate(Family::kSubscription);
    size_t count = 0;
    for (it->Seek(prefix); it->Valid() && it->key().starts_with(prefix);
         it->Next()) {
      ++count;
    }
    EXPECT_TRUE(it->status().ok());
    return count;
  }

  // Replaces the database by one that `change` has made of it.
  void Rewrite(
      const std::function<void(
          rocksdb::DB&, std::vector<rocksdb::ColumnFamilyHandle*>&)>& change) {
    fixture_.Close();
    const std::string path = fixture_.data_dir() + "/db";
    std::vector<std::string> names;
    ASSERT_TRUE(rocksdb::DB::ListColumnFamilies({}, path, &names).ok());
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    for (const std::string& name : names) {
      families.emplace_back(name, rocksdb::ColumnFamilyOptions());
    }
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* raw = nullptr;
    rocksdb::DBOptions options;
    options.env = rocksdb::Env::Default();
    ASSERT_TRUE(
        rocksdb::DB::Open(options, path, families, &handles, &raw).ok());
    const std::unique_ptr<rocksdb::DB> db(raw);
    change(*db, handles);
    for (auto* handle : handles) db->DestroyColumnFamilyHandle(handle);
  }

  StoreFixture fixture_;
};

TEST_F(SubscriptionStoreTest, WhatWasAnsweredIsThereAfterwards) {
  ASSERT_THAT(subscriptions().Run(MoveTo(kName, 17)), IsOk());
  EXPECT_EQ(CursorOf(subscriptions(), kName), 17u);
  ASSERT_THAT(fixture_.Open(), IsOk());
  EXPECT_EQ(CursorOf(subscriptions(), kName), 17u);
}

TEST_F(SubscriptionStoreTest, EachSeesWhatWasDecidedBeforeIt) {
  std::vector<std::string> answers;
  for (uint64_t i = 1; i <= 100; ++i) {
    subscriptions().Submit(MoveTo(kName, i),
                           [&](absl::StatusOr<std::string> answer) {
                             answers.push_back(*std::move(answer));
                           });
  }
  ASSERT_THAT(subscriptions().Run(MoveTo(kName, 101)), IsOkAndHolds("100"));
  ASSERT_EQ(answers.size(), 100u);
  for (size_t i = 0; i < 100; ++i) EXPECT_EQ(answers[i], absl::StrCat(i));
}

TEST_F(SubscriptionStoreTest, WhatASubmissionWithAnErrorPutDoesNotCount) {
  const auto refused =
      [](SubscriptionEdit& edit) -> absl::StatusOr<std::string> {
    edit.Put(kName, RowAt(5), /*is_new=*/true);
    edit.Park(kName, Sequence(3), {});
    return absl::AbortedError("no");
  };
  absl::Status status;
  subscriptions().Submit(refused, [&](absl::StatusOr<std::string> answer) {
    status = answer.status();
  });
  ASSERT_THAT(subscriptions().Run(
                  [](SubscriptionEdit& edit) -> absl::StatusOr<std::string> {
                    EXPECT_EQ(edit.count(), 0);
                    return std::string();
                  }),
              IsOk());
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(CursorOf(subscriptions(), kName), 0u);
  EXPECT_THAT(Parked(), ElementsAre());
}

TEST_F(SubscriptionStoreTest, WhatIsParkedGoesWithTheSubscription) {
  const auto park = [](uint64_t sequence) {
    return [sequence](SubscriptionEdit& edit) -> absl::StatusOr<std::string> {
      edit.Park(kName, Sequence(sequence), {});
      return std::string();
    };
  };
  ASSERT_THAT(subscriptions().Run(MoveTo(kName, 1)), IsOk());
  for (const uint64_t sequence : {300, 2}) {
    ASSERT_THAT(subscriptions().Run(park(sequence)), IsOk());
  }
  EXPECT_THAT(Parked(), ElementsAre(2, 300));
  // All in one group: what was parked just now goes as well.
  const auto ignore = [](absl::StatusOr<std::string>) {};
  subscriptions().Submit(park(7), ignore);
  subscriptions().Submit(
      [](SubscriptionEdit& edit) -> absl::StatusOr<std::string> {
        COURANT_RETURN_IF_ERROR(edit.Delete(kName));
        return std::string();
      },
      ignore);
  ASSERT_THAT(subscriptions().Run(MoveTo(kName, 9)), IsOkAndHolds("0"));
  EXPECT_THAT(Parked(), ElementsAre());
  EXPECT_EQ(CursorOf(subscriptions(), kName), 9u);
}

TEST_F(SubscriptionStoreTest, ListsByNameAndPrefix) {
  for (const char* name :
       {"partners/b/subscriptions/x", "partners/a/subscriptions/y",
        "partners/a/subscriptions/x"}) {
    ASSERT_THAT(subscriptions().Run(MoveTo(name, 1)), IsOk());
  }
  const auto names = [&](absl::string_view prefix, absl::string_view after,
                         size_t limit) {
    std::vector<std::string> found;
    const auto listed = subscriptions().List(prefix, after, limit);
    EXPECT_THAT(listed, IsOk());
    for (const auto& each : *listed) found.push_back(each.name);
    return found;
  };
  EXPECT_THAT(names("", "", 9), ElementsAre("partners/a/subscriptions/x",
                                            "partners/a/subscriptions/y",
                                            "partners/b/subscriptions/x"));
  EXPECT_THAT(names("partners/a/", "partners/a/subscriptions/x", 9),
              ElementsAre("partners/a/subscriptions/y"));
  EXPECT_THAT(names("", "", 1), ElementsAre("partners/a/subscriptions/x"));
}

TEST_F(SubscriptionStoreTest, AFolderFromBeforeIsTakenOver) {
  ASSERT_THAT(fixture_.Write("a", "text"), IsOk());
  Rewrite([](rocksdb::DB& db, auto& handles) {
    for (auto* handle : handles) {
      if (handle->GetName() == "subscription") {
        ASSERT_TRUE(db.DropColumnFamily(handle).ok());
      }
    }
    v1::Format format;
    std::string bytes;
    ASSERT_TRUE(db.Get({}, "format", &bytes).ok());
    ASSERT_TRUE(format.ParseFromString(bytes));
    format.set_version(1);
    ASSERT_TRUE(db.Put({}, "format", format.SerializeAsString()).ok());
  });
  // Looking at it first, as after a crash, must work as well.
  COURANT_ASSERT_OK_AND_ASSIGN(
      const auto looked,
      Database::OpenReadOnly(fixture_.data_dir() + "/db", {}));
  EXPECT_EQ(looked->handle(Family::kSubscription), nullptr);
  ASSERT_THAT(fixture_.Open(), IsOk());
  EXPECT_EQ(fixture_.HeadlineOf("a"), "text");
  ASSERT_THAT(subscriptions().Run(MoveTo(kName, 1)), IsOk());
  COURANT_ASSERT_OK_AND_ASSIGN(
      const auto bytes,
      fixture_.store->database().Get(Family::kMeta, kFormatKey));
  v1::Format format;
  ASSERT_TRUE(format.ParseFromString(*bytes));
  EXPECT_EQ(format.version(), 5);
}

// What a row of version 1 does not say is taken from the log, or is taken to
// have been anything.
TEST_F(SubscriptionStoreTest, RowsFromBeforeAreBroughtToVersion2) {
  ASSERT_THAT(fixture_.Write("once", "text"), IsOk());
  ASSERT_THAT(fixture_.Write("twice", "text"), IsOk());
  ASSERT_THAT(fixture_.Write("twice", "other text"), IsOk());
  Rewrite([](rocksdb::DB& db, auto&) {
    v1::Format format;
    std::string bytes;
    ASSERT_TRUE(db.Get({}, "format", &bytes).ok());
    ASSERT_TRUE(format.ParseFromString(bytes));
    format.set_version(1);
    ASSERT_TRUE(db.Put({}, "format", format.SerializeAsString()).ok());
  });
  ASSERT_THAT(fixture_.Open(), IsOk());
  const View view(fixture_.store->database());
  COURANT_ASSERT_OK_AND_ASSIGN(const auto once, view.FindArticle("once"));
  COURANT_ASSERT_OK_AND_ASSIGN(const auto twice, view.FindArticle("twice"));
  EXPECT_FALSE(once->past_is_more());
  EXPECT_TRUE(twice->past_is_more());
  COURANT_ASSERT_OK_AND_ASSIGN(const Entry entry,
                               view.ReadEntry(Sequence(twice->sequence())));
  EXPECT_EQ(twice->internal_revisions(),
            entry.facts.row().internal_revisions());
}

TEST_F(SubscriptionStoreTest, AFolderOfALaterProgramIsRefusedInWords) {
  Rewrite([](rocksdb::DB& db, auto& handles) {
    rocksdb::ColumnFamilyHandle* later = nullptr;
    ASSERT_TRUE(db.CreateColumnFamily({}, "of_tomorrow", &later).ok());
    handles.push_back(later);
  });
  EXPECT_THAT(fixture_.Open(), StatusIs(absl::StatusCode::kFailedPrecondition,
                                        HasSubstr("Start a newer courantd")));
}

TEST_F(SubscriptionStoreTest, AnswersAreForgottenAfterTheirTime) {
  const auto ask = [](const std::string& id, absl::Time now) {
    return [id, now](SubscriptionEdit& edit) -> absl::StatusOr<std::string> {
      COURANT_ASSIGN_OR_RETURN(const auto found, edit.FindRequest(id));
      v1::SubscriptionRequestRow row;
      row.set_answer_time_us(absl::ToUnixMicros(now));
      edit.PutRequest(id, row);
      return std::string(found ? "again" : "new");
    };
  };
  FakeClock& clock = fixture_.clock;
  EXPECT_THAT(subscriptions().Run(ask("a", clock.Now())), IsOkAndHolds("new"));
  clock.Advance(absl::Hours(24 * 6));
  EXPECT_THAT(subscriptions().Run(ask("b", clock.Now())), IsOkAndHolds("new"));
  EXPECT_THAT(subscriptions().Run(ask("b", clock.Now())),
              IsOkAndHolds("again"));
  clock.Advance(absl::Hours(24 * 2));
  // The write after which it is looked for.
  ASSERT_THAT(subscriptions().Run(MoveTo(kName, 1)), IsOk());
  EXPECT_THAT(subscriptions().Run(ask("a", clock.Now())), IsOkAndHolds("new"));
  EXPECT_THAT(subscriptions().Run(ask("b", clock.Now())),
              IsOkAndHolds("again"));
}

// However many there are: what many callers bring, their next calls remove.
TEST_F(SubscriptionStoreTest, OldAnswersDoNotPileUp) {
  constexpr int kGroups = 10;
  constexpr int kEach = 4000;
  for (int group = 0; group < kGroups; ++group) {
    ASSERT_THAT(
        subscriptions().Run(
            [&](SubscriptionEdit& edit) -> absl::StatusOr<std::string> {
              v1::SubscriptionRequestRow row;
              row.set_answer_time_us(absl::ToUnixMicros(fixture_.clock.Now()));
              for (int i = 0; i < kEach; ++i) {
                edit.PutRequest(absl::StrCat(group, "-", i), row);
              }
              return std::string();
            }),
        IsOk());
  }
  EXPECT_EQ(Answers(), size_t{kGroups} * kEach);
  fixture_.clock.Advance(absl::Hours(24 * 8));
  for (int i = 0; i <= kGroups; ++i) {
    ASSERT_THAT(subscriptions().Run(MoveTo(kName, 1)), IsOk());
  }
  EXPECT_EQ(Answers(), 0u);
  // And again after an hour.
  ASSERT_THAT(subscriptions().Run(
                  [&](SubscriptionEdit& edit) -> absl::StatusOr<std::string> {
                    edit.PutRequest("late", {});
                    return std::string();
                  }),
              IsOk());
  EXPECT_EQ(Answers(), 1u);
  fixture_.clock.Advance(absl::Hours(1));
  // What is behind an answer may still be going on: another one waits for it.
  for (int i = 0; i < 2; ++i) {
    ASSERT_THAT(subscriptions().Run(MoveTo(kName, 1)), IsOk());
  }
  EXPECT_EQ(Answers(), 0u);
}

// A store on a disk with a plug, and a client that commits.
class CursorPowerLossTest : public testing::Test {
 protected:
  void SetUp() override {
    COURANT_ASSERT_OK_AND_ASSIGN(fs_, PowerLossFileSystem::Create(dir_.path()));
    env_ = NewPowerLossEnv(fs_);
    ASSERT_THAT(Open(), IsOk());
  }

  absl::Status Open() {
    store_ = nullptr;
    registry_ = std::make_shared<prometheus::Registry>();
    StoreOptions options;
    options.data_dir = dir_.Join("data");
    options.database.env = env_.get();
    options.database.write_buffer_bytes = 64 << 10;
    options.database.max_wal_bytes = 256 << 10;
    COURANT_ASSIGN_OR_RETURN(
        store_, Store::Open(std::move(options), clock_, *registry_));
    return absl::OkStatus();
  }

  // Commits, with news in between, until the power goes; opens what is left.
  // Returns where the cursor is then.
  uint64_t CursorAfterCut(uint64_t operations, uint64_t seed) {
    fs_->CutAfter(operations);
    while (true) {
      if (!store_->subscriptions().Run(MoveTo(kName, submitted_ + 1)).ok()) {
        ++submitted_;
        break;
      }
      acknowledged_ = ++submitted_;
      if (!WriteArticle(*store_, "a", "text", {.actor = "test"}).ok()) break;
    }
    store_ = nullptr;
    EXPECT_THAT(
        fs_->PowerLoss(seed, seed % 2 == 0 ? PowerLossDisk::Tail::kClean
                                           : PowerLossDisk::Tail::kGarbage),
        IsOk());
    fs_->PowerOn();
    const absl::Status opened = Open();
    EXPECT_THAT(opened, IsOk());
    return opened.ok() ? CursorOf(store_->subscriptions(), kName) : 0;
  }

  TempDir dir_;
  std::shared_ptr<PowerLossFileSystem> fs_;
  std::unique_ptr<rocksdb::Env> env_;
  SystemClock clock_;
  std::shared_ptr<prometheus::Registry> registry_;
  std::unique_ptr<Store> store_;
  uint64_t submitted_ = 0;
  uint64_t acknowledged_ = 0;
};

TEST_F(CursorPowerLossTest, IsNeverBehindAnAnswerNorBeyondACommit) {
  std::mt19937 random(kCursorSeed);
  RecordProperty("seed", kCursorSeed);
  for (int cut = 0; cut < 40; ++cut) {
    const uint64_t cursor = CursorAfterCut(1 + random() % 60, random());
    ASSERT_GE(cursor, acknowledged_)
        << "cut " << cut << ", seed " << kCursorSeed;
    ASSERT_LE(cursor, submitted_) << "cut " << cut << ", seed " << kCursorSeed;
  }
  EXPECT_GT(acknowledged_, 100u);
}

TEST_F(CursorPowerLossTest, ADiskThatDoesNotSyncLosesOne) {
  std::mt19937 random(kCursorSeed);
  ASSERT_THAT(store_->subscriptions().Run(MoveTo(kName, ++submitted_)), IsOk());
  fs_->set_ignore_sync(true);
  fs_->CutAfter(60);
  while (store_->subscriptions().Run(MoveTo(kName, submitted_ + 1)).ok()) {
    acknowledged_ = ++submitted_;
  }
  store_ = nullptr;
  ASSERT_THAT(fs_->PowerLoss(random(), PowerLossDisk::Tail::kClean), IsOk());
  fs_->PowerOn();
  const absl::Status opened = Open();
  EXPECT_TRUE(!opened.ok() ||
              CursorOf(store_->subscriptions(), kName) < acknowledged_);
}

}  // namespace
}  // namespace courant::storage
