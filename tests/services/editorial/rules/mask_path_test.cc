#include "services/editorial/rules/mask_path.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/errors/reason.h"
#include "tests/services/editorial/rules/random_article.h"
#include "tests/services/editorial/rules/sample_article.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(CheckMaskPathTest, TakesEveryFieldThatAClientMaySet) {
  for (const std::string& path : AllMaskPaths()) {
    EXPECT_THAT(CheckMaskPath(path, "update_mask.paths[0]"), IsOk()) << path;
  }
}

struct PathCase {
  const char* name;
  std::string path;
  const char* advice;
};

class RefusedPathTest : public testing::TestWithParam<PathCase> {};

TEST_P(RefusedPathTest, IsNamedWithAdvice) {
  const absl::Status status =
      CheckMaskPath(GetParam().path, "update_mask.paths[3]");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReasonOf(status), v1::FIELD_MASK_INVALID);
  EXPECT_THAT(FieldsOf(status), ElementsAre("update_mask.paths[3]"));
  EXPECT_THAT(AdviceOf(status), HasSubstr(GetParam().advice));
}

INSTANTIATE_TEST_SUITE_P(
    MaskPath, RefusedPathTest,
    testing::ValuesIn<PathCase>({
        {"Misspelt", "headlin", "did you mean \"headline\"?"},
        {"Capitals", "Headline", "did you mean \"headline\"?"},
        {"MisspeltBelow", "rights.usage_term",
         "did you mean \"rights.usage_terms\"?"},
        {"CamelCase", "rights.copyrightNotice",
         "did you mean \"rights.copyright_notice\"?"},
        {"CamelCaseAbove", "changeNote.severity",
         "did you mean \"change_note\"?"},
        {"Nonsense", "xyzzy", "names no field of Article"},
        {"Empty", "", "names no field"},
        {"Star", "*", "names no field"},
        {"StarBelow", "rights.*", "names no field of Rights"},
        {"LeadingDot", ".headline", "names no field"},
        {"TrailingDot", "headline.", "names no field of Text"},
        {"WithThePrefix", "article.headline", "names no field"},
        {"VeryLong", std::string(100000, 'x'), "names no field"},
        {"Name", "name", "set by the server alone"},
        {"Urn", "urn", "set by the server alone"},
        {"Revision", "revision", "set by the server alone"},
        {"Etag", "etag", "set by the server alone"},
        {"ChangeSequence", "change_sequence", "set by the server alone"},
        {"State", "state", "set by the server alone"},
        {"PubStatus", "pub_status", "set by the server alone"},
        {"CreateTime", "create_time", "set by the server alone"},
        {"PartOfATime", "create_time.seconds", "set by the server alone"},
        {"RevisionCreateTime", "revision_create_time",
         "set by the server alone"},
        {"PublishTime", "publish_time", "set by the server alone"},
        {"ScheduleTime", "schedule_time", "set by the server alone"},
        {"Actor", "actor", "set by the server alone"},
        {"FieldsOfTheNote", "change_note.fields", "set by the server alone"},
        {"LanguageOfTheSource", "translation_of.language",
         "set by the server alone"},
        {"ExtentOfATranslation", "translation_of.extent",
         "set by the server alone"},
        {"IntoAList", "decks.value", "name `decks`"},
        {"ElementOfAList", "body[3]", "name `body`"},
        {"BelowAnElement", "body[3].id", "name `body`"},
        {"IntoAMap", "provenance.unmapped.key", "name `unmapped`"},
        {"IntoATime", "expires_at.seconds", "name `expires_at`"},
        {"BelowAString", "byline.value", "`byline`, which is no message"},
        {"BelowAnEnum", "kind.text", "`kind`, which is no message"},
    }),
    [](const auto& info) { return info.param.name; });

TEST(CheckMaskPathTest, PutsThePathIntoTheMetadata) {
  EXPECT_EQ(MetadataOf(CheckMaskPath("rights.usage", "m"), "path"),
            "rights.usage");
  EXPECT_EQ(MetadataOf(CheckMaskPath("\xFF", "m"), "path"), "\\xff");
}

}  // namespace
}  // namespace courant
