#include "storage/log_import.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/half_restored.h"
#include "tests/storage/store_fixture.h"
#include "tests/testing/power_loss_file_system.h"
#include "tests/testing/status_matchers.h"

namespace courant::storage {
namespace {

constexpr uint32_t kSeed = 20261130;

class LogImportTest : public testing::Test {
 protected:
  // A log of several frames, in which a text was taken away.
  void SetUp() override {
    ASSERT_THAT(source_.Open(), IsOk());
    for (int i = 0; i < 20; ++i) {
      ASSERT_THAT(
          source_.Write(absl::StrCat("a", i % 7), absl::StrCat("제목 ", i),
                        absl::StrCat("r", i), "0123456789abcdef"),
          IsOk());
    }
    ASSERT_THAT(source_.Erase("a0", {Sequence(1), Sequence(8)}), IsOk());
    ASSERT_THAT(ForEachFrame(source_.store->database(), tail(),
                             [&](Frame frame) {
                               frames_.push_back(std::move(frame));
                               return absl::OkStatus();
                             }),
                IsOk());
  }

  Tail tail() const { return source_.store->change_log().tail(); }

  absl::StatusOr<std::unique_ptr<LogImport>> Begin(
      DatabaseOptions options = {}) {
    return LogImport::Begin(target_.data_dir(), std::move(options),
                            {.format = source_.store->format(), .epochs = {}});
  }

  // All of it, and lets servers in.
  absl::Status Import(rocksdb::Env* env = rocksdb::Env::Default()) {
    DatabaseOptions database;
    database.env = env;
    auto import = Begin(database);
    if (!import.ok()) return import.status();
    for (const Frame& frame : frames_) {
      if (absl::Status added = (*import)->Add(frame); !added.ok()) return added;
    }
    const auto mark = (*import)->Finish();
    if (!mark.ok()) return mark.status();
    StoreOptions options;
    options.database.env = env;
    options.from_backup = {.mark = *mark, .above = Epoch(4)};
    if (absl::Status open = target_.Open(std::move(options)); !open.ok()) {
      return open;
    }
    target_.Close();
    return EndRestore(target_.data_dir(), *env->GetFileSystem());
  }

  StoreFixture source_;
  StoreFixture target_;
  std::vector<Frame> frames_;
};

TEST_F(LogImportTest, MakesTheSameLogAndState) {
  ASSERT_THAT(Import(), IsOk());
  ASSERT_THAT(target_.Open(), IsOk());
  EXPECT_EQ(target_.store->log_id(), source_.store->log_id());
  EXPECT_EQ(target_.store->token_key(), source_.store->token_key());
  EXPECT_EQ(target_.store->epoch(), Epoch(5));
  EXPECT_EQ(target_.store->branch(), tail().last_sequence);
  EXPECT_EQ(target_.store->change_log().tail(), tail());
  EXPECT_THAT(target_.store->VerifyAll(), IsOk());
  // Nothing keeps it from being sure of that, though the log file is an empty
  // one from before.
  EXPECT_THAT(target_.store->EraseFromDisk(), IsOk());
  for (int i = 0; i < 7; ++i) {
    const std::string id = absl::StrCat("a", i);
    EXPECT_EQ(target_.HeadlineOf(id), source_.HeadlineOf(id)) << id;
  }
  // Every family but what the two know of themselves.
  for (const Family family : kFamilies) {
    if (family == Family::kMeta) continue;
    const auto a = source_.store->database().Iterate(family);
    const auto b = target_.store->database().Iterate(family);
    a->SeekToFirst();
    for (b->SeekToFirst(); a->Valid() && b->Valid(); a->Next(), b->Next()) {
      EXPECT_EQ(a->key(), b->key()) << FamilyName(family);
      EXPECT_EQ(a->value(), b->value()) << FamilyName(family);
    }
    EXPECT_EQ(a->Valid(), b->Valid()) << FamilyName(family);
  }
  // And it goes on.
  EXPECT_THAT(target_.Write("a3", "more"), IsOk());
}

// So that readers of each are told what of theirs is here too.
TEST_F(LogImportTest, KnowsHowTheEpochsBegan) {
  Epochs epochs;
  epochs.Begin(Epoch(2), Sequence(3));
  epochs.Begin(Epoch(3), Sequence(9));
  COURANT_ASSERT_OK_AND_ASSIGN(
      const auto import,
      LogImport::Begin(target_.data_dir(), {},
                       {.format = source_.store->format(), .epochs = epochs}));
  for (const Frame& frame : frames_) {
    ASSERT_THAT(import->Add(frame), IsOk());
  }
  COURANT_ASSERT_OK_AND_ASSIGN(const Watermark mark, import->Finish());
  EXPECT_EQ(mark.epoch, Epoch(3));
  StoreOptions options;
  options.from_backup = {.mark = mark};
  ASSERT_THAT(target_.Open(std::move(options)), IsOk());
  epochs.Begin(Epoch(4), tail().last_sequence);
  EXPECT_EQ(target_.store->epochs(), epochs);
}

TEST_F(LogImportTest, SurvivesAPowerCutOnceServersAreLetIn) {
  COURANT_ASSERT_OK_AND_ASSIGN(const auto fs,
                               PowerLossFileSystem::Create(target_.dir.path()));
  const std::unique_ptr<rocksdb::Env> env = NewPowerLossEnv(fs);
  ASSERT_THAT(Import(env.get()), IsOk());
  ASSERT_THAT(fs->PowerLoss(kSeed), IsOk());
  fs->PowerOn();
  StoreOptions options;
  options.database.env = env.get();
  ASSERT_THAT(target_.Open(std::move(options)), IsOk());
  EXPECT_EQ(target_.store->change_log().tail(), tail());
  EXPECT_THAT(target_.store->VerifyAll(), IsOk());
  target_.Close();
}

TEST_F(LogImportTest, NoServerOpensHalfOfIt) {
  {
    COURANT_ASSERT_OK_AND_ASSIGN(const auto import, Begin());
    ASSERT_THAT(import->Add(frames_[0]), IsOk());
  }
  EXPECT_THAT(target_.Open(), StatusIs(absl::StatusCode::kFailedPrecondition,
                                       testing::HasSubstr("cut short")));
  EXPECT_THAT(Begin(), StatusIs(absl::StatusCode::kFailedPrecondition,
                                testing::HasSubstr("not empty")));
}

TEST_F(LogImportTest, RefusesAnIdentityBeforeAnythingIsMade) {
  v1::Format format = source_.store->format();
  format.set_version(99);
  EXPECT_THAT(LogImport::Begin(target_.data_dir(), {},
                               {.format = format, .epochs = {}}),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       testing::HasSubstr("version 99")));
  format.set_version(1);
  format.set_token_key("short");
  EXPECT_THAT(LogImport::Begin(target_.data_dir(), {},
                               {.format = format, .epochs = {}}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_FALSE(std::filesystem::exists(target_.data_dir()));
}

TEST_F(LogImportTest, RefusesWhatDoesNotFollow) {
  COURANT_ASSERT_OK_AND_ASSIGN(const auto import, Begin());
  const auto refused = [&](const Frame& frame) {
    EXPECT_THAT(import->Add(frame), StatusIs(absl::StatusCode::kDataLoss));
  };
  refused(frames_[1]);
  // The text of change 2 is there; that of change 1 was taken away.
  ASSERT_THAT(import->Add(frames_[0]), IsOk());
  Frame wrong = frames_[1];
  wrong.entries[0].article += "x";
  refused(wrong);
  wrong = frames_[1];
  wrong.entries[0].article.clear();
  refused(wrong);
  wrong = frames_[1];
  wrong.entries[0].erased_by = Sequence(21);
  refused(wrong);
  wrong = frames_[1];
  wrong.entries[0].article.clear();
  wrong.entries[0].erased_by = Sequence(2);
  refused(wrong);
  wrong = frames_[1];
  wrong.entries[0].facts.mutable_row()->set_sequence(3);
  refused(wrong);
  // None of it was added.
  EXPECT_EQ(import->tail().last_sequence, Sequence(1));
  EXPECT_THAT(import->Add(frames_[1]), IsOk());
}

TEST_F(LogImportTest, TakesRowsOfTheFamiliesThatHaveThemAlone) {
  COURANT_ASSERT_OK_AND_ASSIGN(const auto import, Begin());
  EXPECT_THAT(import->Put({Family::kSubscription, "sx", "1"}), IsOk());
  for (const Family family : {Family::kMeta, Family::kChange, Family::kFrame,
                              Family::kArticleIndex}) {
    EXPECT_THAT(import->Put({family, "x", "1"}),
                StatusIs(absl::StatusCode::kDataLoss));
  }
  EXPECT_THAT(import->Put({Family::kRequest, "id", "\xff"}),
              StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_EQ(LooseFamily("ledger"), Family::kLedger);
  EXPECT_EQ(LooseFamily("change"), Family::kMeta);
  EXPECT_EQ(LooseFamily(""), Family::kMeta);
}

}  // namespace
}  // namespace courant::storage
