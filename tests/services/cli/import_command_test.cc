#include <atomic>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "storage/base/mutex.h"
#include "storage/errors/reason.h"
#include "tests/services/cli/canned_server.h"
#include "tests/services/cli/cli_run.h"
#include "tests/testing/temp_dir.h"

namespace courant {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

// Keeps articles by id, as far as an import needs it. Thread-safe.
class ArticleShelf {
 public:
  CannedAnswers Answers() {
    CannedAnswers answers;
    answers.create_article = [this](const auto& request) {
      return Create(request);
    };
    answers.get_article = [this](const auto& request) {
      return Get(request.name());
    };
    answers.update_article = [this](const auto& request) {
      return Update(request);
    };
    return answers;
  }

  std::map<std::string, v1::Article> articles() {
    MutexLock lock(mu_);
    return articles_;
  }

  // Headlines in the order in which their articles were made.
  std::vector<std::string> order() {
    MutexLock lock(mu_);
    return order_;
  }

  // Has somebody else change an article before each of the next `times`
  // updates.
  void InterruptUpdates(int times) {
    MutexLock lock(mu_);
    interrupt_ = times;
  }

  // Makes every later call answer `status`.
  void Break(absl::Status status) {
    MutexLock lock(mu_);
    broken_ = std::move(status);
  }

 private:
  absl::StatusOr<v1::Article> Create(const v1::CreateArticleRequest& request) {
    MutexLock lock(mu_);
    if (!broken_.ok()) return broken_;
    const std::string name = absl::StrCat("articles/", request.article_id());
    if (request.article().headline().value() == "Bad") {
      return InvalidField("article.headline", "is bad");
    }
    // The same attempt again gives the first answer again.
    const std::string& id = request.request_id();
    if (!id.empty() && attempts_.count(id) > 0) return articles_[name];
    attempts_.insert(id);
    if (articles_.count(name) > 0) {
      return MakeError(v1::RESOURCE_EXISTS, "there is one already",
                       {{"resource", name}});
    }
    v1::Article article = request.article();
    article.set_name(name);
    article.set_etag("1");
    order_.push_back(article.headline().value());
    return articles_[name] = article;
  }

  absl::StatusOr<v1::Article> Get(const std::string& name) {
    MutexLock lock(mu_);
    if (articles_.count(name) == 0) return absl::NotFoundError(name);
    return articles_[name];
  }

  absl::StatusOr<v1::Article> Update(const v1::UpdateArticleRequest& request) {
    MutexLock lock(mu_);
    v1::Article& article = articles_[request.article().name()];
    if (interrupt_ > 0) {
      --interrupt_;
      article.set_etag(absl::StrCat(article.etag(), "x"));
    }
    if (request.article().etag() != article.etag()) {
      return MakeError(v1::ETAG_MISMATCH, "was changed");
    }
    *article.mutable_headline() = request.article().headline();
    *article.mutable_provenance() = request.article().provenance();
    return article;
  }

  Mutex mu_;
  int interrupt_ ABSL_GUARDED_BY(mu_) = 0;
  std::map<std::string, v1::Article> articles_ ABSL_GUARDED_BY(mu_);
  std::vector<std::string> order_ ABSL_GUARDED_BY(mu_);
  std::set<std::string> attempts_ ABSL_GUARDED_BY(mu_);
  absl::Status broken_ ABSL_GUARDED_BY(mu_);
};

class ImportCommandTest : public testing::Test {
 protected:
  // Writes a CSV file with a row for each title; returns its path.
  std::string WriteCsv(const std::string& name,
                       const std::vector<std::string>& titles,
                       const std::string& text = "A paragraph.") {
    std::ofstream file(dir_.Join(name));
    file << "url,date,title,text\n";
    for (size_t i = 0; i < titles.size(); ++i) {
      file << "https://wire.example/" << i << ",2026-11-23," << titles[i] << ","
           << text << "\n";
    }
    return dir_.Join(name);
  }

  // So many titles, in the order in which they are to be reported.
  static std::vector<std::string> Titles(int count) {
    std::vector<std::string> titles;
    titles.reserve(count);
    for (int i = 0; i < count; ++i) {
      titles.push_back(absl::StrCat("Title ", 1000 + i));
    }
    return titles;
  }

  TempDir dir_;
  ArticleShelf shelf_;
};

TEST_F(ImportCommandTest, ReportsItemsInTheirOrderAndTheSum) {
  CannedServer server(shelf_.Answers());
  const std::vector<std::string> titles = Titles(171);
  const CliResult result =
      RunCliAt(server.address(), {"import", WriteCsv("wire.csv", titles)});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  const std::vector<std::string> lines = LinesOf(result.out);
  ASSERT_THAT(lines, SizeIs(172));
  for (size_t i = 0; i < titles.size(); ++i) {
    EXPECT_THAT(lines[i], AllOf(StartsWith("new            articles/"),
                                testing::EndsWith("  " + titles[i])));
  }
  EXPECT_THAT(lines.back(), StartsWith("171 new, 0 already there, 0 refused"));
  EXPECT_THAT(shelf_.articles(), SizeIs(171));
  // The log has them in the order of the file.
  EXPECT_EQ(shelf_.order(), titles);
}

TEST_F(ImportCommandTest, ASecondImportAddsNothing) {
  CannedServer server(shelf_.Answers());
  const std::string path = WriteCsv("wire.csv", Titles(20));
  RunCliAt(server.address(), {"import", path});
  const CliResult result = RunCliAt(server.address(), {"import", path});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_THAT(LinesOf(result.out).back(),
              StartsWith("0 new, 20 already there, 0 refused"));
  EXPECT_THAT(shelf_.articles(), SizeIs(20));
}

TEST_F(ImportCommandTest, SaysWhatHasChangedInTheSource) {
  CannedServer server(shelf_.Answers());
  RunCliAt(server.address(), {"import", WriteCsv("wire.csv", {"One", "Two"})});
  const CliResult result = RunCliAt(
      server.address(),
      {"import", WriteCsv("wire.csv", {"One", "Two"}, "Another text.")});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_THAT(LinesOf(result.out).back(),
              AllOf(StartsWith("0 new, 2 already there, 0 refused"),
                    HasSubstr("2 changed in the source since")));
}

// An item of ninjs, as it is in `version`.
std::string VersionOf(const TempDir& dir, const std::string& version) {
  const std::string path = dir.Join(absl::StrCat(version, ".json"));
  std::ofstream(path) << R"({"uri":"https://a.example/1","language":"en",)"
                      << R"("version":")" << version << R"(","headlines":)"
                      << R"([{"value":"Version )" << version << R"("}],)"
                      << R"("bodies":[{"value":"Text."}]})"
                      << "\n";
  return path;
}

TEST_F(ImportCommandTest, ANewerVersionUpdatesAndAnOlderIsStale) {
  CannedServer server(shelf_.Answers());
  const auto import = [&](const char* version) {
    const CliResult result =
        RunCliAt(server.address(), {"import", VersionOf(dir_, version)});
    EXPECT_EQ(result.code, kExitOk) << result.err;
    return LinesOf(result.out);
  };
  import("9");
  std::vector<std::string> lines = import("10");
  EXPECT_THAT(lines.front(), StartsWith("updated        articles/"));
  EXPECT_THAT(lines.back(),
              StartsWith("0 new, 0 already there, 0 refused; 1 updated"));
  lines = import("9");
  EXPECT_THAT(lines.front(), StartsWith("stale          articles/"));
  EXPECT_THAT(lines.back(),
              StartsWith("0 new, 1 already there, 0 refused; 1 stale"));
  ASSERT_THAT(shelf_.articles(), SizeIs(1));
  EXPECT_EQ(shelf_.articles().begin()->second.headline().value(), "Version 10");
}

TEST_F(ImportCommandTest, AnUpdateIsTriedAnewWhenOthersWereFaster) {
  CannedServer server(shelf_.Answers());
  RunCliAt(server.address(), {"import", VersionOf(dir_, "1")});
  shelf_.InterruptUpdates(2);
  EXPECT_THAT(RunCliAt(server.address(), {"import", VersionOf(dir_, "2")}).out,
              HasSubstr("1 updated"));
  shelf_.InterruptUpdates(99);
  const CliResult result =
      RunCliAt(server.address(), {"import", VersionOf(dir_, "3")});
  EXPECT_EQ(result.code, kExitFailed);
  EXPECT_THAT(result.err, HasSubstr("[ETAG_MISMATCH]"));
  EXPECT_THAT(result.out, HasSubstr("1 refused"));
}

TEST_F(ImportCommandTest, ARowThatComesTwiceIsImportedOnce) {
  const std::string path = dir_.Join("twice.csv");
  std::ofstream(path) << "url,date,title,text\n"
                         "https://wire.example/1,2026-11-23,One,Text.\n"
                         "https://wire.example/1,2026-11-23,One,Text.\n";
  CannedServer server(shelf_.Answers());
  const CliResult result = RunCliAt(server.address(), {"import", path});
  EXPECT_THAT(LinesOf(result.out).back(),
              StartsWith("1 new, 1 already there, 0 refused"));
}

TEST_F(ImportCommandTest, RefusedRowsAreNamedAndTheOthersGoOn) {
  CannedServer server(shelf_.Answers());
  const std::string path = WriteCsv("wire.csv", {"One", "Bad", "Three"});
  const CliResult result = RunCliAt(server.address(), {"import", path});
  EXPECT_EQ(result.code, kExitFailed);
  EXPECT_THAT(LinesOf(result.out).back(),
              StartsWith("2 new, 0 already there, 1 refused"));
  EXPECT_THAT(result.err,
              StartsWith(absl::StrCat("courant: ", path,
                                      ":3: article.headline: is bad "
                                      "[FIELD_INVALID]\n")));
}

TEST_F(ImportCommandTest, AFileThatIsNotThereIsNamedAndTheOthersGoOn) {
  CannedServer server(shelf_.Answers());
  const CliResult result = RunCliAt(
      server.address(),
      {"import", dir_.Join("none.csv"), WriteCsv("wire.csv", {"One"})});
  EXPECT_EQ(result.code, kExitFailed);
  EXPECT_THAT(result.err, HasSubstr("none.csv: cannot be read"));
  EXPECT_THAT(LinesOf(result.out).back(),
              StartsWith("1 new, 0 already there, 1 refused"));
}

TEST_F(ImportCommandTest, AServerThatGoesAwayStopsIt) {
  CannedServer server(shelf_.Answers());
  shelf_.Break(MakeError(v1::STORAGE_FULL, "no room"));
  const CliResult result =
      RunCliAt(server.address(), {"import", WriteCsv("wire.csv", Titles(99))});
  EXPECT_EQ(result.code, kExitFailed);
  EXPECT_THAT(result.err, AllOf(HasSubstr("no room [STORAGE_FULL]"),
                                HasSubstr("run the same command again")));
  EXPECT_THAT(LinesOf(result.out).back(),
              StartsWith("0 new, 0 already there, 0 refused"));
}

TEST_F(ImportCommandTest, JsonIsTheArticleAsItIsOnTheServer) {
  CannedServer server(shelf_.Answers());
  const CliResult result =
      RunCliAt(server.address(),
               {"import", "-o", "json", WriteCsv("wire.csv", {"One", "Two"})});
  const std::vector<std::string> lines = LinesOf(result.out);
  ASSERT_THAT(lines, SizeIs(2));
  v1::Article article;
  ASSERT_TRUE(
      google::protobuf::util::JsonStringToMessage(lines[0], &article).ok());
  EXPECT_THAT(article.name(), StartsWith("articles/"));
  EXPECT_EQ(article.headline().value(), "One");
  EXPECT_THAT(result.err, StartsWith("2 new, 0 already there, 0 refused"));
}

TEST_F(ImportCommandTest, ADryRunNeedsNoServer) {
  const CliResult result =
      RunCli({"import", "--dry-run", WriteCsv("wire.csv", {"One", "Two"})});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_THAT(result.out, HasSubstr("One\n"));
  EXPECT_THAT(LinesOf(result.out).back(),
              StartsWith("2 would be imported, 0 refused"));
}

TEST_F(ImportCommandTest, ADryRunAsJsonCanBeImported) {
  const CliResult dry = RunCli({"import", "--dry-run", "-o", "json",
                                WriteCsv("wire.csv", {"One", "Two"})});
  ASSERT_THAT(LinesOf(dry.out), SizeIs(2));
  std::ofstream(dir_.Join("wire.jsonl")) << dry.out;
  CannedServer server(shelf_.Answers());
  const CliResult result =
      RunCliAt(server.address(), {"import", dir_.Join("wire.jsonl")});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_THAT(LinesOf(result.out).back(),
              StartsWith("2 new, 0 already there, 0 refused"));
}

TEST_F(ImportCommandTest, OptionsReachTheImporter) {
  const std::string path = dir_.Join("odd.csv");
  std::ofstream(path) << "Schlagzeile,text\nEins,Ein Absatz.\n";
  CannedServer server(shelf_.Answers());
  const CliResult result =
      RunCliAt(server.address(), {"import", path, "--format", "csv", "--map",
                                  "headline=Schlagzeile", "--language", "de",
                                  "--section", "news", "--copyright", "© D"});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  ASSERT_THAT(shelf_.articles(), SizeIs(1));
  const v1::Article article = shelf_.articles().begin()->second;
  EXPECT_EQ(article.headline().value(), "Eins");
  EXPECT_EQ(article.language(), "de");
  EXPECT_EQ(article.sections(0).code(), "news");
  EXPECT_EQ(article.rights().copyright_notice(), "© D");
}

TEST_F(ImportCommandTest, AScreenSeesProgressAndAFileDoesNot) {
  CannedServer server(shelf_.Answers());
  CliSetting setting;
  setting.address = server.address();
  setting.err_terminal = Terminal::Screen(80, Terminal::Colour::kOff);
  EXPECT_THAT(RunCli({"import", WriteCsv("a.csv", Titles(9))}, setting).err,
              AllOf(HasSubstr("[#"), HasSubstr("new, ")));
  EXPECT_THAT(
      RunCliAt(server.address(), {"import", WriteCsv("b.csv", Titles(9))}).err,
      IsEmpty());
}

TEST_F(ImportCommandTest, AStopEndsItEarlyAndSaysHowToGoOn) {
  CannedServer server(shelf_.Answers());
  StopSource stop;
  CliSetting setting;
  setting.address = server.address();
  setting.stop = &stop;
  // Before it begins: what is under way is finished, the rest is not sent.
  stop.Request();
  const CliResult result =
      RunCli({"import", WriteCsv("wire.csv", Titles(400))}, setting);
  EXPECT_EQ(result.code, kExitFailed);
  EXPECT_THAT(result.err, HasSubstr("the import was stopped"));
  EXPECT_LT(shelf_.articles().size(), 400u);
}

}  // namespace
}  // namespace courant
