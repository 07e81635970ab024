#include "services/config/yaml_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace courant {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// One line for a setting: place, form, key and text.
std::string Describe(const Setting& setting) {
  constexpr const char* kForms[] = {"argument", "plain",   "quoted",
                                    "nothing",  "section", "list"};
  return absl::StrCat(setting.place, " ",
                      kForms[static_cast<int>(setting.form)], " ", setting.key,
                      "=", setting.text);
}

std::vector<std::string> MustRead(absl::string_view text) {
  std::vector<std::string> errors;
  std::vector<std::string> lines;
  for (const Setting& setting : ReadYaml(text, "f", errors)) {
    lines.push_back(Describe(setting));
  }
  EXPECT_THAT(errors, IsEmpty()) << text;
  return lines;
}

TEST(YamlReaderTest, SettingsComeInTheOrderOfTheTextWithTheirForms) {
  EXPECT_THAT(
      MustRead("a: 1\nb:\n  c: \"x # y\"  # z\n  d:\n"
               "  e: [1, {f: 2}]\n  g: {h: 'i''j'}\nk: ~\n"),
      ElementsAre("f:1:1 plain a=1",
                  "f:2:1 section b=", "f:3:3 quoted b.c=x # y",
                  "f:4:3 nothing b.d=", "f:5:3 list b.e=", "f:6:3 section b.g=",
                  "f:6:7 quoted b.g.h=i'j", "f:7:1 nothing k="));
}

TEST(YamlReaderTest, TextMayBeFoldedOrABlock) {
  EXPECT_THAT(MustRead("a: x\n  y\nb: |\n  z\n"),
              ElementsAre("f:1:1 plain a=x y", "f:3:1 quoted b=z\n"));
}

TEST(YamlReaderTest, NullIsOnlyNullWithoutQuotes) {
  EXPECT_THAT(MustRead("a: null\nb: \"null\"\n"),
              ElementsAre("f:1:1 nothing a=", "f:2:1 quoted b=null"));
}

TEST(YamlReaderTest, ByteOrderMarkAndWindowsLineEndsAreRead) {
  EXPECT_THAT(MustRead("\xef\xbb\xbf"
                       "a: 1\r\nb: 2\r\n"),
              ElementsAre("f:1:1 plain a=1", "f:2:1 plain b=2"));
}

TEST(YamlReaderTest, DocumentMarkersAroundOneDocumentAreRead) {
  EXPECT_THAT(MustRead("%YAML 1.2\n---\na: 1\n...\n"),
              ElementsAre("f:3:1 plain a=1"));
}

TEST(YamlReaderTest, WhatStandsBesideAProblemIsStillRead) {
  std::vector<std::string> errors;
  const std::vector<Setting> settings =
      ReadYaml("a: 1\na: {b: [2]}\n? {c: 3}\n: [4]\nd: 5\n", "f", errors);
  EXPECT_THAT(errors, ElementsAre("f:2:1: a: is already set at f:1:1; keep one",
                                  "f:3:3: a section cannot be a key"));
  ASSERT_EQ(settings.size(), 2u);
  EXPECT_EQ(Describe(settings[1]), "f:5:1 plain d=5");
}

TEST(YamlReaderTest, AMessageHasOneLineWhateverAKeyHas) {
  std::vector<std::string> errors;
  ReadYaml("\"a\\nb\": 1\n\"a\\nb\": 2\n", "f", errors);
  EXPECT_THAT(errors, ElementsAre("f:2:1: \"a\\nb\": is already set at f:1:1; "
                                  "keep one"));
}

TEST(YamlReaderTest, FilesOfTheLargestSizeAreRead) {
  std::string text = "a: 1\n";
  text.append(kMaxYamlBytes - text.size(), '#');
  EXPECT_THAT(MustRead(text), ElementsAre("f:1:1 plain a=1"));
  std::vector<std::string> errors;
  EXPECT_THAT(ReadYaml(absl::StrCat(text, "#"), "f", errors), IsEmpty());
  EXPECT_THAT(errors,
              ElementsAre("f:1:1: the file is larger than 1048576 bytes"));
}

}  // namespace
}  // namespace courant
