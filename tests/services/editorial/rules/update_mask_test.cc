#include "services/editorial/rules/update_mask.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "storage/errors/reason.h"
#include "tests/services/editorial/rules/sample_article.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using google::protobuf::FieldMask;
using google::protobuf::util::MessageDifferencer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

FieldMask Mask(const std::vector<std::string>& paths) {
  FieldMask mask;
  for (const std::string& path : paths) mask.add_paths(path);
  return mask;
}

constexpr char kCurrent[] = R"pb(
  name: "articles/a"
  story: "stories/s"
  revision: 3
  etag: "e3"
  state: DRAFT
  kind: TEXT
  language: "en"
  headline { language: "en" value: "Old" }
  decks { value: "One" }
  decks { value: "Two" }
  rights { copyright_notice: "Notice" usage_terms: "Terms" }
  provenance {
    source_system: "example.org"
    unmapped { key: "a" value: "1" }
    unmapped { key: "b" value: "2" }
  }
  urgency: 4
)pb";

struct UpdateCase {
  const char* name;
  const char* patch;
  std::vector<std::string> mask;
  // The result, as changes to kCurrent in text format: fields named in
  // `cleared` are cleared first, then `merged` is merged.
  std::vector<std::string> cleared;
  const char* merged;
};

class ApplyUpdateTest : public testing::TestWithParam<UpdateCase> {};

TEST_P(ApplyUpdateTest, GivesWhatTheMaskSays) {
  const UpdateCase& row = GetParam();
  const v1::Article current = ParseArticle(kCurrent);
  v1::Article want = current;
  for (const std::string& name : row.cleared) {
    want.GetReflection()->ClearField(
        &want, v1::Article::descriptor()->FindFieldByName(name));
  }
  want.MergeFrom(ParseArticle(row.merged));
  COURANT_ASSERT_OK_AND_ASSIGN(
      const v1::Article got,
      ApplyUpdate(current, ParseArticle(row.patch), Mask(row.mask)));
  EXPECT_TRUE(MessageDifferencer::Equals(got, want))
      << "got " << got.DebugString() << "want " << want.DebugString();
}

INSTANTIATE_TEST_SUITE_P(
    Update, ApplyUpdateTest,
    testing::ValuesIn<UpdateCase>({
        {"NamedField",
         "headline { value: 'New' } byline: 'not named'",
         {"headline"},
         {"headline"},
         "headline { value: 'New' }"},
        {"NamedAndEmptyIsCleared",
         "",
         {"headline", "decks", "urgency"},
         {"headline", "decks", "urgency"},
         ""},
        {"PathInAMessage",
         "rights { usage_terms: 'New' copyright_notice: 'not named' }",
         {"rights.usage_terms"},
         {},
         "rights { usage_terms: 'New' }"},
        {"PathInAMessageIsCleared",
         "",
         {"rights.usage_terms"},
         {"rights"},
         "rights { copyright_notice: 'Notice' }"},
        {"PathInAMessageThatIsNotThere",
         "dateline { place { country: 'KR' } }",
         {"dateline.place.country"},
         {},
         "dateline { place { country: 'KR' } }"},
        {"MessageIsReplacedWhole",
         "rights { usage_terms: 'New' }",
         {"rights"},
         {"rights"},
         "rights { usage_terms: 'New' }"},
        {"MessageAndAPathInIt",
         "rights { usage_terms: 'New' }",
         {"rights.usage_terms", "rights"},
         {"rights"},
         "rights { usage_terms: 'New' }"},
        {"ListIsReplacedWhole",
         "decks { value: 'Three' }",
         {"decks"},
         {"decks"},
         "decks { value: 'Three' }"},
        {"MapIsReplacedWhole",
         "provenance { unmapped { key: 'c' value: '3' } }",
         {"provenance.unmapped"},
         {"provenance"},
         "provenance { source_system: 'example.org'"
         "             unmapped { key: 'c' value: '3' } }"},
        {"OneOfTwoPoliciesReplacesTheOther",
         "rights { linked_policy: 'https://example.org' }",
         {"rights.linked_policy", "rights.encoded_policy"},
         {},
         "rights { linked_policy: 'https://example.org' }"},
        {"PathNamedTwice",
         "decks { value: 'Three' }",
         {"decks", "decks"},
         {"decks"},
         "decks { value: 'Three' }"},
        {"TimeAtTheFirstMomentOf1970",
         "expires_at {}",
         {"expires_at"},
         {},
         "expires_at {}"},
        {"EmptyMaskTakesWhatIsSet",
         "headline { value: 'New' } rights { usage_terms: 'New' }",
         {},
         {"headline", "rights"},
         "headline { value: 'New' } rights { usage_terms: 'New' }"},
        {"EmptyMaskOfAnEmptyPatchChangesNothing", "", {}, {}, ""},
        {"EmptyMaskIgnoresWhatTheServerSets",
         "name: 'articles/b' revision: 9 etag: 'x' state: KILLED"
         " create_time { seconds: 1 } actor: 'me' urgency: 5",
         {},
         {},
         "urgency: 5"},
        {"StarTakesAll",
         "language: 'ko' headline { value: 'New' }",
         {"*"},
         {"language", "headline", "decks", "rights", "provenance", "urgency"},
         "language: 'ko' headline { value: 'New' }"},
        {"StarIgnoresWhatTheServerSets",
         "language: 'ko' state: KILLED revision: 9",
         {"*"},
         {"language", "headline", "decks", "rights", "provenance", "urgency"},
         "language: 'ko'"},
        {"SameStoryAndKind",
         "story: 'stories/s' kind: TEXT urgency: 5",
         {},
         {},
         "urgency: 5"},
        {"KindThatIsReadTheSame", "", {"kind"}, {"kind"}, ""},
        {"FirstTranslationOf",
         "translation_of { article: 'articles/ko' revision: 1 language: 'x' }",
         {},
         {},
         "translation_of { article: 'articles/ko' revision: 1 }"},
        {"NoteOfThisChange",
         "change_note { note_editors { value: 'n' } fields: 'forged' }",
         {},
         {},
         "change_note { note_editors { value: 'n' } }"},
    }),
    [](const auto& info) { return info.param.name; });

TEST(ApplyUpdateTest, TheNoteOnTheLastChangeDoesNotStay) {
  v1::Article current = ParseArticle(kCurrent);
  current.mutable_change_note()->mutable_note_public()->set_value("old");
  current.mutable_change_note()->set_severity(v1::ChangeNote::CRITICAL);
  COURANT_ASSERT_OK_AND_ASSIGN(
      const v1::Article without,
      ApplyUpdate(current, ParseArticle("urgency: 5"), Mask({"urgency"})));
  EXPECT_FALSE(without.has_change_note());
  COURANT_ASSERT_OK_AND_ASSIGN(
      const v1::Article with,
      ApplyUpdate(current,
                  ParseArticle("change_note { note_public { value: 'new' } }"),
                  Mask({"change_note.note_public"})));
  EXPECT_EQ(with.change_note().note_public().value(), "new");
  EXPECT_EQ(with.change_note().severity(),
            v1::ChangeNote::SEVERITY_UNSPECIFIED);
}

TEST(ApplyUpdateTest, ATranslationMayFollowItsSourceButNotLeaveIt) {
  v1::Article current = ParseArticle(kCurrent);
  *current.mutable_translation_of() =
      ParseArticle(
          "translation_of { article: 'articles/ko' revision: 1"
          "                 language: 'ko' extent: HEADLINE }")
          .translation_of();
  COURANT_ASSERT_OK_AND_ASSIGN(
      const v1::Article newer,
      ApplyUpdate(
          current,
          ParseArticle("translation_of { article: 'articles/ko' revision: 2 }"),
          FieldMask()));
  EXPECT_EQ(newer.translation_of().revision(), 2);
  EXPECT_EQ(newer.translation_of().language(), "ko");
  EXPECT_EQ(newer.translation_of().extent(), v1::TranslationOf::HEADLINE);
  EXPECT_THAT(ApplyUpdate(current, ParseArticle("urgency: 5"), Mask({"*"})),
              IsOk());
}

struct ImmutableCase {
  const char* name;
  const char* patch;
  std::vector<std::string> mask;
  const char* field;
};

class ImmutableTest : public testing::TestWithParam<ImmutableCase> {};

TEST_P(ImmutableTest, IsRefused) {
  v1::Article current = ParseArticle(kCurrent);
  current.mutable_translation_of()->set_article("articles/ko");
  const absl::Status status =
      ApplyUpdate(current, ParseArticle(GetParam().patch),
                  Mask(GetParam().mask))
          .status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(status), v1::FIELD_IMMUTABLE);
  EXPECT_EQ(MetadataOf(status, "field"), GetParam().field);
}

INSTANTIATE_TEST_SUITE_P(
    Update, ImmutableTest,
    testing::ValuesIn<ImmutableCase>({
        {"OtherStory", "story: 'stories/t'", {"story"}, "story"},
        {"OtherStoryUnnamed", "story: 'stories/t'", {}, "story"},
        {"OtherStoryByStar", "story: 'stories/t'", {"*"}, "story"},
        {"NoStory", "", {"story"}, "story"},
        {"OtherKind", "kind: PICTURE", {"kind"}, "kind"},
        {"OtherSource",
         "translation_of { article: 'articles/ja' }",
         {"translation_of"},
         "translation_of.article"},
        {"OtherSourceByPath",
         "translation_of { article: 'articles/ja' }",
         {"translation_of.article"},
         "translation_of.article"},
        {"NoSource", "", {"translation_of"}, "translation_of.article"},
    }),
    [](const auto& info) { return info.param.name; });

TEST(ApplyUpdateTest, RefusesBadMasksByPath) {
  const v1::Article current = ParseArticle(kCurrent);
  const absl::Status unknown =
      ApplyUpdate(current, current, Mask({"headline", "headlin"})).status();
  EXPECT_EQ(ReasonOf(unknown), v1::FIELD_MASK_INVALID);
  EXPECT_THAT(FieldsOf(unknown), ElementsAre("update_mask.paths[1]"));
  EXPECT_EQ(MetadataOf(unknown, "path"), "headlin");

  const absl::Status star =
      ApplyUpdate(current, current, Mask({"headline", "*"})).status();
  EXPECT_EQ(ReasonOf(star), v1::FIELD_MASK_INVALID);
  EXPECT_THAT(AdviceOf(star), HasSubstr("alone"));

  const absl::Status many =
      ApplyUpdate(current, current,
                  Mask(std::vector<std::string>(1001, "headline")))
          .status();
  EXPECT_EQ(ReasonOf(many), v1::FIELD_TOO_LONG);
  EXPECT_EQ(MetadataOf(many, "limit"), "1000");
}

TEST(DifferingFieldsTest, NamesTopLevelFieldsInTheirOrder) {
  const v1::Article before = ParseArticle(kCurrent);
  v1::Article after = before;
  after.mutable_rights()->set_usage_terms("New");
  after.mutable_headline()->set_value("New");
  after.mutable_decks()->SwapElements(0, 1);
  (*after.mutable_provenance()->mutable_unmapped())["a"] = "9";
  AddParagraph("New", &after);
  EXPECT_THAT(DifferingFields(before, after),
              ElementsAre("headline", "decks", "body", "rights", "provenance"));
  EXPECT_EQ(DifferingFields(after, before), DifferingFields(before, after));
}

TEST(DifferingFieldsTest, DoesNotCountWhatTheServerSetsNorTheNote) {
  v1::Article before = ParseArticle(kCurrent);
  before.mutable_translation_of()->set_article("articles/ko");
  v1::Article after = before;
  after.set_name("articles/b");
  after.set_revision(9);
  after.set_etag("x");
  after.set_state(v1::Article::PUBLISHED);
  after.mutable_publish_time()->set_seconds(1);
  after.mutable_change_note()->mutable_note_public()->set_value("Note");
  after.mutable_translation_of()->set_language("ko");
  EXPECT_THAT(DifferingFields(before, after), IsEmpty());
}

TEST(DifferingFieldsTest, TellsAnUnsetTimeFromTheFirstMomentOf1970) {
  v1::Article before = ParseArticle(kCurrent);
  v1::Article after = before;
  after.mutable_expires_at();
  EXPECT_THAT(DifferingFields(before, after), ElementsAre("expires_at"));
}

}  // namespace
}  // namespace courant
