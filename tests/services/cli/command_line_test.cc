#include "services/cli/command_line.h"

#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/cli/command_table.h"
#include "tests/services/cli/cli_run.h"

namespace courant {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

TEST(CommandLineTest, WithoutACommandThereIsHelp) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{
           {}, {"--help"}, {"-h"}, {"help"}}) {
    const CliResult result = RunCli(words);
    EXPECT_EQ(result.code, kExitOk);
    EXPECT_THAT(result.out, StartsWith("Usage: courant RESOURCE VERB"));
    EXPECT_THAT(result.out, HasSubstr("  article create"));
    EXPECT_THAT(result.err, IsEmpty());
  }
}

TEST(CommandLineTest, AResourceAloneListsItsVerbs) {
  const CliResult result = RunCli({"change"});
  EXPECT_EQ(result.code, kExitOk);
  EXPECT_THAT(result.out, HasSubstr("  change tail"));
  EXPECT_THAT(result.out, Not(HasSubstr("article")));
}

TEST(CommandLineTest, EveryCommandHasHelpWithAnExampleAndCommonOptions) {
  for (const Command& command : AllCommands()) {
    std::vector<std::string> words = absl::StrSplit(CommandName(command), ' ');
    words.push_back("--help");
    const CliResult result = RunCli(words);
    EXPECT_EQ(result.code, kExitOk) << CommandName(command);
    EXPECT_THAT(result.out,
                StartsWith("Usage: courant " + CommandName(command)));
    EXPECT_THAT(result.out, HasSubstr("Example:\n  "));
    EXPECT_THAT(result.out, HasSubstr("-o, --output text|json"));
    EXPECT_THAT(result.out, HasSubstr("--address"));
    EXPECT_EQ(result.out.find("--audience") == std::string::npos,
              command.changes);
    for (const char* option : {"--actor", "--request-id", "--yes"}) {
      EXPECT_EQ(result.out.find(option) != std::string::npos, command.changes)
          << CommandName(command) << " " << option;
    }
  }
}

TEST(CommandLineTest, NoOptionIsNamedTwice) {
  for (const Command& command : AllCommands()) {
    std::vector<Option> options = command.options;
    for (const Option& option : CommonOptions(command)) {
      for (const Option& own : command.options) {
        EXPECT_NE(option.name, own.name) << CommandName(command);
      }
    }
  }
}

struct UsageCase {
  const char* name;
  std::vector<std::string> words;
  const char* message;
};

class BadUsageTest : public testing::TestWithParam<UsageCase> {};

TEST_P(BadUsageTest, IsRefusedWithExitCodeTwo) {
  const CliResult result = RunCli(GetParam().words);
  EXPECT_EQ(result.code, kExitUsage);
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_THAT(result.err, StartsWith("courant: "));
  EXPECT_THAT(result.err, HasSubstr(GetParam().message));
  EXPECT_THAT(result.err, HasSubstr("--help"));
}

INSTANTIATE_TEST_SUITE_P(
    Lines, BadUsageTest,
    testing::ValuesIn<UsageCase>({
        {"UnknownResource", {"artikel", "list"}, "\"artikel list\""},
        {"UnknownVerb", {"article", "eat"}, "\"article eat\""},
        {"UnknownOption", {"article", "list", "--size", "3"}, "--size"},
        {"MissingValue", {"article", "list", "--section"}, "--section"},
        {"MissingName", {"article", "get"}, "NAME"},
        {"SecondName", {"article", "get", "a", "b"}, "b"},
        {"MissingLanguage",
         {"article", "create", "--headline", "x"},
         "--language"},
        {"OptionTwice",
         {"article", "create", "--language", "en", "--language", "ko"},
         "--language"},
        {"UnknownFormat", {"status", "-o", "xml"}, "text, json"},
        {"VerifyWithoutAFolder", {"verify"}, "--data-dir DIR"},
        {"RestoreFromWithoutTo",
         {"backup", "restore", "7", "--backup-dir", "/backups"},
         "--backup-dir goes with --data-dir"},
        {"KillsWithoutAFolder",
         {"backup", "restore", "7", "--without-kills"},
         "--without-kills goes with --data-dir"},
        {"UnknownShell", {"completion", "tcsh"}, "bash, zsh, fish"},
        {"NotUtf8",
         {"article", "create", "--language", "en", "--headline", "\xff"},
         "--headline is not UTF-8"},
        {"BadActor", {"article", "publish", "x", "--actor", "a\nb"}, "--actor"},
        {"LongActor",
         {"article", "publish", "x", "--actor", std::string(129, 'a')},
         "--actor"},
        {"EmptyActor", {"article", "publish", "x", "--actor", ""}, "--actor"},
        {"BadTime", {"article", "list", "--since", "monday"}, "--since"},
        {"BadLimit", {"article", "list", "--limit", "0"}, "--limit"},
        {"BadCount", {"change", "tail", "--count", "many"}, "--count"},
        {"EmptyFrom", {"change", "tail", "--from", ""}, "--from"},
        {"NothingToUpdate", {"article", "update", "x"}, "--headline"},
        {"BodyTwice",
         {"article", "update", "x", "--body", "a", "--body-file", "b"},
         "--body-file"},
        {"BodyFileMissing",
         {"article", "update", "x", "--body-file", "/nowhere/at/all"},
         "/nowhere/at/all"},
        {"BodyFileIsAFolder",
         {"article", "update", "x", "--body-file", "/"},
         "from /"},
        {"MissingAt", {"article", "schedule", "x"}, "--at"},
        {"AtWithoutOffset",
         {"article", "schedule", "x", "--at", "2026-03-02 15:10"},
         "--at: \"2026-03-02 15:10\" does not say its offset"},
        {"BadEmbargo",
         {"article", "publish", "x", "--embargo", "monday"},
         "--embargo"},
        {"BadExpiry",
         {"article", "update", "x", "--expires", "2h"},
         "--expires"},
        {"BadAlias",
         {"article", "update", "x", "--alias", "ninjs"},
         "SYSTEM=ID"},
        {"HalfACorrection",
         {"article", "correct", "x", "--where", "body", "--was", "a", "--note",
          "n"},
         "1, 1 and 0 times"},
        {"NoCorrection", {"article", "correct", "x", "--note", "n"}, "--where"},
        {"CorrectionWithoutANote",
         {"article", "correct", "x", "--where", "body", "--was", "a", "--now",
          "b"},
         "--note"},
        {"MinorCorrection",
         {"article", "correct", "x", "--severity", "minor"},
         "substantive, critical"},
        {"NothingToRefile", {"article", "refile", "x"}, "nothing to repair"},
        {"HoldWithoutReason", {"article", "hold", "x", "--yes"}, "--reason"},
        {"RestoreWithoutReason", {"article", "restore", "x"}, "--reason"},
        {"KillWithoutReason", {"article", "kill", "x", "--yes"}, "--confirm"},
        {"ConfirmWithReason",
         {"article", "kill", "x", "--confirm", "--reason", "r", "--yes"},
         "--reason"},
        {"ReplaceByNothing",
         {"article", "withdraw", "x", "--reason", "r", "--action", "replace"},
         "--replacement"},
        {"ReplacementToRemove",
         {"article", "kill", "x", "--reason", "r", "--action", "remove",
          "--replacement", "y"},
         "--replacement"},
        {"UnknownAudience",
         {"article", "get", "x", "--audience", "partner"},
         "internal, public"},
        {"AudienceOfAWrite",
         {"article", "publish", "x", "--audience", "public"},
         "--audience"},
        {"BadMap", {"import", "--map", "headline", "a.csv"}, "FIELD=COLUMN"},
    }),
    [](const auto& info) { return info.param.name; });

TEST(CommandLineTest, AnUnreachableServerIsNamedAndHowToStartOne) {
  const CliResult result = RunCli({"status"});
  EXPECT_EQ(result.code, kExitFailed);
  EXPECT_THAT(result.err, HasSubstr("no server answers at 127.0.0.1:1"));
  EXPECT_THAT(result.err, HasSubstr("courantd"));
  EXPECT_THAT(result.err, HasSubstr("COURANT_ADDRESS"));
}

TEST(CommandLineTest, TheAddressOptionComesBeforeTheDefault) {
  const CliResult result = RunCli({"status", "--address", "127.0.0.1:2"});
  EXPECT_THAT(result.err, HasSubstr("127.0.0.1:2"));
}

}  // namespace
}  // namespace courant
