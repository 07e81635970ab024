#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "storage/errors/reason.h"
#include "tests/services/importers/import_test_support.h"
#include "tests/services/importers/ninjs_test_support.h"
#include "tests/testing/status_matchers.h"

// What ninjs_reader.h refuses, and what it says of it.

namespace courant::importers {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(NinjsRefusalTest, WhatIsWrongIsNamedWithLineAndPath) {
  const struct {
    std::string more;
    const char* path;
    const char* advice;
    v1::ErrorReason reason = v1::FIELD_INVALID;
  } cases[] = {
      {",\"headlines2\":[]", "$.headlines2", "no such property in ninjs 3.x",
       v1::MALFORMED_REQUEST},
      {",\"urgency\":12", "$.urgency", "must be 1 to 9"},
      {",\"urgency\":1.5", "$.urgency", "must be an integer"},
      {",\"urgency\":\"1\"", "$.urgency", "is a string; it must be an integer"},
      {",\"by\":null", "$.by", "is null; it must be a string, or not be there"},
      {",\"by\":[]", "$.by", "is an array; it must be a string"},
      {",\"people\":{}", "$.people", "it must be an array"},
      {",\"people\":[\"x\"]", "$.people[0]", "it must be an object"},
      {",\"people\":[{},{\"nane\":\"x\"}]", "$.people[1].nane",
       "no such property", v1::MALFORMED_REQUEST},
      {",\"pubStatus\":\"cancelled\"", "$.pubStatus",
       "is \"cancelled\"; it must be one of usable, withheld, canceled"},
      {",\"type\":\"story\"", "$.type", "it must be one of text, audio"},
      {",\"representationType\":\"half\"", "$.representationType",
       "full, partial"},
      {",\"versionCreated\":\"2026-03-04T10:00:00\"", "$.versionCreated",
       "a date and time with its offset"},
      {",\"versionCreated\":\"2026-02-30T10:00:00Z\"", "$.versionCreated",
       "a date and time"},
      {",\"expires\":\"2026-03-04\"", "$.expires", "a date and time"},
      {",\"genres\":[{\"label\":\"x\"}]", "$.genres[0].label",
       "no such property", v1::MALFORMED_REQUEST},
      {",\"rightsInfo\":{\"linkedRights\":\"https://x.example/\","
       "\"encodedRights\":\"{}\"}",
       "$.rightsInfo",
       "has both linkedRights and encodedRights; it must have exactly one"},
      {",\"rightsInfo\":{\"langId\":\"x\"}", "$.rightsInfo",
       "has neither linkedRights nor encodedRights", v1::FIELD_REQUIRED},
      {",\"associations\":[{\"name\":\"x\"}]", "$.associations[0].uri",
       "is required", v1::FIELD_REQUIRED},
      {",\"associations\":[{\"uri\":\"x:y\"}]", "$.associations[0].name",
       "is required", v1::FIELD_REQUIRED},
      {",\"associations\":[{\"name\":\"x\",\"uri\":\"x:y\",\"urgency\":0}]",
       "$.associations[0].urgency", "must be 1 to 9"},
      {",\"renditions\":[{}]", "$.renditions[0].name", "is required",
       v1::FIELD_REQUIRED},
      {",\"descriptions\":[{\"role\":\"x\"}]", "$.descriptions[0].value",
       "is required", v1::FIELD_REQUIRED},
      {",\"subjects\":[{\"relevance\":101}]", "$.subjects[0].relevance",
       "must be 0 to 100"},
      {",\"people\":[{\"contactInfo\":[{\"lang\":\"english\"}]}]",
       "$.people[0].contactInfo[0].lang", "a BCP 47 tag"},
      {",\"places\":[{\"geoJSON\":{\"type\":\"Dot\"}}]",
       "$.places[0].geoJSON.type", "one of Point"},
      {",\"by\":\"a\\u0007b\"", "$.by", "holds U+0007"},
      {absl::StrCat(",\"by\":\"", std::string(70 << 10, 'x'), "\""), "$.by",
       "longer than 64 KiB", v1::FIELD_TOO_LONG},
      {absl::StrCat(",\"slugline\":\"", std::string(201, 'x'), "\""),
       "$.slugline", "more than 200 code points", v1::FIELD_TOO_LONG},
      {",\"embargoed\":\"2026-03-04T10:00:00Z\"", "$.embargoed",
       "it is embargoedUntil there", v1::MALFORMED_REQUEST},
      {",\"copyrightnotice\":\"x\"", "$.copyrightnotice",
       "it is copyrightNotice there", v1::MALFORMED_REQUEST},
      {",\"standard\":{\"version\":\"1.4\"}", "$.standard.version",
       "ninjs 2.x and 3.x can be read"},
      {",\"type\":\"event\"", "$.type", "which is not an article"},
      {",\"type\":\"planning\"", "$.type", "which is not an article"},
      {",\"type\":\"component\"", "$.type", "which is not an article"},
      {",\"pubStatus\":\"withheld\"", "$.pubStatus",
       "a notice about an article is not an article"},
      {",\"pubStatus\":\"canceled\"", "$.pubStatus",
       "a notice about an article is not an article"},
  };
  for (const auto& c : cases) {
    // 3.x, without saying so in a property that a case has.
    const std::string text = absl::StrCat(
        "\n\n{\"$schema\":\"ninjs-schema_3.1.json\",\n",
        NinjsItem().substr(1, NinjsItem().size() - 2), "\n", c.more, "}");
    const Imported result =
        ImportAll(ImportFormat::kNinjs, text, NinjsOptions());
    EXPECT_THAT(result.items, IsEmpty()) << c.more;
    ASSERT_THAT(result.errors, SizeIs(1)) << c.more;
    const absl::Status& error = result.errors[0];
    EXPECT_EQ(ReasonOf(error), c.reason) << error;
    EXPECT_EQ(MetadataOf(error, "field"), c.path) << error;
    EXPECT_EQ(MetadataOf(error, "line"), "5") << error;
    EXPECT_THAT(std::string(error.message()), HasSubstr(c.advice));
    EXPECT_THAT(std::string(error.message()),
                HasSubstr(absl::StrCat("line 5, ", c.path)));
  }
}

TEST(NinjsRefusalTest, LanguagesAreChecked) {
  for (const char* bad : {"english", "en_US", "", "zz", "e", "한국어", "und"}) {
    const Imported result = ImportAll(
        ImportFormat::kNinjs,
        absl::StrReplaceAll(NinjsItem(),
                            {{"\"en\"", absl::StrCat("\"", bad, "\"")}}));
    ASSERT_THAT(result.errors, SizeIs(1)) << bad;
    EXPECT_EQ(MetadataOf(result.errors[0], "field"), "$.language") << bad;
  }
  EXPECT_EQ(
      OneNinjs(absl::StrReplaceAll(NinjsItem(), {{"\"en\"", "\"KO-kr\""}}))
          .request.article()
          .language(),
      "ko-KR");
}

TEST(NinjsRefusalTest, SeveralFaultsAreToldAtOnce) {
  const Imported result =
      ImportAll(ImportFormat::kNinjs, NinjsItem(",\"urgency\":0,\n\"by\":1"));
  ASSERT_THAT(result.errors, SizeIs(1));
  EXPECT_THAT(std::string(result.errors[0].message()),
              ::testing::AllOf(HasSubstr("line 1, $.urgency"),
                               HasSubstr("line 2, $.by")));
}

TEST(NinjsRefusalTest, LenientKeepsWhatTheStandardLacks) {
  ImportOptions options = NinjsOptions();
  options.lenient = true;
  const ImportedItem item =
      OneNinjs(NinjsItem(R"(,"signal":"update","_links":{"a":[1, 2]},)"
                         R"("genres":[{"name":"x","extra":true}])"),
               options);
  EXPECT_EQ(UnmappedOf(item, "$.signal"), "\"update\"");
  EXPECT_EQ(UnmappedOf(item, "$._links"), R"({"a":[1,2]})");
  EXPECT_EQ(UnmappedOf(item, "$.genres"), R"([{"name":"x","extra":true}])");
  // Still strict about everything else.
  EXPECT_THAT(
      ImportAll(ImportFormat::kNinjs, NinjsItem(",\"urgency\":0"), options)
          .errors,
      SizeIs(1));
}

TEST(NinjsRefusalTest, TooMuchToKeepIsRefused) {
  std::string genres;
  for (int i = 0; i < 1001; ++i) {
    absl::StrAppend(&genres, i == 0 ? "" : ",",
                    R"({"name":"x","role":"mentions"})");
  }
  const Imported result = ImportAll(
      ImportFormat::kNinjs,
      NinjsItem(absl::StrCat(
          ",\"infoSources\":[",
          absl::StrReplaceAll(genres, {{"\"role\"", "\"literal\""}}), "]")));
  ASSERT_THAT(result.errors, SizeIs(1));
  EXPECT_EQ(ReasonOf(result.errors[0]), v1::FIELD_TOO_LONG);
}

TEST(NinjsRefusalTest, OneBadItemSpoilsNoOther) {
  const std::string text = absl::StrCat(
      "[", NinjsItem(), ",\n", NinjsItem(",\"urgency\":0"), ",\n",
      absl::StrReplaceAll(NinjsItem(), {{"example/1", "example/2"}}), "\n,{]");
  const Imported result = ImportAll(ImportFormat::kNinjs, text);
  EXPECT_THAT(result.items, SizeIs(2));
  // The third says that the array does not end.
  ASSERT_THAT(result.errors, SizeIs(3));
  EXPECT_EQ(MetadataOf(result.errors[0], "line"), "2");
  EXPECT_EQ(MetadataOf(result.errors[1], "line"), "4");
}

}  // namespace
}  // namespace courant::importers
