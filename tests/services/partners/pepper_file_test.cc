#include "services/partners/pepper_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/partners/api_key.h"
#include "services/partners/key_hasher.h"
#include "services/partners/key_writes.h"
#include "services/partners/pepper_guard.h"
#include "storage/entry_builder.h"
#include "storage/errors/reason.h"
#include "tests/services/partners/rights_desk.h"
#include "tests/storage/store_fixture.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace courant {
namespace {

using testing::HasSubstr;

std::string Contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(file)), {});
}

void Write(const std::string& path, const std::string& bytes, mode_t mode) {
  std::ofstream(path, std::ios::binary) << bytes;
  ASSERT_EQ(chmod(path.c_str(), mode), 0);
}

TEST(PepperFileTest, IsMadeWhenItIsNeededForTheOwnerAlone) {
  const TempDir dir;
  const std::string path = dir.Join("data.pepper");
  PepperFile file(path);
  EXPECT_EQ(file.pepper().size(), KeyHasher::kPepperBytes);
  EXPECT_TRUE(absl::IsNotFound(file.fault()));
  EXPECT_TRUE(std::filesystem::is_empty(dir.path()));
  for (int i = 0; i < 2; ++i) {
    ASSERT_THAT(file.Keep(), IsOk());
    EXPECT_THAT(file.fault(), IsOk());
    EXPECT_EQ(Contents(path), file.pepper());
  }
  struct stat about;
  ASSERT_EQ(stat(path.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600u);
  const PepperFile again(path);
  EXPECT_THAT(again.fault(), IsOk());
  EXPECT_EQ(again.pepper(), file.pepper());
  EXPECT_NE(PepperFile(dir.Join("other")).pepper(), file.pepper());
}

TEST(PepperFileTest, TakesNobodysPlace) {
  const TempDir dir;
  const std::string path = dir.Join("pepper");
  PepperFile file(path);
  Write(path, std::string(32, 'x'), 0600);
  EXPECT_THAT(std::string(file.Keep().message()), HasSubstr("start again"));
  EXPECT_EQ(Contents(path), std::string(32, 'x'));
}

TEST(PepperFileTest, OneThatOthersMayReadOrThatIsCutIsNotUsed) {
  const TempDir dir;
  const std::string path = dir.Join("pepper");
  const auto expect_no_good = [&](const std::string& bytes, mode_t mode,
                                  const char* why) {
    Write(path, bytes, mode);
    PepperFile file(path);
    EXPECT_NE(file.pepper(), bytes);
    for (const absl::Status& fault : {file.fault(), file.Keep()}) {
      EXPECT_TRUE(absl::IsInvalidArgument(fault));
      EXPECT_THAT(std::string(fault.message()), HasSubstr(why));
    }
    EXPECT_EQ(Contents(path), bytes);
  };
  expect_no_good(std::string(32, 'x'), 0640, "chmod 600");
  for (const size_t size : {0, 31, 33}) {
    expect_no_good(std::string(size, 'x'), 0600, "32 bytes");
  }
  EXPECT_TRUE(
      absl::IsInvalidArgument(PepperFile(dir.Join("no/such/folder")).Keep()));
  EXPECT_TRUE(absl::IsInvalidArgument(PepperFile("").Keep()));
}

class PepperGuardTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(fixture_.Open(), IsOk());
    Start();
    RightsDesk(fixture_.store->committer()).Partner("daily");
  }
  void TearDown() override { fixture_.store->applier().SetListener(nullptr); }

  // As the program does.
  void Start() {
    auto ring = KeyRing::Load(fixture_.store->database());
    ASSERT_THAT(ring, IsOk());
    ring_ = *std::move(ring);
    fixture_.store->applier().SetListener(ring_.get());
    file_.emplace(path_);
    hasher_.emplace(file_->pepper());
    guard_.emplace(*ring_, *file_, fixture_.clock);
  }

  // The name of a new key.
  absl::StatusOr<std::string> Make(
      absl::Duration lives = absl::InfiniteDuration()) {
    KeyWrites keys(fixture_.store->committer(), *hasher_, "live",
                   [this] { return guard_->Keep(); });
    v1::CreateApiKeyRequest request;
    request.set_parent("partners/daily");
    request.mutable_key()->set_display_name("Site");
    if (lives < absl::InfiniteDuration()) {
      *request.mutable_key()->mutable_expire_time() =
          storage::ToTimestamp(fixture_.clock.Now() + lives);
    }
    v1::CreateApiKeyResponse response;
    absl::Status answer;
    keys.CreateApiKey(context_, request, [&](absl::StatusOr<std::string> a) {
      answer = a.status();
      if (a.ok()) response.ParseFromString(*a);
    });
    if (!answer.ok()) return answer;
    return response.key().name();
  }

  void Revoke(const std::string& name) {
    KeyWrites keys(fixture_.store->committer(), *hasher_, "live");
    v1::RevokeApiKeyRequest request;
    request.set_name(name);
    keys.RevokeApiKey(context_, request, [&](absl::StatusOr<std::string> a) {
      EXPECT_THAT(a, IsOk());
    });
  }

  double Unusable() const {
    return guard_->Collect().at(0).metric.at(0).gauge.value;
  }

  storage::StoreFixture fixture_;
  const std::string path_ = fixture_.dir.Join("data.pepper");
  const RequestContext context_{
      .actor = "rights/kim", .actor_given = true, .method = "CreateApiKey"};
  std::unique_ptr<KeyRing> ring_;
  std::optional<PepperFile> file_;
  std::optional<KeyHasher> hasher_;
  std::optional<PepperGuard> guard_;
};

TEST_F(PepperGuardTest, WhoHasNoPartnersNeedsNone) {
  Start();
  EXPECT_EQ(guard_->Trouble(), "");
  EXPECT_EQ(Unusable(), 0);
  EXPECT_FALSE(std::filesystem::exists(path_));
  // A request that is wrong makes none.
  KeyWrites keys(fixture_.store->committer(), *hasher_, "live",
                 [this] { return guard_->Keep(); });
  keys.CreateApiKey(context_, {}, [](const auto& a) { EXPECT_FALSE(a.ok()); });
  EXPECT_FALSE(std::filesystem::exists(path_));
  ASSERT_THAT(Make(), IsOk());
  EXPECT_EQ(Contents(path_), file_->pepper());
}

TEST_F(PepperGuardTest, ALostOneIsSaidUntilNoLiveKeyDependsOnIt) {
  COURANT_ASSERT_OK_AND_ASSIGN(const std::string name, Make());
  ASSERT_THAT(Make(absl::Hours(1)), IsOk());
  std::filesystem::rename(path_, path_ + ".away");
  Start();
  EXPECT_EQ(Unusable(), 2);
  EXPECT_THAT(guard_->Trouble(), HasSubstr("2 live keys"));
  EXPECT_THAT(guard_->Trouble(), HasSubstr("Put back the copy"));
  EXPECT_EQ(ReasonOf(Make().status()), v1::NOT_OFFERED);
  EXPECT_FALSE(std::filesystem::exists(path_));
  // It is put back.
  std::filesystem::rename(path_ + ".away", path_);
  Start();
  EXPECT_EQ(Unusable(), 0);
  EXPECT_EQ(guard_->Trouble(), "");
  // It is lost for good.
  std::filesystem::remove(path_);
  Start();
  Revoke(name);
  EXPECT_EQ(Unusable(), 1);
  fixture_.clock.Advance(absl::Hours(1));
  EXPECT_EQ(Unusable(), 0);
  ASSERT_THAT(Make(), IsOk());
  EXPECT_EQ(Contents(path_), file_->pepper());
  EXPECT_EQ(guard_->Trouble(), "");
}

TEST_F(PepperGuardTest, OneThatCannotBeMadeMakesNoKey) {
  std::filesystem::create_directory(path_);
  const absl::Status refused = Make().status();
  EXPECT_EQ(ReasonOf(refused), v1::NOT_OFFERED);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("auth.pepper_file"));
  EXPECT_EQ(ring_->LiveAt(fixture_.clock.Now()), 0u);
}

}  // namespace
}  // namespace courant
