// What stands around an edited sheet: the user's editor, and the lease that is
// kept while it is open.

#include <filesystem>
#include <string>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/cli/connection.h"
#include "services/cli/lease_keeper.h"
#include "services/cli/text_editor.h"
#include "storage/base/mutex.h"
#include "storage/errors/reason.h"
#include "tests/services/cli/canned_server.h"
#include "tests/services/cli/kept.h"
#include "tests/services/cli/sample_translation.h"
#include "tests/testing/temp_dir.h"

namespace courant {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST(TextEditorTest, CtrlCIsTheEditorsWhileItIsOpen) {
  StopSource stop;
  TempDir dir;
  const auto path = MakeEditFile(dir.path(), "talks/en; rm", "x");
  ASSERT_TRUE(path.ok()) << path.status();
  EXPECT_THAT(*path, HasSubstr("/courant-talks-en--rm-"));
  // The editor tells by its code how Ctrl-C reaches it: not blocked, not
  // ignored.
  EXPECT_TRUE(
      RunEditor("trap 'exit 0' INT; kill -INT $$; exit 1; :", *path, stop)
          .ok());
  EXPECT_FALSE(stop.shielded());
  {
    const StopShield shield(stop);
    EXPECT_TRUE(stop.shielded());
  }
  EXPECT_FALSE(stop.shielded());
}

TEST(TextEditorTest, AnEditorCanHaveWordsAndAPathSpaces) {
  StopSource stop;
  TempDir dir;
  const std::string folder = dir.Join("my files");
  std::filesystem::create_directory(folder);
  const auto path = MakeEditFile(folder, "a", "x\n");
  ASSERT_TRUE(path.ok()) << path.status();
  EXPECT_TRUE(RunEditor("sed -i -e s/x/y/", *path, stop).ok());
  EXPECT_EQ(*ReadEditFile(*path, 10), "y\n");
  EXPECT_EQ(*ReadEditFile(*path, 1), "y\n");  // One more than it may have.
  EXPECT_FALSE(RunEditor("no-such-editor 2> /dev/null", *path, stop).ok());
  EXPECT_FALSE(MakeEditFile(dir.Join("none"), "a", "x").ok());
}

// Counts calls and lets a test wait for them.
class Calls {
 public:
  int Add() {
    MutexLock lock(mu_);
    changed_.SignalAll();
    return ++count_;
  }
  void WaitFor(int count) {
    MutexLock lock(mu_);
    while (count_ < count) changed_.Wait(mu_);
  }

 private:
  Mutex mu_;
  CondVar changed_;
  int count_ ABSL_GUARDED_BY(mu_) = 0;
};

TEST(LeaseKeeperTest, ProlongsUntilItGoes) {
  Calls calls;
  Kept<v1::RenewTranslationLeaseRequest> kept;
  CannedServer server({.renew_translation_lease = [&](const auto& request) {
    kept.Set(request);
    calls.Add();
    return SampleTranslation();
  }});
  StopSource stop;
  Connection connection({server.address(), "desk/test"}, stop);
  {
    const LeaseKeeper keeper(connection, {"articles/talks/translations/en", 7,
                                          600, absl::Milliseconds(1)});
    calls.WaitFor(3);
    EXPECT_TRUE(keeper.lost().ok());
  }
  EXPECT_EQ(kept.Get().name(), "articles/talks/translations/en");
  EXPECT_EQ(kept.Get().fencing_token(), 7);
  EXPECT_EQ(kept.Get().lease_seconds(), 600);
  EXPECT_THAT(kept.Get().request_id(), SizeIs(36));
}

TEST(LeaseKeeperTest, GoesOnWhenTheServerIsBusyAndStopsWhenItRefuses) {
  Calls calls;
  CannedServer server({.renew_translation_lease = [&](const auto&) {
    const int call = calls.Add();
    return absl::StatusOr<v1::Translation>(
        call == 1 ? MakeError(v1::STORAGE_FULL, "full")
                  : MakeError(v1::SESSION_FENCED, "somebody else has it"));
  }});
  StopSource stop;
  Connection connection({server.address(), "desk/test"}, stop);
  const LeaseKeeper keeper(
      connection, {"articles/a/translations/b", 7, 0, absl::Milliseconds(1)});
  calls.WaitFor(2);
  while (keeper.lost().ok()) std::this_thread::yield();
  EXPECT_EQ(ReasonOf(keeper.lost()), v1::SESSION_FENCED);
}

TEST(LeaseKeeperTest, DoesNotWaitForItsTurnToEnd) {
  StopSource stop;
  Connection connection({"127.0.0.1:1", "desk/test"}, stop);
  const LeaseKeeper keeper(connection,
                           {"articles/a/translations/b", 7, 0, absl::Hours(8)});
}

}  // namespace
}  // namespace courant
