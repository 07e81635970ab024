#include <array>
#include <cstdio>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/cli/command_table.h"
#include "services/cli/completion_command.h"
#include "tests/services/cli/cli_run.h"
#include "tests/testing/temp_dir.h"

namespace courant {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// What `command` prints.
std::string OutputOf(const std::string& command) {
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return "popen failed";
  std::string text;
  std::array<char, 4096> block;
  while (fgets(block.data(), block.size(), pipe) != nullptr) {
    text += block.data();
  }
  pclose(pipe);
  return text;
}

class BashCompletionTest : public testing::Test {
 protected:
  void SetUp() override {
    std::ofstream(dir_.Join("script"))
        << CompletionScript("bash", AllCommands());
  }

  // What bash offers for the last of `words`, quoted for a shell.
  std::string Offered(const std::string& words) {
    std::ofstream(dir_.Join("ask"))
        << "source " << dir_.Join("script") << "\nCOMP_WORDS=(courant " << words
        << ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_courant\n"
        << "echo \"${COMPREPLY[*]}\"\n";
    return OutputOf("bash --norc " + dir_.Join("ask") + " 2>&1");
  }

  TempDir dir_;
};

TEST_F(BashCompletionTest, OffersResourcesVerbsOptionsAndValues) {
  EXPECT_EQ(Offered("''"),
            "article change subscription partner translation backup audit "
            "verify import status health completion\n");
  EXPECT_EQ(Offered("ch"), "change\n");
  EXPECT_EQ(Offered("change ''"), "list tail get\n");
  EXPECT_EQ(Offered("article cr"), "create\n");
  EXPECT_EQ(Offered("article create --head"), "--headline\n");
  EXPECT_EQ(Offered("change tail --co"), "--count\n");
  EXPECT_EQ(Offered("change tail -o ''"), "text json\n");
  EXPECT_EQ(Offered("import --format c"), "csv\n");
  EXPECT_EQ(Offered("partner no"), "notices\n");
  EXPECT_EQ(Offered("partner notices daily --op"), "--open\n");
  EXPECT_EQ(Offered("partner exposure ferries --c"), "--csv\n");
  EXPECT_EQ(Offered("verify --data"), "--data-dir\n");
  EXPECT_EQ(Offered("audit verify --data"), "\n");
  EXPECT_EQ(Offered("completion z"), "zsh\n");
}

TEST_F(BashCompletionTest, LeavesTextAndFilesToTheShell) {
  EXPECT_EQ(Offered("article create --headline ''"), "\n");
  EXPECT_EQ(Offered("import wire"), "\n");
}

TEST(CompletionTest, EveryCommandAndOptionIsInEveryScript) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const std::string script = CompletionScript(shell, AllCommands());
    for (const Command& command : AllCommands()) {
      EXPECT_THAT(script, HasSubstr(command.verb));
      for (const Option& option : command.options) {
        EXPECT_THAT(script, HasSubstr(option.name)) << shell;
      }
    }
  }
}

TEST(CompletionTest, QuotesInHelpDoNotEndAWordOfFish) {
  Command command;
  command.verb = "x";
  command.options = {{"a", "A", "It's a \\ test"}};
  EXPECT_THAT(CompletionScript("fish", {command}),
              HasSubstr("-d 'It\\'s a \\\\ test'\n"));
}

TEST(CompletionTest, FishDoesNotTakeAVerbForACommandOfOneWord) {
  Command verb;
  verb.resource = "backup";
  verb.verb = "verify";
  Command word;
  word.verb = "verify";
  word.options = {{"data-dir", "DIR", "A folder"}};
  EXPECT_THAT(CompletionScript("fish", {verb, word}),
              HasSubstr("-n '__fish_seen_subcommand_from verify; and not "
                        "__fish_seen_subcommand_from backup' -l data-dir"));
}

TEST(CompletionTest, TheCommandPrintsTheScript) {
  EXPECT_EQ(RunCli({"completion", "bash"}).out,
            CompletionScript("bash", AllCommands()));
  EXPECT_THAT(RunCli({"completion", "zsh"}).out,
              StartsWith("#compdef courant"));
  EXPECT_THAT(RunCli({"completion", "fish"}).out, Not(HasSubstr("_courant()")));
}

}  // namespace
}  // namespace courant
