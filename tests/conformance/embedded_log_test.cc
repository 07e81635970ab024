// The embedded log, as it is and behind a network that loses answers.

#include "storage/embedded_log.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "rocksdb/env.h"
#include "rocksdb/file_system.h"
#include "tests/conformance/one_change.h"
#include "tests/conformance/ordered_log_suite.h"
#include "tests/testing/faulty_log.h"

namespace courant::storage {
namespace {

// A disk on which syncs of the write-ahead log fail when they are told to.
class FailingDisk final : public rocksdb::FileSystemWrapper {
 public:
  FailingDisk() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "FailingDisk"; }

  rocksdb::IOStatus NewWritableFile(
      const std::string& name, const rocksdb::FileOptions& options,
      std::unique_ptr<rocksdb::FSWritableFile>* result,
      rocksdb::IODebugContext* debug) override {
    rocksdb::IOStatus status =
        target()->NewWritableFile(name, options, result, debug);
    if (status.ok()) {
      *result = std::make_unique<File>(std::move(*result), failure);
    }
    return status;
  }

  // What syncs answer.
  std::shared_ptr<rocksdb::IOStatus> failure =
      std::make_shared<rocksdb::IOStatus>();

 private:
  class File final : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    File(std::unique_ptr<rocksdb::FSWritableFile> file,
         std::shared_ptr<rocksdb::IOStatus> failure)
        : FSWritableFileOwnerWrapper(std::move(file)),
          failure_(std::move(failure)) {}
    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
      if (!failure_->ok()) return *failure_;
      return FSWritableFileOwnerWrapper::Sync(options, debug);
    }

   private:
    const std::shared_ptr<rocksdb::IOStatus> failure_;
  };
};

class EmbeddedLogUnderTest : public LogUnderTest {
 public:
  explicit EmbeddedLogUnderTest(std::string folder)
      : folder_(std::move(folder)), env_(rocksdb::NewCompositeEnv(disk_)) {
    Reopen();
  }

  OrderedLog& log() override { return *log_; }
  const Database& database() override { return *database_; }
  void Reopen() override {
    log_ = nullptr;
    database_ = nullptr;
    *disk_->failure = rocksdb::IOStatus::OK();
    database_ = Database::Open(folder_, {.env = env_.get()}).value();
    log_ = EmbeddedLog::Open(*database_).value();
  }
  bool BreakEngine(bool no_space) override {
    *disk_->failure = no_space ? rocksdb::IOStatus::NoSpace("full")
                               : rocksdb::IOStatus::IOError("broken");
    return true;
  }

 private:
  const std::string folder_;
  const std::shared_ptr<FailingDisk> disk_ = std::make_shared<FailingDisk>();
  const std::unique_ptr<rocksdb::Env> env_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<EmbeddedLog> log_;
};

// Another writer's frame.
Frame RivalFrame(const Tail& tail) {
  return FrameOfOneChange(tail, absl::StrCat("rival", tail.index.value()),
                          "rival");
}

// The same behind faults. Which ones come is decided anew at every opening.
class FaultyLogUnderTest final : public LogUnderTest {
 public:
  FaultyLogUnderTest(const std::string& folder, LogFaults faults)
      : embedded_(folder), faults_(std::move(faults)) {
    Wrap();
  }

  OrderedLog& log() override { return *log_; }
  const Database& database() override { return embedded_.database(); }
  void Reopen() override {
    log_ = nullptr;
    embedded_.Reopen();
    Wrap();
  }
  bool BreakEngine(bool no_space) override {
    return embedded_.BreakEngine(no_space);
  }

 private:
  void Wrap() {
    log_ = std::make_unique<FaultyLog>(embedded_.log(), embedded_.database(),
                                       ++seed_, faults_);
  }

  EmbeddedLogUnderTest embedded_;
  const LogFaults faults_;
  uint64_t seed_ = 20261125;
  std::unique_ptr<FaultyLog> log_;
};

LogFactory Faulty(std::string name, LogFaults faults) {
  return {.name = std::move(name),
          .make =
              [faults](const std::string& folder) {
                return std::make_unique<FaultyLogUnderTest>(folder, faults);
              },
          .has_rivals = faults.rival_first > 0,
          .wakes_once = faults.double_wake == 0};
}

INSTANTIATE_TEST_SUITE_P(
    Logs, OrderedLogSuite,
    testing::Values(
        LogFactory{.name = "Embedded",
                   .make =
                       [](const std::string& folder) {
                         return std::make_unique<EmbeddedLogUnderTest>(folder);
                       },
                   .writes_state = true},
        Faulty("AnswersLost", {.unknown_before = 200,
                               .unknown_after = 300,
                               .delay = 100,
                               .double_wake = 500,
                               .stale_tail = 100}),
        Faulty("OthersWriteToo", {.unknown_before = 100,
                                  .unknown_after = 200,
                                  .rival_first = 200,
                                  .delay = 100,
                                  .rival = RivalFrame})),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace courant::storage
