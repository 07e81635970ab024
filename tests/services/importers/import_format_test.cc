#include "services/importers/import_format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/string_view.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using ::testing::HasSubstr;

TEST(ImportFormatTest, NamesAndFormatsAreInverse) {
  for (const ImportFormat format :
       {ImportFormat::kPage, ImportFormat::kCsv, ImportFormat::kJsonLines,
        ImportFormat::kNinjs}) {
    EXPECT_THAT(FormatNamed(FormatName(format)), IsOkAndHolds(format));
  }
  EXPECT_THAT(FormatNamed("xml"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("page, csv, jsonl, ninjs")));
}

TEST(ImportFormatTest, ATellingNameDecides) {
  constexpr absl::string_view kText = "whatever it is";
  EXPECT_THAT(DetectFormat("a/b/NEWS.CSV", kText),
              IsOkAndHolds(ImportFormat::kCsv));
  EXPECT_THAT(DetectFormat("x.tsv", kText), IsOkAndHolds(ImportFormat::kCsv));
  EXPECT_THAT(DetectFormat("x.jsonl", kText),
              IsOkAndHolds(ImportFormat::kJsonLines));
  EXPECT_THAT(DetectFormat("x.ndjson", kText),
              IsOkAndHolds(ImportFormat::kJsonLines));
}

TEST(ImportFormatTest, OtherwiseTheBytesDo) {
  EXPECT_THAT(DetectFormat("x.txt", "title;text;date\nA;x;\n"),
              IsOkAndHolds(ImportFormat::kCsv));
  EXPECT_THAT(DetectFormat("", "\n {\"headline\": {}}\n"),
              IsOkAndHolds(ImportFormat::kJsonLines));
  EXPECT_THAT(DetectFormat("", "\xef\xbb\xbf{}"),
              IsOkAndHolds(ImportFormat::kJsonLines));
  EXPECT_THAT(DetectFormat("page.txt", "News Zone\n\nA headline\n\nText.\n"),
              IsOkAndHolds(ImportFormat::kPage));
  EXPECT_THAT(DetectFormat("page.txt", "뉴스\n\n제목\n\n본문이다.\n"),
              IsOkAndHolds(ImportFormat::kPage));
}

TEST(ImportFormatTest, NinjsIsToldFromArticlesOfOurOwn) {
  for (const char* ninjs :
       {"{\n \"uri\": \"x:y\"}", "{\"standard\":{\"name\":\"ninjs\"}",
        "[{\"type\":\"text\"", "[\n {}]", "{\"type\":\"text\",\"headlines\":",
        "{\"a\\\"b\":{\"article\":1},\"bodies\":[]}",
        "{\"pubstatus\":\"usable\"}\n{\"pubstatus\":\"usable\"}"}) {
    for (const char* name : {"", "x.json", "x.jsonl", "x.txt"}) {
      EXPECT_THAT(DetectFormat(name, ninjs), IsOkAndHolds(ImportFormat::kNinjs))
          << ninjs;
    }
  }
  for (const char* ours :
       {"{\"name\":\"articles/a\",\"headline\":{\"value\":\"uri\"}}",
        "{\"article\":{\"language\":\"en\"},\"uri\":1}",
        "{\"pubStatus\":", "{\"body\":[{\"uri\":1}]}", "{} {\"uri\":1}", "{"}) {
    EXPECT_THAT(DetectFormat("x.jsonl", ours),
                IsOkAndHolds(ImportFormat::kJsonLines))
        << ours;
  }
  EXPECT_THAT(DetectFormat("page.txt", "[Photo] A headline\n\nText.\n"),
              IsOkAndHolds(ImportFormat::kPage));
}

TEST(ImportFormatTest, WhatIsNoTextSaysWhatItIs) {
  struct {
    absl::string_view bytes;
    const char* what;
  } const cases[] = {
      {"", "is empty"},
      {" \n\n", "is empty"},
      {absl::string_view("\xff\xfet\0i\0", 6), "is UTF-16"},
      {absl::string_view("\xfe\xff\0t", 4), "is UTF-16"},
      {absl::string_view("PK\x03\x04\0\0", 6), "is not text"},
      {"<!DOCTYPE html><p>", "is HTML"},
      {"\n<html lang=ko>", "is HTML"},
  };
  for (const auto& c : cases) {
    EXPECT_THAT(
        DetectFormat("file", c.bytes),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(c.what)));
  }
}

}  // namespace
}  // namespace courant
