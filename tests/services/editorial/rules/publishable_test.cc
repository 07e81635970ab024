#include "services/editorial/rules/publishable.h"

#include <functional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/errors/reason.h"
#include "tests/services/editorial/rules/sample_article.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using ::testing::ElementsAreArray;
using A = v1::Article;

struct PublishCase {
  const char* name;
  std::function<void(A*)> change;
  // What is missing; nothing when it may be published.
  std::vector<std::string> missing;
};

class PublishableTest : public testing::TestWithParam<PublishCase> {};

TEST_P(PublishableTest, IsJudgedAndWhatIsMissingNamed) {
  A article = SampleArticle();
  GetParam().change(&article);
  SettleRights(&article);
  const absl::Status status = CheckPublishable(article);
  EXPECT_EQ(status.ok(), GetParam().missing.empty()) << status;
  EXPECT_THAT(FieldsOf(status), ElementsAreArray(GetParam().missing));
  if (!status.ok()) {
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(ReasonOf(status), v1::NOT_PUBLISHABLE);
  }
}

void ImportedWithoutNotice(A* a) {
  a->mutable_rights()->clear_copyright_notice();
  a->mutable_rights()->clear_status();
  a->mutable_provenance()->set_source_url("https://example.org/a");
}

INSTANTIATE_TEST_SUITE_P(
    Publishable, PublishableTest,
    testing::ValuesIn<PublishCase>({
        {"Complete", [](A*) {}, {}},
        {"NoHeadline", [](A* a) { a->clear_headline(); }, {"headline"}},
        {"BlankHeadline",
         [](A* a) { a->mutable_headline()->set_value(" \n"); },
         {"headline"}},
        {"NoLanguage", [](A* a) { a->clear_language(); }, {"language"}},
        {"NoNotice",
         [](A* a) { a->mutable_rights()->clear_copyright_notice(); },
         {"rights.copyright_notice"}},
        {"NoRightsAtAll",
         [](A* a) { a->clear_rights(); },
         {"rights.copyright_notice"}},
        {"Nothing",
         [](A* a) { a->Clear(); },
         {"headline", "language", "rights.copyright_notice", "body"}},
        {"ImportedByUrl", ImportedWithoutNotice, {}},
        {"ImportedById",
         [](A* a) {
           ImportedWithoutNotice(a);
           a->mutable_provenance()->clear_source_url();
           a->mutable_provenance()->set_source_id("O_47261");
         },
         {}},
        {"SourceSystemAloneIsNoSource",
         [](A* a) {
           ImportedWithoutNotice(a);
           a->mutable_provenance()->clear_source_url();
           a->mutable_provenance()->set_source_system("example.org");
         },
         {"rights.copyright_notice"}},
        {"ImportedAndClearedWithoutNotice",
         [](A* a) {
           ImportedWithoutNotice(a);
           a->mutable_rights()->set_status(v1::Rights::CLEARED);
         },
         {"rights.copyright_notice"}},
        {"ImportedAndRestrictedWithoutNotice",
         [](A* a) {
           ImportedWithoutNotice(a);
           a->mutable_rights()->set_status(v1::Rights::RESTRICTED);
         },
         {"rights.copyright_notice"}},
        {"OwnButUnknown",
         [](A* a) {
           a->mutable_rights()->clear_copyright_notice();
           a->mutable_rights()->set_status(v1::Rights::UNKNOWN);
         },
         {"rights.copyright_notice"}},
        {"NothingToRead",
         [](A* a) {
           a->clear_body();
           a->clear_media();
         },
         {"body"}},
        {"BlankParagraphs",
         [](A* a) {
           a->clear_body();
           a->clear_media();
           AddParagraph("", a);
           AddParagraph(" \t", a);
         },
         {"body"}},
        {"OneWord",
         [](A* a) {
           a->clear_body();
           a->clear_media();
           AddParagraph("붕괴", a);
         },
         {}},
        {"TextOfAPictureAlone", [](A* a) { a->clear_body(); }, {}},
        {"TextOfAnEmbedAlone",
         [](A* a) {
           a->clear_media();
           a->mutable_body()->DeleteSubrange(0, 7);
         },
         {}},
        {"TextOfATableAlone",
         [](A* a) {
           a->clear_media();
           a->mutable_body()->DeleteSubrange(6, 2);
           a->mutable_body()->DeleteSubrange(0, 5);
         },
         {}},
        {"HeadlineOfATranslation",
         [](A* a) {
           a->mutable_translation_of()->set_extent(v1::TranslationOf::HEADLINE);
           a->clear_body();
           a->clear_media();
         },
         {}},
        {"HeadlineAndDecksOfAPicture",
         [](A* a) {
           a->mutable_translation_of()->set_extent(
               v1::TranslationOf::HEADLINE_AND_DECKS);
           a->set_kind(A::PICTURE);
           a->clear_body();
           a->clear_media();
         },
         {}},
        {"HeadlineOfATranslationWithoutOne",
         [](A* a) {
           a->mutable_translation_of()->set_extent(v1::TranslationOf::HEADLINE);
           a->clear_headline();
         },
         {"headline"}},
        {"CaptionsOfATranslation",
         [](A* a) {
           a->mutable_translation_of()->set_extent(v1::TranslationOf::CAPTIONS);
           a->clear_headline();
           a->clear_body();
         },
         {}},
        {"CaptionsWithoutWords",
         [](A* a) {
           a->mutable_translation_of()->set_extent(v1::TranslationOf::CAPTIONS);
           a->clear_media();
           a->add_media()->set_kind(v1::Media::PICTURE);
         },
         {"media"}},
        {"WholeTranslationWithoutHeadline",
         [](A* a) {
           a->mutable_translation_of()->set_article("articles/ko");
           a->clear_headline();
           a->clear_body();
           a->clear_media();
         },
         {"headline", "body"}},
        {"PictureWithoutMedia",
         [](A* a) {
           a->set_kind(A::PICTURE);
           a->clear_media();
         },
         {"media"}},
        {"PictureWithoutWords",
         [](A* a) {
           a->set_kind(A::PICTURE);
           a->clear_body();
         },
         {}},
    }),
    [](const auto& info) { return info.param.name; });

struct RightsCase {
  const char* name;
  bool imported;
  v1::Rights::Status before;
  v1::Rights::Status after;
};

class SettleRightsTest : public testing::TestWithParam<RightsCase> {};

TEST_P(SettleRightsTest, InventsNoRights) {
  A article = SampleArticle();
  article.mutable_rights()->set_status(GetParam().before);
  if (GetParam().imported) {
    article.mutable_provenance()->set_source_id("O_47261");
  }
  A want = article;
  want.mutable_rights()->set_status(GetParam().after);
  SettleRights(&article);
  EXPECT_EQ(article.SerializeAsString(), want.SerializeAsString());
}

INSTANTIATE_TEST_SUITE_P(
    Publishable, SettleRightsTest,
    testing::ValuesIn<RightsCase>({
        {"ImportedAndUnsaid", true, v1::Rights::STATUS_UNSPECIFIED,
         v1::Rights::UNKNOWN},
        {"ImportedAndUnknown", true, v1::Rights::UNKNOWN, v1::Rights::UNKNOWN},
        {"ImportedAndCleared", true, v1::Rights::CLEARED, v1::Rights::CLEARED},
        {"ImportedAndRestricted", true, v1::Rights::RESTRICTED,
         v1::Rights::RESTRICTED},
        {"OwnAndUnsaid", false, v1::Rights::STATUS_UNSPECIFIED,
         v1::Rights::STATUS_UNSPECIFIED},
        {"OwnAndCleared", false, v1::Rights::CLEARED, v1::Rights::CLEARED},
    }),
    [](const auto& info) { return info.param.name; });

TEST(SettleRightsTest, ImportedWithoutAnyRightsGetsThem) {
  A article;
  article.mutable_provenance()->set_source_url("https://example.org/a");
  SettleRights(&article);
  EXPECT_EQ(article.rights().status(), v1::Rights::UNKNOWN);
}

}  // namespace
}  // namespace courant
