#include "services/importers/json_lines_reader.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "storage/errors/reason.h"
#include "tests/services/importers/import_test_support.h"
#include "tests/testing/status_matchers.h"

namespace courant::importers {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

ImportedItem OneLine(absl::string_view line,
                     const ImportOptions& options = {}) {
  return ImportOne(ImportFormat::kJsonLines, line, options);
}

Imported AllLines(absl::string_view text) {
  return ImportAll(ImportFormat::kJsonLines, text);
}

TEST(JsonLinesReaderTest, AnArticleIsTakenAsItIs) {
  const ImportedItem item = OneLine(
      R"({"name":"articles/quay-ko","state":"PUBLISHED","language":"ko",)"
      R"("headline":{"value":"부두 재개장"},"body":[{"paragraph":{"text":)"
      R"({"text":"본문 ","marks":[{"type":"STRONG","start":0,"end":2}]}}}],)"
      R"("rights":{"copyrightNotice":"ⓒ 항구신문"}})");
  EXPECT_EQ(item.request.article_id(), "quay-ko");
  EXPECT_EQ(item.request.initial_state(), v1::CreateArticleRequest::PUBLISHED);
  const v1::Article& article = item.request.article();
  EXPECT_EQ(article.name(), "");
  EXPECT_EQ(article.headline().value(), "부두 재개장");
  EXPECT_THAT(ParagraphsOf(article), ElementsAre("본문 "));
  EXPECT_EQ(article.body(0).paragraph().text().marks_size(), 1);
  EXPECT_FALSE(article.has_provenance());
  EXPECT_EQ(item.label, "부두 재개장");
  EXPECT_THAT(item.remarks, IsEmpty());
}

TEST(JsonLinesReaderTest, ARequestIsTakenToo) {
  const ImportedItem item =
      OneLine(R"({"article":{"language":"en","headline":{"value":"A"}},)"
              R"("articleId":"a-1","initialState":"DRAFT","requestId":"x",)"
              R"("validateOnly":true})");
  EXPECT_EQ(item.request.article_id(), "a-1");
  EXPECT_EQ(item.request.initial_state(), v1::CreateArticleRequest::DRAFT);
  EXPECT_EQ(item.request.request_id().size(), 36u);
  EXPECT_FALSE(item.request.validate_only());
}

TEST(JsonLinesReaderTest, TheRequestsStateWinsOverTheArticles) {
  const ImportedItem item =
      OneLine(R"({"article":{"language":"en","headline":{"value":"A"},)"
              R"("state":"PUBLISHED"},"initialState":"DRAFT"})");
  EXPECT_EQ(item.request.initial_state(), v1::CreateArticleRequest::DRAFT);
}

TEST(JsonLinesReaderTest, OnlyWhatWasPublicBecomesPublic) {
  struct {
    const char* state;
    v1::CreateArticleRequest::InitialState imported;
    size_t remarks;
  } const cases[] = {
      {"DRAFT", v1::CreateArticleRequest::DRAFT, 0},
      {"SCHEDULED", v1::CreateArticleRequest::DRAFT, 1},
      {"EMBARGOED", v1::CreateArticleRequest::DRAFT, 1},
      {"PUBLISHED", v1::CreateArticleRequest::PUBLISHED, 0},
      {"CORRECTED", v1::CreateArticleRequest::PUBLISHED, 0},
      {"WITHHELD", v1::CreateArticleRequest::DRAFT, 1},
      {"WITHDRAWN", v1::CreateArticleRequest::DRAFT, 1},
      {"EXPIRED", v1::CreateArticleRequest::DRAFT, 1},
  };
  for (const auto& c : cases) {
    const ImportedItem item = OneLine(
        absl::StrCat(R"({"language":"en","headline":{"value":"A"},"state":")",
                     c.state, R"(","rights":{"copyrightNotice":"©"}})"));
    EXPECT_EQ(item.request.initial_state(), c.imported) << c.state;
    EXPECT_THAT(item.remarks, SizeIs(c.remarks)) << c.state;
  }
}

TEST(JsonLinesReaderTest, WhatAServerPrintsAnotherCanTake) {
  v1::Article article;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(
                  R"({"language":"en","headline":{"value":"A"},
                      "story":"stories/s","decks":[{"value":"D"}],
                      "translationOf":{"article":"articles/ko","revision":"3"},
                      "rights":{"copyrightNotice":"© H"}})",
                  &article)
                  .ok());
  v1::Article printed = article;
  printed.set_name("articles/en");
  printed.set_urn("urn:newsml:h.example:20190104:en");
  printed.set_revision(4);
  printed.set_etag("e");
  printed.set_change_sequence(17);
  printed.set_state(v1::Article::CORRECTED);
  printed.set_pub_status(v1::Article::PUB_STATUS_USABLE);
  printed.mutable_translation_of()->set_language("ko");
  printed.mutable_change_note()->set_class_(v1::ChangeNote::CORRECTION);
  printed.mutable_create_time()->set_seconds(1);
  printed.mutable_revision_create_time()->set_seconds(2);
  printed.mutable_publish_time()->set_seconds(3);
  printed.mutable_schedule_time()->set_seconds(4);
  printed.set_actor("desk/kim");
  std::string line;
  ASSERT_TRUE(google::protobuf::util::MessageToJsonString(printed, &line).ok());

  const ImportedItem item = OneLine(line);
  EXPECT_EQ(item.request.article_id(), "en");
  EXPECT_EQ(item.request.initial_state(), v1::CreateArticleRequest::PUBLISHED);
  article.mutable_translation_of()->set_revision(1);
  EXPECT_EQ(item.request.article().DebugString(), article.DebugString());
  EXPECT_THAT(item.remarks,
              ElementsAre("revision 4 becomes the first one here",
                          "it was translated from revision 3, which is "
                          "revision 1 here"));
}

TEST(JsonLinesReaderTest, ALineWithoutANameHasTheIdOfItsContent) {
  const std::string line =
      R"({"language":"en","headline":{"value":"A"},"urgency":3})";
  const std::string id = OneLine(line).request.article_id();
  EXPECT_EQ(id.substr(0, 2), "w-");
  EXPECT_EQ(OneLine(line).request.article_id(), id);
}

TEST(JsonLinesReaderTest, ADraftNeedsNoHeadlineYet) {
  const ImportedItem item = OneLine(R"({"name":"articles/a","language":"en"})");
  EXPECT_EQ(item.label, "a");
}

TEST(JsonLinesReaderTest, BadLinesAreNamedAndTheOthersGoOn) {
  struct {
    std::string line;
    const char* message;
    v1::ErrorReason reason;
    const char* field;
  } const cases[] = {
      {"[1]", "line 2: is not a JSON object", v1::MALFORMED_REQUEST, ""},
      {"{\"language\":\"en\"", "line 2: is not JSON at byte",
       v1::MALFORMED_REQUEST, ""},
      {R"({"language":"en","language":"ko"})",
       "line 2: has the key \"language\" twice", v1::MALFORMED_REQUEST, ""},
      {R"({"headlin":{}})", "line 2, headlin: there is no such field",
       v1::MALFORMED_REQUEST, "headlin"},
      {R"({"body":[{"paragraph":{"text":{"tekst":"a"}}}]})",
       "line 2, body[0].paragraph.text.tekst: there is no such field",
       v1::MALFORMED_REQUEST, "body[0].paragraph.text.tekst"},
      {R"({"article":{"headline":{"valu":"a"}}})",
       "line 2, article.headline.valu: there is no such field",
       v1::MALFORMED_REQUEST, "article.headline.valu"},
      {R"({"state":"PUBLIC"})", "line 2, state: invalid value \"PUBLIC\"",
       v1::FIELD_INVALID, "state"},
      {R"({"urgency":"high"})", "line 2, urgency: invalid value",
       v1::FIELD_INVALID, "urgency"},
      {R"({"language":"englisch"})",
       "line 2, language: \"englisch\" is not a BCP 47 tag", v1::FIELD_INVALID,
       "language"},
      {R"({"name":"quay","language":"en"})", "line 2, name: must be articles/",
       v1::FIELD_INVALID, "name"},
      {R"({"name":"articles/Quay","language":"en"})",
       "line 2, name: must be articles/", v1::FIELD_INVALID, "name"},
      {R"({"article":{"language":"en"},"articleId":"-"})",
       "line 2, article_id: must be 1 to 64", v1::FIELD_INVALID, "article_id"},
      {R"({"state":"KILLED"})",
       "line 2, state: a killed article is not imported", v1::FIELD_INVALID,
       "state"},
      {R"({"state":"PUBLISHED","language":"en"})",
       "line 2, headline: is required", v1::FIELD_REQUIRED, "headline"},
      {R"({"name":"articles/a"})", "line 2, language: the source names none",
       v1::FIELD_REQUIRED, "language"},
      {"{\"language\":\"\xb1\"}", "line 2: is not UTF-8 (byte 0xb1) at byte 14",
       v1::INVALID_UTF8, ""},
      {"{\"a\":\"" + std::string(8 << 20, 'x') + "\"}",
       "line 2: is longer than 8 MiB", v1::FIELD_TOO_LONG, ""},
      {"{\"a\":" + std::string(100, '[') + std::string(100, ']') + "}",
       "line 2: is nested deeper than 64", v1::MALFORMED_REQUEST, ""},
  };
  const std::string good = R"({"language":"en","headline":{"value":"A"}})";
  for (const auto& c : cases) {
    const Imported result =
        AllLines(absl::StrCat(good, "\n", c.line, "\r\n\n", good));
    ASSERT_THAT(result.errors, SizeIs(1)) << c.message;
    EXPECT_THAT(result.errors[0].message(), HasSubstr(c.message));
    EXPECT_EQ(ReasonOf(result.errors[0]), c.reason) << c.message;
    EXPECT_EQ(MetadataOf(result.errors[0], "line"), "2") << c.message;
    EXPECT_EQ(MetadataOf(result.errors[0], "field"), c.field) << c.message;
    ASSERT_THAT(result.items, SizeIs(2)) << c.message;
    EXPECT_EQ(result.items[1].line, 4) << c.message;
  }
}

TEST(JsonLinesReaderTest, AListThatIsNewestFirstIsTurnedRound) {
  const Imported result = AllLines(
      R"({"name":"articles/en","language":"en","translationOf":{"article":"articles/ko"}})"
      "\nbad\n"
      R"({"name":"articles/ko","language":"ko"})"
      "\n");
  ASSERT_THAT(result.items, SizeIs(2));
  EXPECT_THAT(result.errors, SizeIs(1));
  EXPECT_EQ(result.items[0].request.article_id(), "ko");
  EXPECT_EQ(result.items[0].line, 3);
  EXPECT_EQ(result.items[1].request.article_id(), "en");
  EXPECT_EQ(result.items[1].line, 1);
}

TEST(JsonLinesReaderTest, WhatStillWaitsIsReadAgainWhenGoingOn) {
  const std::string text =
      R"({"name":"articles/a","language":"en"})"
      "\n"
      R"({"name":"articles/en","language":"en","translationOf":{"article":"articles/ko"}})"
      "\n"
      R"({"name":"articles/b","language":"en"})"
      "\n";
  std::istringstream in(text);
  COURANT_ASSERT_OK_AND_ASSIGN(auto reader,
                               OpenItems(ImportFormat::kJsonLines, in, {}));
  for (const char* id : {"a", "b"}) {
    const auto item = reader->Next();
    ASSERT_THAT(item, IsOk());
    EXPECT_EQ((*item)->request.article_id(), id);
  }
  EXPECT_EQ(reader->position().lines, 1);
  EXPECT_EQ(reader->bytes_read(), static_cast<int64_t>(text.size()));
  ASSERT_THAT(reader->Next(), IsOk());
  EXPECT_EQ(reader->position().offset, static_cast<int64_t>(text.size()));
}

TEST(JsonLinesReaderTest, PublishedWithoutNoticeOrSourceBecomesADraft) {
  const std::string head =
      R"({"state":"PUBLISHED","language":"en","headline":{"value":"A"})";
  const ImportedItem bare = OneLine(absl::StrCat(head, "}"));
  EXPECT_EQ(bare.request.initial_state(), v1::CreateArticleRequest::DRAFT);
  EXPECT_THAT(bare.remarks, Contains(HasSubstr("imported as a draft")));
  const ImportedItem sourced = OneLine(absl::StrCat(
      head, R"(,"provenance":{"sourceUrl":"https://news.example/1"}})"));
  EXPECT_EQ(sourced.request.initial_state(),
            v1::CreateArticleRequest::PUBLISHED);
  EXPECT_EQ(sourced.request.article().rights().status(), v1::Rights::UNKNOWN);
}

}  // namespace
}  // namespace courant::importers
