#ifndef COURANT_TESTS_CONFORMANCE_ORDERED_LOG_SUITE_H_
#define COURANT_TESTS_CONFORMANCE_ORDERED_LOG_SUITE_H_

#include <atomic>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "storage/ordered_log.h"
#include "tests/testing/temp_dir.h"

namespace courant::storage {

// A log that the suite can close and open again.
class LogUnderTest {
 public:
  virtual ~LogUnderTest() = default;

  // Valid until Reopen().
  virtual OrderedLog& log() = 0;
  // What the batches of state that go with appends are made for.
  virtual const Database& database() = 0;
  // Closes everything and opens it again, as after the end of the process.
  virtual void Reopen() = 0;
  // From now on, until Reopen(), the engine fails when it should make an append
  // durable, with "no space" or another error. False when that cannot be done.
  virtual bool BreakEngine(bool no_space) = 0;
};

// What is tested.
struct LogFactory {
  std::string name;
  // A new, empty log in a folder of its own.
  std::function<std::unique_ptr<LogUnderTest>(const std::string& folder)> make;
  // Appends write the state that comes with them.
  bool writes_state = false;
  // Others append as well.
  bool has_rivals = false;
  // No wake-up comes twice.
  bool wakes_once = true;

  friend std::ostream& operator<<(std::ostream& out, const LogFactory& f) {
    return out << f.name;
  }
};

// The contract of OrderedLog as tests: every implementation passes all of them.
//
//   INSTANTIATE_TEST_SUITE_P(MyLog, OrderedLogSuite,
//                            testing::Values(LogFactory{...}));
//
// in a binary that has ordered_log_suite.cc among its sources. Answers may be
// kUnknown at any time, and other writers may append at any time: the tests
// repeat and retry as the contract says.
class OrderedLogSuite : public testing::TestWithParam<LogFactory> {
 protected:
  void SetUp() override;

  OrderedLog& log() { return under_test_->log(); }

  // Repeats the append until the answer is definite.
  AppendResult AppendAt(const Tail& expected, const Frame& frame);
  // Appends a new frame at the end, wherever that is. Its size is about `bytes`
  // and a little.
  Frame AppendNext(size_t bytes = 100);
  // A frame with one change that follows `tail`. No two are equal.
  Frame FrameAfter(const Tail& tail, size_t bytes = 100);
  // All frames from `from` on.
  std::vector<Frame> ReadAll(FrameIndex from = FrameIndex(1));

  TempDir dir_;
  std::unique_ptr<LogUnderTest> under_test_;
  std::atomic<uint64_t> frames_made_{0};
};

}  // namespace courant::storage

#endif  // COURANT_TESTS_CONFORMANCE_ORDERED_LOG_SUITE_H_
