// courant translation edit: a person, an editor, a lease and a server that may
// refuse.

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/cli/segment_sheet.h"
#include "services/cli/text_editor.h"
#include "storage/errors/reason.h"
#include "tests/services/cli/canned_server.h"
#include "tests/services/cli/cli_run.h"
#include "tests/services/cli/kept.h"
#include "tests/services/cli/sample_translation.h"
#include "tests/testing/temp_dir.h"

namespace courant {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string FileText(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

// A desk of one translation that remembers what it was asked.
class Desk {
 public:
  CannedAnswers Answers() {
    CannedAnswers answers;
    answers.get_translation = [this](const auto&) { return Now(); };
    answers.claim_translation = [this](const auto& request) {
      claims.Set(request);
      MutexLock lock(mu_);
      v1::Lease& lease = *translation_.mutable_task()->mutable_lease();
      lease.set_holder("desk/test");
      lease.set_fencing_token(8);
      return translation_;
    };
    answers.renew_translation_lease = [this](const auto& request) {
      renewals.Set(request);
      return Now();
    };
    answers.batch_update_segments = [this](const auto& request) {
      batches.Set(request);
      return Write(request);
    };
    return answers;
  }

  v1::Translation Now() const {
    MutexLock lock(mu_);
    return translation_;
  }

  void Set(const v1::Translation& translation) {
    MutexLock lock(mu_);
    translation_ = translation;
  }

  // From the batch number `batch` on, writes are answered so.
  void RefuseFrom(int batch, const absl::Status& error) {
    MutexLock lock(mu_);
    refuse_from_ = batch;
    error_ = error;
  }

  Kept<v1::ClaimTranslationRequest> claims;
  Kept<v1::RenewTranslationLeaseRequest> renewals;
  Kept<v1::BatchUpdateSegmentsRequest> batches;

 private:
  absl::StatusOr<v1::Translation> Write(
      const v1::BatchUpdateSegmentsRequest& request) {
    MutexLock lock(mu_);
    if (batches.count() >= refuse_from_) return error_;
    for (const v1::SegmentUpdate& update : request.updates()) {
      for (v1::Segment& segment :
           *translation_.mutable_content()->mutable_segments()) {
        if (segment.id() != update.segment()) continue;
        *segment.mutable_target() = update.target();
        segment.set_state(v1::Segment::TRANSLATED);
        segment.set_version(segment.version() + 1000);
      }
    }
    translation_.set_revision(translation_.revision() + 1);
    return translation_;
  }

  mutable Mutex mu_;
  v1::Translation translation_ ABSL_GUARDED_BY(mu_) = SampleTranslation();
  int refuse_from_ ABSL_GUARDED_BY(mu_) = 1000;
  absl::Status error_ ABSL_GUARDED_BY(mu_);
};

class TranslationEditTest : public testing::Test {
 protected:
  // An editor that runs the shell commands `script` with the file in $1.
  std::string Editor(const std::string& script) {
    std::ofstream(dir_.Join("editor")) << script << "\n";
    return absl::StrCat("sh ", dir_.Join("editor"));
  }

  CliResult Edit(const std::string& script,
                 const std::vector<std::string>& more = {}) {
    CliSetting setting;
    setting.address = server_.address();
    setting.editor = Editor(script);
    setting.edit_folder = files_.path();
    std::vector<std::string> words = {"translation", "edit", "talks/en"};
    words.insert(words.end(), more.begin(), more.end());
    return RunCli(words, setting);
  }

  // What is left in the folder of edited files.
  std::vector<std::string> Left() const {
    std::vector<std::string> paths;
    for (const auto& file :
         std::filesystem::directory_iterator(files_.path())) {
      paths.push_back(file.path());
    }
    return paths;
  }

  // The one file that must be left, which `result` names with its way back.
  std::string Kept(const CliResult& result) const {
    const std::vector<std::string> left = Left();
    EXPECT_THAT(left, SizeIs(1));
    if (left.size() != 1) return "";
    EXPECT_EQ(result.code, kExitFailed);
    EXPECT_THAT(
        result.err,
        AllOf(HasSubstr(absl::StrCat("your text is in ", left[0])),
              HasSubstr(absl::StrCat(
                  "courant translation edit talks/en --file ", left[0]))));
    return left[0];
  }

  TempDir dir_;
  TempDir files_;
  Desk desk_;
  CannedServer server_{desk_.Answers()};
};

constexpr char kCollapse[] = "sed -i s/corruption/collapse/ \"$1\"";

TEST_F(TranslationEditTest, SendsWhatWasChangedAndNothingElse) {
  const CliResult result = Edit(kCollapse);
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_EQ(result.out,
            "articles/talks/translations/en  TRANSLATING  revision 5  change "
            "20  token 7  until 2026-03-02T06:10:00Z\n");
  ASSERT_EQ(desk_.batches.count(), 1);
  const v1::BatchUpdateSegmentsRequest batch = desk_.batches.Get();
  EXPECT_EQ(batch.name(), "articles/talks/translations/en");
  EXPECT_EQ(batch.fencing_token(), 7);
  ASSERT_EQ(batch.updates_size(), 1);
  EXPECT_EQ(batch.updates(0).target().text(),
            "The minister spoke of collapse. ");
  EXPECT_EQ(batch.updates(0).version(), 11u);
  // The lease was the actor's already.
  EXPECT_EQ(desk_.claims.count(), 0);
  EXPECT_EQ(desk_.renewals.Get().fencing_token(), 7);
  EXPECT_THAT(Left(), IsEmpty());
}

TEST_F(TranslationEditTest, ClaimsWhatNobodyHasAndSaysSo) {
  v1::Translation free = SampleTranslation();
  free.mutable_task()->clear_lease();
  free.mutable_task()->set_state(v1::TranslationTask::REQUESTED);
  desk_.Set(free);
  const CliResult result = Edit(kCollapse, {"--lease", "2h"});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_EQ(desk_.claims.Get().role(), v1::Lease::TRANSLATE);
  EXPECT_EQ(desk_.claims.Get().lease_seconds(), 7200);
  EXPECT_EQ(desk_.batches.Get().fencing_token(), 8);
  EXPECT_THAT(result.err, AllOf(HasSubstr("you have articles/talks"),
                                HasSubstr("with the token 8")));
}

TEST_F(TranslationEditTest, ATokenIsShownAsGiven) {
  const CliResult result = Edit(kCollapse, {"--token", "9"});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_EQ(desk_.renewals.Get().fencing_token(), 9);
  EXPECT_EQ(desk_.batches.Get().fencing_token(), 9);
}

TEST_F(TranslationEditTest, NothingChangedIsNothingSent) {
  const CliResult result = Edit("true");
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_THAT(result.err, HasSubstr("nothing was changed"));
  EXPECT_EQ(desk_.batches.count(), 0);
  EXPECT_THAT(Left(), IsEmpty());
}

TEST_F(TranslationEditTest, SurvivesWhatEditorsDo) {
  const CliResult result = Edit(
      "sed -i -e s/corruption/collapse/ -e 's/$/\\r/' \"$1\"; "
      "printf '\\n\\n' >> \"$1\"");
  EXPECT_EQ(result.code, kExitOk) << result.err;
  ASSERT_EQ(desk_.batches.Get().updates_size(), 1);
  EXPECT_EQ(desk_.batches.Get().updates(0).target().text(),
            "The minister spoke of collapse. ");
}

TEST_F(TranslationEditTest, AnEditorThatWritesANewFileIsReadToo) {
  const CliResult result = Edit(
      "sed s/corruption/collapse/ \"$1\" > \"$1\".new && mv \"$1\".new \"$1\"");
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_EQ(desk_.batches.count(), 1);
}

TEST_F(TranslationEditTest, TheSheetIsForItsOwnerAlone) {
  const CliResult result =
      Edit("stat -c %a \"$1\" > " + dir_.Join("mode") + "; false");
  EXPECT_EQ(result.code, kExitFailed);
  EXPECT_EQ(FileText(dir_.Join("mode")), "600\n");
}

TEST_F(TranslationEditTest, WhatTheServerRefusesStaysInTheFile) {
  for (const auto& [error, words] :
       {std::pair(MakeError(v1::SESSION_FENCED, "the lease has ended"),
                  "courant translation claim talks/en"),
        std::pair(MakeError(v1::ETAG_MISMATCH, "somebody has written",
                            {{"segment", "body/p1.1"}}),
                  "segment: body/p1.1"),
        std::pair(MakeError(v1::SOURCE_KILLED, "the source was killed"),
                  "discard every copy")}) {
    desk_.RefuseFrom(0, error);
    const CliResult result = Edit(kCollapse);
    const std::string path = Kept(result);
    EXPECT_THAT(result.err, HasSubstr(words));
    EXPECT_THAT(FileText(path), HasSubstr("⟦1⟧collapse⟦/1⟧"));
    std::filesystem::remove(path);
  }
}

TEST_F(TranslationEditTest, TheFileIsSentAgain) {
  desk_.RefuseFrom(0, MakeError(v1::SESSION_FENCED, "the lease has ended"));
  const std::string path = Kept(Edit(kCollapse));
  desk_.RefuseFrom(1000, absl::OkStatus());
  // No editor: it must not be asked.
  const CliResult result = Edit("false", {"--file", path});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_EQ(desk_.Now().content().segments(1).target().text(),
            "The minister spoke of collapse. ");
  // And once more, which changes nothing.
  const int before = desk_.batches.count();
  EXPECT_EQ(Edit("false", {"--file", path}).code, kExitOk);
  EXPECT_EQ(desk_.batches.count(), before);
  // A file that the user named is the user's.
  EXPECT_TRUE(std::filesystem::exists(path));
}

TEST_F(TranslationEditTest, AServerThatWentAwayTakesNothingAlong) {
  CliSetting setting;
  setting.address = server_.address();
  setting.edit_folder = files_.path();
  // The editor ends when the test has stopped the server, by way of two pipes.
  const std::string go = dir_.Join("go");
  const std::string went = dir_.Join("went");
  ASSERT_EQ(std::system(absl::StrCat("mkfifo ", go, " ", went).c_str()), 0);
  setting.editor = Editor(
      absl::StrCat(kCollapse, "; echo > ", go, "; cat ", went, " > /dev/null"));
  CliResult result;
  std::thread run([&] {
    result = RunCli({"translation", "edit", "talks/en"}, setting);
  });
  FileText(go);
  server_.Stop();
  std::ofstream(went) << "\n";
  run.join();
  const std::string path = Kept(result);
  EXPECT_THAT(result.err, HasSubstr("no server answers"));
  EXPECT_THAT(FileText(path), HasSubstr("⟦1⟧collapse⟦/1⟧"));
  server_.Start();
  EXPECT_EQ(Edit("false", {"--file", path}).code, kExitOk);
  EXPECT_EQ(desk_.batches.count(), 1);
}

TEST_F(TranslationEditTest, ABrokenFileStaysAndItsLineIsNamed) {
  const CliResult result = Edit("sed -i '/^<<<<< headline.1/d' \"$1\"");
  const std::string path = Kept(result);
  EXPECT_THAT(result.err, AllOf(HasSubstr(absl::StrCat(path, ": line ")),
                                HasSubstr("headline.1 of line ")));
  EXPECT_EQ(desk_.batches.count(), 0);
}

TEST_F(TranslationEditTest, AnEditorThatFailsSendsNothingAndLosesNothing) {
  const CliResult changed = Edit(absl::StrCat(kCollapse, "; exit 3"));
  EXPECT_THAT(changed.err, HasSubstr("ended with code 3"));
  std::filesystem::remove(Kept(changed));
  const CliResult untouched = Edit("exit 3");
  EXPECT_EQ(untouched.code, kExitFailed);
  EXPECT_THAT(Left(), IsEmpty());
  StopSource stop;
  EXPECT_THAT(RunEditor("kill -9 $$; :", "x", stop).message(),
              HasSubstr("ended by signal 9"));
  EXPECT_EQ(desk_.batches.count(), 0);
}

TEST_F(TranslationEditTest, ManySegmentsGoInBatches) {
  v1::Translation long_one = SampleTranslation();
  v1::TranslationContent& content = *long_one.mutable_content();
  content.clear_segments();
  for (int i = 0; i < 450; ++i) {
    v1::Segment& segment = *content.add_segments();
    segment.set_id(absl::StrCat("body/p", i, ".1"));
    segment.mutable_target()->set_text("old");
    segment.set_state(v1::Segment::TRANSLATED);
    segment.set_version(i + 1);
  }
  desk_.Set(long_one);
  desk_.RefuseFrom(3, MakeError(v1::SESSION_FENCED, "the lease has ended"));
  const CliResult refused = Edit("sed -i 's/^old$/new/' \"$1\"");
  const std::string path = Kept(refused);
  EXPECT_THAT(refused.err, HasSubstr("the first 400 of 450"));
  EXPECT_EQ(desk_.batches.count(), 3);
  EXPECT_EQ(desk_.batches.Get().updates_size(), 50);
  desk_.RefuseFrom(1000, absl::OkStatus());
  EXPECT_EQ(Edit("false", {"--file", path}).code, kExitOk);
  EXPECT_EQ(desk_.batches.count(), 4);
  EXPECT_EQ(desk_.batches.Get().updates_size(), 50);  // What was left.
}

TEST_F(TranslationEditTest, OverwritingIsSaid) {
  desk_.RefuseFrom(0, MakeError(v1::ETAG_MISMATCH, "somebody has written"));
  const std::string path = Kept(Edit(kCollapse));
  desk_.RefuseFrom(1000, absl::OkStatus());
  EXPECT_EQ(Edit("false", {"--file", path, "--overwrite"}).code, kExitOk);
  EXPECT_EQ(desk_.batches.Get().updates(0).version(), 0u);
}

TEST_F(TranslationEditTest, AFileOfAnotherTranslationIsRefused) {
  v1::Translation other = SampleTranslation();
  other.set_name("articles/talks/translations/fr");
  std::ofstream(dir_.Join("fr.txt")) << WriteSheet(other);
  const CliResult result = Edit("false", {"--file", dir_.Join("fr.txt")});
  EXPECT_EQ(result.code, kExitFailed);
  EXPECT_THAT(result.err, HasSubstr("line 1: the file is of"));
  EXPECT_THAT(Edit("false", {"--file", dir_.Join("none")}).err,
              HasSubstr("cannot be read"));
  EXPECT_THAT(Edit("false", {"--file", dir_.path()}).err,
              HasSubstr("cannot be read"));
  EXPECT_EQ(desk_.batches.count(), 0);
}

TEST_F(TranslationEditTest, WhatIsKilledWhileItIsEditedIsSaidToBe) {
  // Nothing is left of its texts when the editor is closed.
  v1::Translation killed = Brief();
  killed.set_freshness(v1::Translation::SOURCE_KILLED);
  CannedAnswers answers = desk_.Answers();
  std::atomic<int> gets = 0;
  answers.get_translation = [&](const auto&) {
    return ++gets <= 2 ? SampleTranslation() : killed;
  };
  answers.renew_translation_lease = [&](const auto&) {
    if (gets <= 1) return absl::StatusOr<v1::Translation>(SampleTranslation());
    return absl::StatusOr<v1::Translation>(
        MakeError(v1::SOURCE_KILLED, "the source was killed"));
  };
  CannedServer server(std::move(answers));
  CliSetting setting;
  setting.address = server.address();
  setting.editor = Editor(kCollapse);
  setting.edit_folder = files_.path();
  const CliResult result = RunCli({"translation", "edit", "talks/en"}, setting);
  EXPECT_THAT(result.err, AllOf(HasSubstr("[SOURCE_KILLED]"),
                                HasSubstr("discard every copy")));
  EXPECT_THAT(FileText(Kept(result)), HasSubstr("⟦1⟧collapse⟦/1⟧"));
}

TEST_F(TranslationEditTest, SomebodyElsesWorkIsNotEdited) {
  CannedAnswers answers = desk_.Answers();
  answers.claim_translation = [](const auto&) {
    return absl::StatusOr<v1::Translation>(
        MakeError(v1::LEASE_HELD, "desk/test has it"));
  };
  CannedServer server(std::move(answers));
  CliSetting setting;
  setting.address = server.address();
  setting.editor = Editor("touch " + dir_.Join("opened"));
  setting.edit_folder = files_.path();
  const CliResult result = RunCli(
      {"translation", "edit", "talks/en", "--actor", "desk/lee"}, setting);
  EXPECT_EQ(result.code, kExitFailed);
  EXPECT_THAT(result.err, HasSubstr("[LEASE_HELD]"));
  EXPECT_FALSE(std::filesystem::exists(dir_.Join("opened")));
  EXPECT_THAT(Left(), IsEmpty());
}

}  // namespace
}  // namespace courant
