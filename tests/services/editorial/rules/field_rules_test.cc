#include "services/editorial/rules/field_rules.h"

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/editorial/rules/validation.h"
#include "storage/errors/reason.h"
#include "tests/services/editorial/rules/sample_article.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// One wrong value in an article that is right otherwise.
struct WrongCase {
  const char* name;
  std::function<void(v1::Article*)> spoil;
  const char* field;
  v1::ErrorReason reason;
  // Part of what the client is told.
  const char* advice = "";
};

class WrongFieldTest : public testing::TestWithParam<WrongCase> {};

TEST_P(WrongFieldTest, IsRefusedByName) {
  v1::Article article = SampleArticle();
  GetParam().spoil(&article);
  const absl::Status status = ValidateArticle(article, "article");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReasonOf(status), GetParam().reason) << status;
  EXPECT_THAT(FieldsOf(status),
              ElementsAre(absl::StrCat("article.", GetParam().field)));
  EXPECT_THAT(AdviceOf(status), HasSubstr(GetParam().advice));
}

std::string Repeat(absl::string_view word, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) absl::StrAppend(&text, word);
  return text;
}

using A = v1::Article;
constexpr int kKibi = 1 << 10;

INSTANTIATE_TEST_SUITE_P(
    Language, WrongFieldTest,
    testing::ValuesIn<WrongCase>({
        {"Missing", [](A* a) { a->clear_language(); }, "language",
         v1::FIELD_REQUIRED},
        {"Nonsense", [](A* a) { a->set_language("xx-invalid-tag-xyz"); },
         "language", v1::FIELD_INVALID, "BCP 47"},
        {"Word", [](A* a) { a->set_language("english"); }, "language",
         v1::FIELD_INVALID, "did you mean \"en\"?"},
        {"Underscore", [](A* a) { a->set_language("en_US"); }, "language",
         v1::FIELD_INVALID, "did you mean \"en-US\"?"},
        {"OfAText", [](A* a) { a->mutable_decks(0)->set_language("Korean"); },
         "decks[0].language", v1::FIELD_INVALID, "did you mean \"ko\"?"},
        {"OfAName",
         [](A* a) {
           a->mutable_contributors(0)->mutable_names(0)->set_language("k");
         },
         "contributors[0].names[0].language", v1::FIELD_INVALID},
        {"ThatOnceWasRight",
         [](A* a) {
           a->mutable_headline()->set_language("en");
           a->mutable_decks(0)->set_language("en_");
         },
         "decks[0].language", v1::FIELD_INVALID},
    }),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Length, WrongFieldTest,
    testing::ValuesIn<WrongCase>({
        {"Headline",
         [](A* a) { a->mutable_headline()->set_value(Repeat("붕", 1001)); },
         "headline.value", v1::FIELD_TOO_LONG, "has 1001 code points"},
        {"Slugline", [](A* a) { a->set_slugline(Repeat("괴", 201)); },
         "slugline", v1::FIELD_TOO_LONG, "at most 200"},
        {"Decks",
         [](A* a) {
           while (a->decks_size() < 21) a->add_decks()->set_value("x");
         },
         "decks", v1::FIELD_TOO_LONG, "at most 20"},
        {"Body",
         [](A* a) {
           while (a->body_size() < 2001) AddParagraph("x", a);
         },
         "body", v1::FIELD_TOO_LONG, "at most 2000"},
        {"Media",
         [](A* a) {
           while (a->media_size() < 201) a->add_media();
         },
         "media", v1::FIELD_TOO_LONG, "at most 200"},
        {"OtherLists",
         [](A* a) {
           while (a->entities_size() < 1001) a->add_entities();
         },
         "entities", v1::FIELD_TOO_LONG, "at most 1000"},
        {"ListsOfStrings",
         [](A* a) {
           while (a->alias_urls_size() < 1001) {
             a->add_alias_urls("https://example.org/");
           }
         },
         "alias_urls", v1::FIELD_TOO_LONG, "at most 1000"},
        {"Maps",
         [](A* a) {
           auto& unmapped = *a->mutable_provenance()->mutable_unmapped();
           for (int i = 0; i < 1001; ++i) unmapped[absl::StrCat(i)] = "x";
         },
         "provenance.unmapped", v1::FIELD_TOO_LONG, "at most 1000"},
        {"Paragraph",
         [](A* a) { AddParagraph(std::string(256 * kKibi + 1, 'x'), a); },
         "body[8].paragraph.text.text", v1::FIELD_TOO_LONG, "262144"},
        {"Preformatted",
         [](A* a) {
           a->mutable_body(6)->mutable_preformatted()->set_text(
               std::string(256 * kKibi + 1, 'x'));
         },
         "body[6].preformatted.text", v1::FIELD_TOO_LONG},
        {"OtherStrings",
         [](A* a) { a->set_byline(std::string(64 * kKibi + 1, 'x')); },
         "byline", v1::FIELD_TOO_LONG, "65536 are allowed"},
        {"ValueInAMap",
         [](A* a) {
           (*a->mutable_provenance()->mutable_unmapped())["dc.x"] =
               std::string(64 * kKibi + 1, 'x');
         },
         "provenance.unmapped[\"dc.x\"].value", v1::FIELD_TOO_LONG},
    }),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Range, WrongFieldTest,
    testing::ValuesIn<WrongCase>({
        {"UrgencyAbove", [](A* a) { a->set_urgency(10); }, "urgency",
         v1::FIELD_INVALID, "use 0 to 9"},
        {"UrgencyBelow", [](A* a) { a->set_urgency(-1); }, "urgency",
         v1::FIELD_INVALID},
        {"Relevance", [](A* a) { a->mutable_subjects(0)->set_relevance(101); },
         "subjects[0].relevance", v1::FIELD_INVALID, "use 0 to 100"},
        {"SubjectConfidence",
         [](A* a) { a->mutable_subjects(0)->set_confidence(-1); },
         "subjects[0].confidence", v1::FIELD_INVALID},
        {"NameConfidence",
         [](A* a) { a->mutable_contributors(0)->set_confidence(1.5); },
         "contributors[0].confidence", v1::FIELD_INVALID, "use 0 to 1"},
        {"NotANumber",
         [](A* a) {
           a->mutable_contributors(0)->set_confidence(
               std::numeric_limits<float>::quiet_NaN());
         },
         "contributors[0].confidence", v1::FIELD_INVALID},
        {"HeadingAsTheHeadline",
         [](A* a) { a->mutable_body(1)->mutable_heading()->set_level(1); },
         "body[1].heading.level", v1::FIELD_INVALID, "use 2 to 6"},
        {"HeadingWithoutLevel",
         [](A* a) { a->mutable_body(1)->mutable_heading()->clear_level(); },
         "body[1].heading.level", v1::FIELD_INVALID},
        {"Rank", [](A* a) { a->mutable_media(0)->set_rank(-1); },
         "media[0].rank", v1::FIELD_INVALID, "use 0 or more"},
        {"Width",
         [](A* a) {
           a->mutable_media(0)->mutable_renditions(0)->set_width(-1);
         },
         "media[0].renditions[0].width", v1::FIELD_INVALID},
        {"Size",
         [](A* a) {
           a->mutable_media(0)->mutable_renditions(0)->set_size_bytes(-1);
         },
         "media[0].renditions[0].size_bytes", v1::FIELD_INVALID},
        {"Cut", [](A* a) { a->mutable_short_title()->set_limit(-1); },
         "short_title.limit", v1::FIELD_INVALID},
        {"Revision", [](A* a) { a->mutable_relations(0)->set_revision(-1); },
         "relations[0].revision", v1::FIELD_INVALID},
        {"Line",
         [](A* a) { a->mutable_provenance()->add_cleaning()->set_line(-1); },
         "provenance.cleaning[0].line", v1::FIELD_INVALID},
        {"YearZero",
         [](A* a) { a->mutable_first_published()->set_seconds(-62135596801); },
         "first_published.seconds", v1::FIELD_INVALID, "0001 to 9999"},
        {"YearTenThousand",
         [](A* a) { a->mutable_expires_at()->set_seconds(253402300800); },
         "expires_at.seconds", v1::FIELD_INVALID},
        {"NegativeNanos",
         [](A* a) { a->mutable_embargo_until()->set_nanos(-1); },
         "embargo_until.nanos", v1::FIELD_INVALID},
        {"NanosOfASecond",
         [](A* a) {
           a->mutable_provenance()->add_hops()->mutable_time()->set_nanos(
               1000000000);
         },
         "provenance.hops[0].time.nanos", v1::FIELD_INVALID},
        {"UnknownEnumValue",
         [](A* a) { a->set_kind(static_cast<A::Kind>(99)); }, "kind",
         v1::FIELD_INVALID, "courant.v1.Article.Kind"},
        {"UnknownEnumValueDeepDown",
         [](A* a) {
           a->mutable_media(0)->add_contributors()->set_role(
               static_cast<v1::Contributor::Role>(-1));
         },
         "media[0].contributors[0].role", v1::FIELD_INVALID},
        {"RelationWithoutType",
         [](A* a) { a->mutable_relations(0)->clear_type(); },
         "relations[0].type", v1::FIELD_REQUIRED},
    }),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Format, WrongFieldTest,
    testing::ValuesIn<WrongCase>({
        {"Story", [](A* a) { a->set_story("summit"); }, "story",
         v1::FIELD_INVALID, "stories/{story}"},
        {"Name", [](A* a) { a->set_name("articles/A"); }, "name",
         v1::FIELD_INVALID, "articles/{article}"},
        {"RelativeUrl", [](A* a) { a->set_canonical_url("/a"); },
         "canonical_url", v1::FIELD_INVALID, "https://example.org/a"},
        {"OtherScheme",
         [](A* a) { a->set_canonical_url("javascript:alert(1)"); },
         "canonical_url", v1::FIELD_INVALID},
        {"UrlWithoutHost", [](A* a) { a->set_canonical_url("https:///a"); },
         "canonical_url", v1::FIELD_INVALID},
        {"UrlWithPortAlone", [](A* a) { a->set_canonical_url("https://:80/"); },
         "canonical_url", v1::FIELD_INVALID},
        {"UrlWithWordsForAPort",
         [](A* a) { a->set_canonical_url("https://example.org:http/"); },
         "canonical_url", v1::FIELD_INVALID},
        {"UrlWithASpace",
         [](A* a) { a->set_canonical_url("https://example.org/a b"); },
         "canonical_url", v1::FIELD_INVALID},
        {"UrlWithALineFeed",
         [](A* a) { a->set_canonical_url("https://example.org/a\nb"); },
         "canonical_url", v1::FIELD_INVALID},
        {"UrlThatEndsAnAttribute",
         [](A* a) { a->set_canonical_url("https://example.org/\"><b>"); },
         "canonical_url", v1::FIELD_INVALID},
        {"EmptyAlias", [](A* a) { a->add_alias_urls(""); }, "alias_urls[0]",
         v1::FIELD_REQUIRED},
        {"Cite",
         [](A* a) {
           a->mutable_body(3)->mutable_quote()->set_cite("ftp://example.org");
         },
         "body[3].quote.cite", v1::FIELD_INVALID},
        {"EmbedWithoutUrl",
         [](A* a) { a->mutable_body(7)->mutable_embed()->clear_url(); },
         "body[7].embed.url", v1::FIELD_REQUIRED},
        {"Rendition",
         [](A* a) {
           a->mutable_media(0)->mutable_renditions(0)->set_href("quay.jpg");
         },
         "media[0].renditions[0].href", v1::FIELD_INVALID},
        {"SourceUrl",
         [](A* a) { a->mutable_provenance()->set_source_url("example.org"); },
         "provenance.source_url", v1::FIELD_INVALID},
        {"Policy",
         [](A* a) { a->mutable_rights()->set_linked_policy("terms"); },
         "rights.linked_policy", v1::FIELD_INVALID},
        {"PolicyThatIsNotJson",
         [](A* a) { a->mutable_rights()->set_encoded_policy("{"); },
         "rights.encoded_policy", v1::FIELD_INVALID, "JSON"},
        {"PolicyTooDeep",
         [](A* a) {
           a->mutable_rights()->set_encoded_policy(Repeat("[", 65) +
                                                   Repeat("]", 65));
         },
         "rights.encoded_policy", v1::FIELD_INVALID, "64 levels"},
        {"Uri", [](A* a) { a->mutable_entities(0)->set_uri("busan"); },
         "entities[0].uri", v1::FIELD_INVALID},
        {"UriWithoutMore",
         [](A* a) { a->mutable_entities(0)->set_uri("urn:"); },
         "entities[0].uri", v1::FIELD_INVALID},
        {"Country",
         [](A* a) {
           a->mutable_dateline()->mutable_place()->set_country("kr");
         },
         "dateline.place.country", v1::FIELD_INVALID, "\"KR\""},
        {"CountryThatDoesNotExist",
         [](A* a) {
           a->mutable_dateline()->mutable_place()->set_country("XQ");
         },
         "dateline.place.country", v1::FIELD_INVALID},
        {"SectionCode",
         [](A* a) { a->mutable_sections(0)->set_code("Recent News"); },
         "sections[0].code", v1::FIELD_INVALID, "[a-z0-9-]"},
        {"SectionCodeTooLong",
         [](A* a) { a->mutable_sections(0)->set_code(Repeat("x", 65)); },
         "sections[0].code", v1::FIELD_INVALID},
        {"Qcode", [](A* a) { a->mutable_subjects(0)->set_qcode("20000639"); },
         "subjects[0].qcode", v1::FIELD_INVALID, "medtop:20000639"},
        {"QcodeWithASpace",
         [](A* a) { a->mutable_subjects(0)->set_qcode("medtop: 1"); },
         "subjects[0].qcode", v1::FIELD_INVALID},
        {"MediaType",
         [](A* a) {
           a->mutable_media(0)->mutable_renditions(0)->set_content_type("jpeg");
         },
         "media[0].renditions[0].content_type", v1::FIELD_INVALID,
         "image/jpeg"},
        {"Sha256",
         [](A* a) {
           a->mutable_media(0)->mutable_renditions(0)->set_sha256("short");
         },
         "media[0].renditions[0].sha256", v1::FIELD_INVALID,
         "has 5 bytes; a SHA-256 has 32"},
        {"ContentHash",
         [](A* a) {
           a->mutable_provenance()->set_content_hash(std::string(33, 'x'));
         },
         "provenance.content_hash", v1::FIELD_INVALID},
        {"BlockId", [](A* a) { a->mutable_body(0)->set_id("P1"); },
         "body[0].id", v1::FIELD_INVALID, "1 to 32"},
        {"BlockIdTooLong",
         [](A* a) { a->mutable_body(0)->set_id(std::string(33, 'p')); },
         "body[0].id", v1::FIELD_INVALID},
        {"RelatedArticle",
         [](A* a) { a->mutable_relations(0)->set_article("ferry"); },
         "relations[0].article", v1::FIELD_INVALID},
        {"SourceOfATranslation", [](A* a) { a->mutable_translation_of(); },
         "translation_of.article", v1::FIELD_REQUIRED},
        {"NotUtf8", [](A* a) { a->set_byline("By \xED\xA0\x80"); }, "byline",
         v1::INVALID_UTF8},
    }),
    [](const auto& info) { return info.param.name; });

// Values at the edge of what is allowed.
struct RightCase {
  const char* name;
  std::function<void(v1::Article*)> change;
};

class RightFieldTest : public testing::TestWithParam<RightCase> {};

TEST_P(RightFieldTest, IsTaken) {
  v1::Article article = SampleArticle();
  GetParam().change(&article);
  EXPECT_THAT(ValidateArticle(article, "article"), IsOk());
}

INSTANTIATE_TEST_SUITE_P(
    Edge, RightFieldTest,
    testing::ValuesIn<RightCase>({
        {"HeadlineOfAThousand",
         [](A* a) { a->mutable_headline()->set_value(Repeat("붕", 1000)); }},
        {"SluglineOfTwoHundred",
         [](A* a) { a->set_slugline(Repeat("괴", 200)); }},
        {"TwoThousandBlocks",
         [](A* a) {
           while (a->body_size() < 2000) AddParagraph("x", a);
         }},
        {"ParagraphOf256KiB",
         [](A* a) { AddParagraph(std::string(256 * kKibi, 'x'), a); }},
        {"StringOf64KiB",
         [](A* a) { a->set_byline(std::string(64 * kKibi, 'x')); }},
        {"FirstAndLastMoment",
         [](A* a) {
           a->mutable_first_published()->set_seconds(-62135596800);
           a->mutable_expires_at()->set_seconds(253402300799);
           a->mutable_expires_at()->set_nanos(999999999);
         }},
        {"UrlInHangul",
         [](A* a) { a->set_canonical_url("https://example.org/붕괴?q=평화"); }},
        {"UrlWithPort",
         [](A* a) { a->set_canonical_url("HTTP://example.org:8080"); }},
        {"UrlOfAnAddress",
         [](A* a) { a->set_canonical_url("http://[2001:db8::1]:80/a"); }},
        {"UrlWithAQueryAlone",
         [](A* a) { a->set_canonical_url("https://example.org?a=b:c/d"); }},
        {"Urn", [](A* a) { a->mutable_entities(0)->set_uri("urn:x:y"); }},
        {"MediaTypeWithParameters",
         [](A* a) {
           a->mutable_media(0)->mutable_renditions(0)->set_content_type(
               "text/html; charset=utf-8");
         }},
        {"PolicyInJson",
         [](A* a) { a->mutable_rights()->set_encoded_policy(R"({"a":[1]})"); }},
        {"PolicyOf64Levels",
         [](A* a) {
           a->mutable_rights()->set_encoded_policy(Repeat("[", 64) +
                                                   Repeat("]", 64));
         }},
        {"LongPolicy",
         [](A* a) {
           a->mutable_rights()->set_encoded_policy(
               absl::StrCat("[1", Repeat(",1", 30000), "]"));
         }},
        {"QcodeWithSlashes",
         [](A* a) { a->mutable_subjects(0)->set_qcode("x:a/b:c"); }},
        {"Hashes",
         [](A* a) {
           a->mutable_provenance()->set_content_hash(std::string(32, '\0'));
         }},
    }),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace courant
