#include "services/audit/audit_log.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/audit/audit_limits.h"
#include "storage/errors/reason.h"
#include "tests/services/audit/audit_files.h"
#include "tests/services/audit/full_disk.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace courant {
namespace {

using testing::HasSubstr;

class AuditLogTest : public testing::Test {
 protected:
  void Open(bool refuse = false) {
    registry_ = std::make_unique<prometheus::Registry>();
    auto opened = AuditLog::Open({.file = path_,
                                  .refuse_on_failure = refuse,
                                  .on_trouble =
                                      [this](const absl::Status& why) {
                                        MutexLock lock(mu_);
                                        troubles_.push_back(why.ok());
                                        changed_.SignalAll();
                                      }},
                                 clock_, *registry_);
    ASSERT_THAT(opened, IsOk());
    log_ = *std::move(opened);
  }
  void Close() { log_ = nullptr; }

  // Adds a record and waits until it may be told.
  void AddAndWait(const std::string& resource) {
    absl::Notification done;
    log_->AddSynced({.event = "call", .resource = resource},
                    [&done] { done.Notify(); });
    done.WaitForNotification();
  }
  // Waits until so many times it was said that it fails or goes on.
  std::vector<bool> Troubles(size_t count) {
    MutexLock lock(mu_);
    while (troubles_.size() < count) changed_.Wait(mu_);
    return troubles_;
  }
  double Metric(const std::string& name) const {
    for (const auto& family : registry_->Collect()) {
      if (family.name != name) continue;
      const auto& metric = family.metric.at(0);
      return metric.counter.value + metric.gauge.value;
    }
    ADD_FAILURE() << name;
    return -1;
  }

  TempDir folder_;
  const std::string path_ = folder_.Join("audit.jsonl");
  FakeClock clock_;
  std::unique_ptr<prometheus::Registry> registry_;
  Mutex mu_;
  CondVar changed_;
  std::vector<bool> troubles_ ABSL_GUARDED_BY(mu_);
  std::unique_ptr<AuditLog> log_;
};

TEST_F(AuditLogTest, WhatIsWaitedForIsInTheFileThen) {
  Open();
  for (int i = 0; i < 5; ++i) {
    AddAndWait(absl::StrCat("articles/a", i));
    EXPECT_THAT(ReadWhole(path_), HasSubstr(absl::StrCat("articles/a", i)));
  }
  EXPECT_EQ(Metric("courant_audit_records_total"), 5);
}

TEST_F(AuditLogTest, TheRestIsThereSoonAndAtTheEndAtTheLatest) {
  Open();
  log_->Add({.event = "call", .resource = "articles/one"});
  // Nobody waits for it: it comes within a second.
  while (Metric("courant_audit_records_total") == 0) continue;
  EXPECT_THAT(ReadWhole(path_), HasSubstr("articles/one"));
  log_->Add({.event = "call", .resource = "articles/two"});
  Close();
  COURANT_ASSERT_OK_AND_ASSIGN(const AuditSummary seen, VerifyFiles(path_));
  EXPECT_EQ(seen.records, 2);
  EXPECT_THAT(ReadWhole(path_), HasSubstr("2026-01-02T03:04:05"));
}

TEST_F(AuditLogTest, WhileNothingCanBeWrittenNobodyWaitsAndNothingIsLost) {
  Open();
  AddAndWait("articles/before");
  {
    FullDisk full(ReadWhole(path_).size() + 10);
    AddAndWait("articles/first");
    EXPECT_EQ(Troubles(1), std::vector<bool>{false});
    EXPECT_EQ(Metric("courant_audit_failing"), 1);
    for (int i = 0; i < 20; ++i) AddAndWait(absl::StrCat("articles/a", i));
    EXPECT_THAT(log_->MayAct(), IsOk());
  }
  EXPECT_EQ(Troubles(2), (std::vector<bool>{false, true}));
  EXPECT_EQ(Metric("courant_audit_failing"), 0);
  EXPECT_EQ(Metric("courant_audit_lost_total"), 0);
  EXPECT_GE(Metric("courant_audit_write_errors_total"), 1);
  Close();
  COURANT_ASSERT_OK_AND_ASSIGN(const AuditSummary seen, VerifyFiles(path_));
  EXPECT_EQ(seen.records, 22);
}

TEST_F(AuditLogTest, WhereItMustBeWrittenItIsRefusedInstead) {
  Open(/*refuse=*/true);
  EXPECT_THAT(log_->MayAct(), IsOk());
  {
    FullDisk full(0);
    AddAndWait("articles/first");
    const absl::Status refused = log_->MayAct();
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kResourceExhausted,
                                  HasSubstr("audit log")));
    EXPECT_EQ(ReasonOf(refused), v1::STORAGE_FULL);
    EXPECT_TRUE(RetryDelayOf(refused));
  }
  Troubles(2);
  EXPECT_THAT(log_->MayAct(), IsOk());
}

TEST_F(AuditLogTest, WhatDoesNotFitIntoMemoryIsCountedAndTold) {
  Open();
  {
    FullDisk full(0);
    AddAndWait("articles/first");
    Troubles(1);
    // Some 9 MiB and more.
    const std::string name(250, 'a');
    while (Metric("courant_audit_lost_total") == 0) {
      for (int i = 0; i < 1000; ++i) {
        log_->Add({.event = "call", .resource = name});
      }
    }
  }
  Troubles(2);
  const auto lost = static_cast<int64_t>(Metric("courant_audit_lost_total"));
  Close();
  COURANT_ASSERT_OK_AND_ASSIGN(const AuditSummary seen, VerifyFiles(path_));
  EXPECT_GT(seen.records, 10'000);
  EXPECT_THAT(ReadWhole(path_), HasSubstr("\"event\":\"lost\""));
  EXPECT_GT(lost, 0);
}

TEST_F(AuditLogTest, WhatIsLeftOutIsCountedInTheLog) {
  Open();
  int written = 0;
  for (int i = 0; i < 500; ++i) {
    written +=
        log_->AddLimited("refused logins", {.burst = 10, .per_second = 0.001},
                         {.event = "login_refused"})
            ? 1
            : 0;
  }
  EXPECT_EQ(written, 10);
  EXPECT_EQ(Metric("courant_audit_left_out_total"), 490);
  Close();
  COURANT_ASSERT_OK_AND_ASSIGN(const AuditSummary seen, VerifyFiles(path_));
  // In one sum or in more.
  EXPECT_GE(seen.records, 11);
  EXPECT_LE(seen.records, 13);
  EXPECT_THAT(ReadWhole(path_), HasSubstr(R"("event":"left_out",)"
                                          R"("who":"refused logins")"));
}

TEST(AuditLimitsTest, EachSourceHasItsOwnAndItFillsAgain) {
  AuditLimits limits;
  const AuditLimits::Rate rate = {.burst = 2, .per_second = 0.5};
  const absl::Time start = absl::FromUnixSeconds(1'000'000);
  EXPECT_TRUE(limits.Admit("a", rate, start));
  EXPECT_TRUE(limits.Admit("a", rate, start));
  EXPECT_FALSE(limits.Admit("a", rate, start));
  EXPECT_TRUE(limits.Admit("b", rate, start));
  EXPECT_FALSE(limits.Admit("a", rate, start + absl::Seconds(1)));
  EXPECT_TRUE(limits.Admit("a", rate, start + absl::Seconds(2)));
  // A clock that was set back by a day and goes on.
  const absl::Time back = start - absl::Hours(24);
  EXPECT_FALSE(limits.Admit("a", rate, back));
  EXPECT_TRUE(limits.Admit("a", rate, back + absl::Seconds(2)));
  const auto left_out = limits.TakeLeftOut();
  ASSERT_EQ(left_out.size(), 1);
  EXPECT_EQ(left_out[0].source, "a");
  EXPECT_EQ(left_out[0].count, 3);
  EXPECT_THAT(limits.TakeLeftOut(), testing::IsEmpty());
}

}  // namespace
}  // namespace courant
