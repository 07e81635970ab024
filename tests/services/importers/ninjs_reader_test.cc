#include "services/importers/ninjs/ninjs_reader.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/importers/translation_source.h"
#include "tests/services/importers/import_test_support.h"
#include "tests/services/importers/ninjs_test_support.h"
#include "tests/testing/status_matchers.h"

namespace courant::importers {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// An item with all that a desk would write, as 3.x spells it.
constexpr char kStory[] = R"json({
  "standard": {"name": "ninjs", "version": "3.1"},
  "uri": "https://courier.example/items/quay-1",
  "type": "text",
  "version": "2",
  "language": "en-GB",
  "firstCreated": "2026-03-04T09:00:00+09:00",
  "versionCreated": "2026-03-04T10:30:00.25+09:00",
  "contentCreated": "2026-03-03T00:00:00Z",
  "expires": "2036-03-04T00:00:00Z",
  "pubStatus": "usable",
  "urgency": 3,
  "copyrightHolder": "The Harbour Courier",
  "copyrightNotice": "© The Harbour Courier",
  "usageTerms": "Not in Japan",
  "rightsInfo": {"linkedRights": "https://courier.example/licence"},
  "edNote": "Second lead",
  "slugline": "QUAY-REOPENS",
  "by": "By Jane Roe",
  "located": "Hanbyeol",
  "headlines": [
    {"role": "subheadline-2", "value": "Crowd of 300"},
    {"role": "main", "value": "The quay reopens", "contentType": "text/plain"},
    {"role": "subheadline-1", "value": "After forty years"},
    {"role": "kicker", "value": "Harbour"},
    {"role": "short", "value": "Quay reopens"}
  ],
  "descriptions": [{"role": "summary", "value": "It reopened on Sunday."}],
  "bodies": [
    {"role": "main", "contentType": "text/plain",
     "value": "The quay reopened.\n\n부두가 열렸다."},
    {"role": "richtext", "contentType": "application/xhtml+xml",
     "value": "<p>The <b>quay</b> reopened.</p><p lang='ko'>부두가 열렸다.</p>"}
  ],
  "people": [
    {"name": "Jane Roe", "rel": "author", "contactInfo": [
      {"value": "jane@courier.example"}]},
    {"name": "Kim Minister", "rel": "mentions",
     "uri": "https://www.wikidata.example/entity/Q1"}
  ],
  "organisations": [{"name": "Harbour Board", "rel": "about"}],
  "places": [{"name": "Hanbyeol"}],
  "events": [{"name": "Reopening"}],
  "objects": [{"name": "The quay"}],
  "subjects": [
    {"name": "Local", "rel": "section", "literal": "local"},
    {"name": "transport", "relevance": 80, "confidence": 70,
     "uri": "http://cv.iptc.org/newscodes/mediatopic/20000337"}
  ],
  "infoSources": [{"name": "Port office", "role": "provider"}],
  "renditions": [
    {"name": "web", "href": "https://courier.example/quay",
     "contentType": "text/html"}
  ],
  "altIds": [{"role": "storyId", "value": "stories/quay"}],
  "associations": [
    {"name": "main-picture", "uri": "https://courier.example/items/p1",
     "type": "picture", "by": "Photo by Lee",
     "copyrightNotice": "© Lee", "descriptions": [
       {"value": "The quay at noon"}],
     "renditions": [
       {"name": "highres", "href": "https://courier.example/p1.jpg",
        "contentType": "image/jpeg", "width": 1200, "height": 800,
        "sizeInBytes": 90000},
       {"name": "clip", "href": "https://courier.example/p1.mp4",
        "contentType": "video/mp4", "duration": 12.5}]},
    {"name": "earlier", "uri": "https://courier.example/items/quay-0",
     "type": "text", "rel": "evolvedFrom"}
  ]
})json";

// The same as 2.x spells it.
std::string InVersion2(std::string text) {
  return absl::StrReplaceAll(text, {{"\"3.1\"", "\"2.2\""},
                                    {"firstCreated", "firstcreated"},
                                    {"versionCreated", "versioncreated"},
                                    {"contentCreated", "contentcreated"},
                                    {"pubStatus", "pubstatus"},
                                    {"copyrightHolder", "copyrightholder"},
                                    {"copyrightNotice", "copyrightnotice"},
                                    {"usageTerms", "usageterms"},
                                    {"rightsInfo", "rightsinfo"},
                                    {"linkedRights", "linkedrights"},
                                    {"edNote", "ednote"},
                                    {"contentType", "contenttype"},
                                    {"contactInfo", "contactinfo"},
                                    {"infoSources", "infosources"},
                                    {"altIds", "altids"},
                                    {"sizeInBytes", "sizeinbytes"},
                                    {"embargoedUntil", "embargoed"}});
}

// Text format, without what differs between any two files.
std::string Shown(v1::Article article) {
  article.mutable_provenance()->clear_content_hash();
  article.mutable_provenance()->clear_unmapped();
  std::string text;
  google::protobuf::TextFormat::PrintToString(article, &text);
  return text;
}

// What it is as an article, but for what differs between any two files.
constexpr char kExpected[] = R"pb(
  story: "stories/quay"
  kind: TEXT
  language: "en-GB"
  headline { value: "The quay reopens" }
  decks { value: "After forty years" }
  decks { value: "Crowd of 300" }
  kicker { value: "Harbour" }
  short_title { text { value: "Quay reopens" } }
  summary { value: "It reopened on Sunday." }
  slugline: "QUAY-REOPENS"
  byline: "By Jane Roe"
  contributors {
    role: AUTHOR
    names { text: "Jane Roe" }
    contact: "jane@courier.example"
  }
  dateline { place { label: "Hanbyeol" } }
  sections {
    code: "local"
    labels { value: "Local" }
  }
  subjects {
    qcode: "medtop:20000337"
    uri: "http://cv.iptc.org/newscodes/mediatopic/20000337"
    labels { value: "transport" }
    relevance: 80
    confidence: 70
    assigned_by: SOURCE
  }
  entities {
    type: PERSON
    label { value: "Kim Minister" }
    uri: "https://www.wikidata.example/entity/Q1"
    rel: "mentions"
  }
  entities {
    type: ORGANISATION
    label { value: "Harbour Board" }
    rel: "about"
  }
  entities {
    type: PLACE
    label { value: "Hanbyeol" }
  }
  entities {
    type: EVENT
    label { value: "Reopening" }
  }
  entities {
    type: OBJECT
    label { value: "The quay" }
  }
  body {
    paragraph {
      text {
        text: "The quay reopened."
        marks { type: STRONG start: 4 end: 8 }
      }
    }
  }
  body {
    paragraph {
      text {
        text: "부두가 열렸다."
        marks { type: LANGUAGE end: 8 language: "ko" }
      }
    }
  }
  media {
    id: "main-picture"
    kind: PICTURE
    caption { value: "The quay at noon" }
    credit: "Photo by Lee"
    rights { copyright_notice: "© Lee" }
    renditions {
      name: "highres"
      href: "https://courier.example/p1.jpg"
      content_type: "image/jpeg"
      width: 1200
      height: 800
      size_bytes: 90000
    }
    renditions {
      name: "clip"
      href: "https://courier.example/p1.mp4"
      content_type: "video/mp4"
      duration_ms: 12500
    }
  }
  rights {
    copyright_holder: "The Harbour Courier"
    copyright_notice: "© The Harbour Courier"
    usage_terms: "Not in Japan"
    linked_policy: "https://courier.example/licence"
  }
  editorial_notes { text { value: "Second lead" } }
  urgency: 3
  relations { type: EVOLVED_FROM uri: "https://courier.example/items/quay-0" }
  provenance {
    source_system: "courier.example"
    source_id: "https://courier.example/items/quay-1"
    hops {
      party: "courier.example"
      action: "created"
      time { seconds: 1772582400 }
    }
    hops { party: "Port office" action: "provider" }
    format: "ninjs"
    source_version: "2"
    source_version_time { seconds: 1772587800 nanos: 250000000 }
  }
  canonical_url: "https://courier.example/quay"
  content_created { seconds: 1772496000 }
  expires_at { seconds: 2088201600 }
  alias_ids {
    source_system: "courier.example"
    id: "https://courier.example/items/quay-1"
  }
)pb";

TEST(NinjsReaderTest, EveryFieldHasItsPlace) {
  const ImportedItem item = OneNinjs(kStory);
  v1::Article expected;
  ASSERT_TRUE(
      google::protobuf::TextFormat::ParseFromString(kExpected, &expected));
  EXPECT_EQ(Shown(item.request.article()), Shown(expected));
  EXPECT_EQ(item.request.initial_state(), v1::CreateArticleRequest::PUBLISHED);
  const auto& unmapped = item.request.article().provenance().unmapped();
  EXPECT_THAT(
      (std::vector<std::string>{UnmappedOf(item, "$.standard"),
                                UnmappedOf(item, "$.associations[0].uri"),
                                UnmappedOf(item, "$.associations[1].name")}),
      ElementsAre(R"({"name":"ninjs","version":"3.1"})",
                  R"("https://courier.example/items/p1")", R"("earlier")"));
  EXPECT_THAT(unmapped, SizeIs(3));
  EXPECT_THAT(item.remarks,
              Contains("$.associations[*].uri has no field in an article: kept "
                       "in provenance.unmapped"));
}

TEST(NinjsReaderTest, BothGenerationsGiveTheSameArticle) {
  // 2.x has no rel for associations.
  const std::string in_3 =
      absl::StrReplaceAll(kStory, {{", \"rel\": \"evolvedFrom\"", ""}});
  const std::string in_2 = InVersion2(in_3);
  const std::string unversioned = absl::StrReplaceAll(
      in_2, {{R"("standard": {"name": "ninjs", "version": "2.2"},)", ""}});
  const ImportedItem item = OneNinjs(in_3);
  EXPECT_EQ(Shown(OneNinjs(in_2).request.article()),
            Shown(item.request.article()));
  EXPECT_EQ(Shown(OneNinjs(unversioned).request.article()),
            Shown(item.request.article()));
  EXPECT_EQ(OneNinjs(in_2).request.article_id(), item.request.article_id());
}

TEST(NinjsReaderTest, TheVersionIsSaidOrSeen) {
  const char* const in_2[] = {
      R"(,"standard":{"version":"2.0"},"pubstatus":"usable")",
      R"(,"$schema":"http://www.iptc.org/std/ninjs/ninjs-schema_2.2.json",)"
      R"("embargoed":"2020-01-01T00:00:00Z")",
      R"(,"standard":{"schema":"http://www.iptc.org/std/ninjs/)"
      R"(ninjs-schema_2.1.json#"},"pubstatus":"usable")",
      R"(,"pubstatus":"usable")",
      R"(,"associations":[{"name":"a","uri":"b:c","versioncreated":)"
      R"("2020-01-01T00:00:00Z"}])",
  };
  for (const char* more : in_2) {
    OneNinjs(NinjsItem(more));
    const std::string in_3 =
        absl::StrReplaceAll(more, {{"\"2.0\"", "\"3.0\""},
                                   {"schema_2", "schema_3"},
                                   {"pubstatus", "pubStatus"},
                                   {"embargoed", "embargoedUntil"},
                                   {"versioncreated", "versionCreated"}});
    OneNinjs(NinjsItem(in_3));
  }
}

TEST(NinjsReaderTest, TheUriDecidesTheId) {
  const std::string id = OneNinjs(NinjsItem()).request.article_id();
  EXPECT_EQ(
      OneNinjs(NinjsItem(R"(,"version":"7","title":"t")")).request.article_id(),
      id);
  EXPECT_NE(
      OneNinjs(absl::StrReplaceAll(NinjsItem(), {{"a.example", "b.example"}}))
          .request.article_id(),
      id);
  const ImportedItem urn = OneNinjs(absl::StrReplaceAll(
      NinjsItem(),
      {{"https://a.example/1", "urn:newsml:Courier.example:20260304:a"}}));
  EXPECT_EQ(urn.request.article().provenance().source_system(),
            "courier.example");
}

TEST(NinjsReaderTest, TheUriIsAnAliasIdWithinItsSystem) {
  const auto alias_of = [](absl::string_view uri, ImportOptions options = {}) {
    const ImportedItem item = OneNinjs(
        absl::StrReplaceAll(NinjsItem(), {{"https://a.example/1", uri}}),
        std::move(options));
    std::string text;
    for (const v1::AliasId& alias : item.request.article().alias_ids()) {
      absl::StrAppend(&text, alias.source_system(), " ", alias.id());
    }
    return text;
  };
  EXPECT_EQ(alias_of("https://A.example/1"), "a.example https://A.example/1");
  EXPECT_EQ(alias_of("urn:uuid:1"), "ninjs urn:uuid:1");
  // Row numbers: two systems have the same ones.
  EXPECT_EQ(alias_of("1"), "");
  ImportOptions options;
  options.source_system = "desk";
  EXPECT_EQ(alias_of("1", options), "desk 1");
  EXPECT_EQ(alias_of(absl::StrCat("https://a.example/", std::string(490, 'x'))),
            "");
}

TEST(NinjsReaderTest, AnEmbargoIsLeftToTheServer) {
  const struct {
    const char* more;
    v1::CreateArticleRequest::InitialState state;
    const char* remark;
  } cases[] = {
      {R"(,"embargoedUntil":"2026-03-05T00:00:00.001Z")",
       v1::CreateArticleRequest::PUBLISHED,
       "it is under embargo: the server publishes it when that ends"},
      {R"(,"embargoedUntil":"2026-03-05T00:00:00Z")",
       v1::CreateArticleRequest::PUBLISHED, ""},
      {R"(,"expires":"2026-03-04T23:59:59Z")", v1::CreateArticleRequest::DRAFT,
       "it has expired: imported as a draft"},
      {R"(,"associations":[{"name":"p","uri":"x:y","type":"picture",)"
       R"("embargoedUntil":"2026-03-06T00:00:00Z"}])",
       v1::CreateArticleRequest::DRAFT,
       "one of its media is under embargo: imported as a draft"},
  };
  for (const auto& c : cases) {
    const ImportedItem item = OneNinjs(NinjsItem(c.more));
    EXPECT_EQ(item.request.initial_state(), c.state) << c.more;
    if (*c.remark != '\0') {
      EXPECT_THAT(item.remarks, Contains(c.remark));
    } else {
      EXPECT_THAT(item.remarks, Not(Contains(HasSubstr("embargo"))));
    }
  }
  const ImportedItem item =
      OneNinjs(NinjsItem(R"(,"embargoedUntil":"2026-03-06T00:00:00Z")"));
  EXPECT_EQ(item.request.article().embargo_until().seconds(), 1772755200);
}

TEST(NinjsReaderTest, OnlyWhatReadersCanReadIsPublished) {
  const struct {
    std::string text;
    const char* remark;
  } cases[] = {
      {R"({"uri":"x-y:1","language":"en","bodies":[{"value":"Text."}]})",
       "it has no headline"},
      {R"({"uri":"x-y:1","language":"en","headlines":[{"value":"A"}]})",
       "it has no text that can be read"},
      {NinjsItem("", R"([{"value":"x","contentType":"application/nitf+xml"}])"),
       "it has no text that can be read"},
      {R"({"uri":"x-y:1","language":"en","type":"video",)"
       R"("headlines":[{"value":"A"}]})",
       "it has no file"},
  };
  for (const auto& c : cases) {
    const ImportedItem item = OneNinjs(c.text);
    EXPECT_EQ(item.request.initial_state(), v1::CreateArticleRequest::DRAFT);
    EXPECT_THAT(item.remarks,
                Contains(absl::StrCat(c.remark, ": imported as a draft")));
  }
}

TEST(NinjsReaderTest, APictureIsAnArticleOfItsKind) {
  const ImportedItem item = OneNinjs(
      R"({"uri":"https://a.example/p","type":"picture","language":"en",)"
      R"("headlines":[{"role":"main","value":"The quay"}],)"
      R"("descriptions":[{"role":"caption","value":"At noon."}],)"
      R"("copyrightNotice":"© Lee",)"
      R"("renditions":[{"name":"main","href":"https://a.example/p.jpg"},)"
      R"({"name":"small"}]})");
  const v1::Article& article = item.request.article();
  EXPECT_EQ(article.kind(), v1::Article::PICTURE);
  EXPECT_EQ(item.request.initial_state(), v1::CreateArticleRequest::PUBLISHED);
  ASSERT_EQ(article.media_size(), 1);
  EXPECT_EQ(article.media(0).kind(), v1::Media::PICTURE);
  EXPECT_EQ(article.media(0).renditions_size(), 2);
  EXPECT_EQ(article.media(0).caption().value(), "At noon.");
  EXPECT_FALSE(article.has_summary());
}

TEST(NinjsReaderTest, ACompositeWithATextIsAText) {
  const ImportedItem item = OneNinjs(NinjsItem(R"(,"type":"composite")"));
  EXPECT_EQ(item.request.article().kind(), v1::Article::TEXT);
  EXPECT_EQ(UnmappedOf(item, "$.type"), "\"composite\"");
  const Imported list = ImportAll(ImportFormat::kNinjs,
                                  NinjsItem(R"(,"type":"composite")", "[]"));
  ASSERT_THAT(list.errors, SizeIs(1));
  EXPECT_THAT(std::string(list.errors[0].message()),
              HasSubstr("composite\" without a text, which is not an article"));
}

TEST(NinjsReaderTest, AddressesNeverStandInABylineOrCredit) {
  const ImportedItem item = OneNinjs(NinjsItem(
      R"(,"by":"By Jane Roe <jane@a.example>","associations":[{"name":"p",)"
      R"("uri":"x:y","type":"picture","by":"Lee <lee@a.example>"}])"));
  const v1::Article& article = item.request.article();
  EXPECT_EQ(article.byline(), "By Jane Roe");
  EXPECT_THAT(article.media(0).credit(), Not(HasSubstr("@")));
  EXPECT_EQ(article.media(0).contributors(0).contact(), "lee@a.example");
  for (const std::string& remark : item.remarks) {
    EXPECT_THAT(remark, Not(HasSubstr("@")));
  }
}

TEST(NinjsReaderTest, ATranslationComesAfterItsSource) {
  const std::string source = NinjsItem();
  const std::string uri = "https://a.example/1";
  const std::string by_rel = absl::StrReplaceAll(
      NinjsItem(R"(,"associations":[{"name":"original","rel":"translationOf",)"
                R"("uri":"https://a.example/1"}])"),
      {{R"("uri":"https://a.example/1","language)",
        R"("uri":"x:2","language)"}});
  const std::string by_alias =
      absl::StrReplaceAll(NinjsItem(R"(,"altids":[{"role":"translationOf",)"
                                    R"("value":"https://a.example/1"}])"),
                          {{R"("uri":"https://a.example/1","language)",
                            R"("uri":"x:3","language)"}});
  const Imported result =
      ImportAll(ImportFormat::kNinjs,
                absl::StrCat("[", by_rel, ",\n", by_alias, ",\n", source, "]"));
  EXPECT_THAT(result.errors, IsEmpty());
  ASSERT_THAT(result.items, SizeIs(3));
  EXPECT_EQ(result.items[0].line, 3);
  for (const size_t i : {1, 2}) {
    const ImportedItem& item = result.items[i];
    EXPECT_EQ(item.request.article().translation_of().article(),
              absl::StrCat("articles/", result.items[0].request.article_id()));
    EXPECT_EQ(item.request.article().translation_of().revision(), 1);
    EXPECT_EQ(item.source_uri, uri);
  }
  ImportedItem loose = result.items[1];
  LoosenFromSource(loose);
  EXPECT_FALSE(loose.request.article().has_translation_of());
  EXPECT_EQ(loose.request.article().relations(0).uri(), uri);
  EXPECT_EQ(UnmappedOf(loose, "$.associations"),
            R"([{"name":"original","rel":"translationOf",)"
            R"("uri":"https://a.example/1"}])");
}

TEST(NinjsReaderTest, AnIdThatIsNoUriBelongsToItsSystem) {
  const std::string text =
      absl::StrReplaceAll(NinjsItem(), {{"https://a.example/1", "item-1"}});
  ImportOptions options = NinjsOptions();
  options.source_system = "a.example";
  const ImportedItem item = OneNinjs(text, options);
  EXPECT_EQ(item.request.article().provenance().source_system(), "a.example");
  options.source_system = "b.example";
  EXPECT_NE(OneNinjs(text, options).request.article_id(),
            item.request.article_id());
}

}  // namespace
}  // namespace courant::importers
