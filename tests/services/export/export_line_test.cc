#include "services/export/export_line.h"

#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "courant/v1/article.pb.h"
#include "courant/v1/history.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/digest.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using storage::v1::ExportLine;

// A change of an article of which `article` is stored.
storage::Entry AChange(std::string article) {
  v1::Change change;
  change.set_sequence(7);
  change.set_kind(v1::Change::PUBLISHED);
  change.set_resource("articles/tide");
  storage::Entry entry;
  entry.facts.set_change(change.SerializeAsString());
  entry.facts.set_article_id("tide");
  entry.facts.mutable_row()->set_sequence(7);
  entry.facts.mutable_row()->mutable_attributes()->set_language("ko");
  entry.facts.set_article_sha256(storage::Sha256(article));
  entry.facts_bytes = entry.facts.SerializeAsString();
  entry.article = std::move(article);
  entry.chain = storage::ChainDigest().Extend(entry.facts_bytes);
  return entry;
}

// The line of `entry`, and that it is made again from it.
std::string RoundTrip(const storage::Entry& entry) {
  const ExportLines lines;
  const auto text = lines.EncodeChange(entry, "0123456789abcdef");
  EXPECT_THAT(text, IsOk());
  const auto line = DecodeExportLine(*text);
  EXPECT_THAT(line, IsOk());
  EXPECT_EQ(line->before(), "0123456789abcdef");
  const auto again = EntryOf(line->change());
  EXPECT_THAT(again, IsOk());
  EXPECT_EQ(again->facts_bytes, entry.facts_bytes);
  EXPECT_EQ(again->article, entry.article);
  EXPECT_EQ(again->chain, entry.chain);
  EXPECT_EQ(again->erased_by, entry.erased_by);
  EXPECT_EQ(*lines.EncodeChange(*again, "0123456789abcdef"), *text);
  return *text;
}

TEST(ExportLineTest, AnArticleIsReadableAndComesBack) {
  v1::Article article;
  article.set_name("articles/tide");
  article.mutable_headline()->set_value("20일 대조기… “침수” 주의\n<&>\x7f");
  article.set_urgency(9);
  article.mutable_revision_create_time()->set_seconds(-62'135'596'800);
  article.mutable_embargo_until()->set_seconds(253'402'300'799);
  const std::string text = RoundTrip(AChange(article.SerializeAsString()));
  EXPECT_TRUE(absl::StrContains(text, "20일 대조기… “침수” 주의\\n"));
  EXPECT_FALSE(absl::StrContains(text, "stored"));
  EXPECT_FALSE(absl::StrContains(text, "\n"));
}

// Maps have no order on disk, and later programs may know more fields.
TEST(ExportLineTest, WhatJsonWouldChangeIsKeptAsItIs) {
  v1::Article one;
  one.set_name("articles/tide");
  v1::Article two;
  (*one.mutable_provenance()->mutable_unmapped())["b"] = "1";
  (*two.mutable_provenance()->mutable_unmapped())["a"] = "2";
  const std::string unordered =
      one.SerializeAsString() + two.SerializeAsString();
  const std::string text = RoundTrip(AChange(unordered));
  EXPECT_TRUE(absl::StrContains(text, "storedText"));
  EXPECT_TRUE(absl::StrContains(text, "\"articles/tide\""));

  // Field 2000, a number, which no article has.
  const std::string unknown = one.SerializeAsString() + "\x80\x7d\x01";
  EXPECT_TRUE(absl::StrContains(RoundTrip(AChange(unknown)), "storedText"));
}

TEST(ExportLineTest, WhatJsonCannotSayIsKeptAsItIs) {
  v1::Article article;
  article.mutable_revision_create_time()->set_seconds(int64_t{1} << 60);
  EXPECT_TRUE(absl::StrContains(RoundTrip(AChange(article.SerializeAsString())),
                                "storedText"));
  EXPECT_TRUE(
      absl::StrContains(RoundTrip(AChange("\xff no message")), "storedText"));
}

TEST(ExportLineTest, WhatWasLetGoOfHistoryIsReadableAndComesBack) {
  v1::HistoryTrim trim;
  trim.set_name("history");
  trim.set_texts(12);
  storage::Entry entry = AChange(trim.SerializeAsString());
  entry.facts.mutable_row()->mutable_attributes()->set_resource(
      storage::v1::HISTORY);
  entry.facts.add_erased_sequences(3);
  entry.facts_bytes = entry.facts.SerializeAsString();
  entry.chain = storage::ChainDigest().Extend(entry.facts_bytes);
  const std::string text = RoundTrip(entry);
  EXPECT_TRUE(absl::StrContains(text, "\"historyTrim\":{"));
  EXPECT_FALSE(absl::StrContains(text, "stored"));
}

TEST(ExportLineTest, WhatWasTakenAwayHasNoText) {
  storage::Entry entry = AChange("");
  entry.erased_by = Sequence(9);
  const std::string text = RoundTrip(entry);
  EXPECT_TRUE(absl::StrContains(text, "\"erasedBy\":\"9\""));
  EXPECT_FALSE(absl::StrContains(text, "\"article\":"));
}

TEST(ExportLineTest, RefusesWhatIsNoLineAndDoesNotRepeatIt) {
  const std::string deep(100'000, '[');
  const std::string long_one =
      absl::StrCat("{\"header\":\"", std::string(kMaxExportLineBytes, 'x'));
  for (const std::string& text :
       {std::string(), std::string("{}"), std::string("[]"),
        std::string("{\"header\":{\"secret\":1}}"),
        std::string("{\"end\":{}} {\"end\":{}}"),
        std::string("{\"end\":{},\"row\":{}}"), absl::StrCat("secret", deep),
        absl::StrCat("{\"end\":", deep), long_one}) {
    const auto line = DecodeExportLine(text);
    ASSERT_THAT(line, StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_FALSE(absl::StrContains(line.status().message(), "secret"));
  }
}

TEST(ExportLineTest, RefusesAChangeThatIsNotWhole) {
  const ExportLines lines;
  const auto text = lines.EncodeChange(AChange(""), "");
  ASSERT_THAT(text, IsOk());
  const ExportLine line = *DecodeExportLine(*text);
  storage::v1::ExportedChange change = line.change();
  change.set_chain("short");
  EXPECT_THAT(EntryOf(change), StatusIs(absl::StatusCode::kInvalidArgument));
  change = line.change();
  change.set_sequence(8);
  EXPECT_THAT(EntryOf(change), StatusIs(absl::StatusCode::kInvalidArgument));
  change = line.change();
  change.set_stored_facts("\xff");
  EXPECT_THAT(EntryOf(change), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(ExportLineTest, TheHeaderHasACheckOfItself) {
  storage::v1::ExportHeader header;
  header.mutable_format()->set_token_key("secret");
  header.set_check(CheckOf(header));
  EXPECT_EQ(header.check(), CheckOf(header));
  header.mutable_format()->set_token_key("Secret");
  EXPECT_NE(header.check(), CheckOf(header));
}

}  // namespace
}  // namespace courant
