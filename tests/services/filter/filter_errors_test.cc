#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "services/filter/filter.h"
#include "storage/errors/reason.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using ::testing::HasSubstr;

struct ErrorCase {
  const char* name;
  const char* text;
  // In code points.
  const char* position;
  // Part of what the error says would be right.
  const char* advice;
  FieldSet fields = FieldSet::kArticles;
};

class FilterErrorTest : public testing::TestWithParam<ErrorCase> {};

TEST_P(FilterErrorTest, NamesThePlaceAndWhatWouldBeRight) {
  const auto filter = Filter::Parse(GetParam().text, GetParam().fields);
  ASSERT_THAT(filter, StatusIs(absl::StatusCode::kInvalidArgument,
                               HasSubstr(GetParam().advice)));
  EXPECT_EQ(ReasonOf(filter.status()), v1::FILTER_INVALID);
  EXPECT_EQ(ErrorInfoOf(filter.status())->metadata().at("position"),
            GetParam().position);
  const auto details = BadRequestOf(filter.status());
  ASSERT_TRUE(details);
  EXPECT_EQ(details->field_violations(0).field(), "filter");
}

INSTANTIATE_TEST_SUITE_P(
    Grammar, FilterErrorTest,
    testing::ValuesIn<ErrorCase>({
        {"PlainWord", "sport", "0", "full-text search is not offered"},
        {"PlainWords", "section=a summit talks", "10", "\"summit\" compares"},
        {"QuotedText", "\"summit\"", "0", "full-text search is not offered"},
        {"FieldAlone", "section", "0", "add one of =, != and : and a value"},
        {"SmallAnd", "section=a and kind=TEXT", "10", "capital letters: AND"},
        {"SmallOr", "section=a or kind=TEXT", "10", "capital letters: OR"},
        {"SmallNot", "not section=a", "0", "capital letters: NOT"},
        {"Function", "lower(section)=a", "0", "functions are not offered"},
        {"NothingAfterAnd", "section=a AND", "13", "before the end"},
        {"NothingAfterOr", "section=a OR ", "13", "before the end"},
        {"NothingAfterNot", "NOT", "3", "before the end"},
        {"NothingBeforeAnd", "AND section=a", "0", "AND stands where"},
        {"TwoOperators", "section=a AND OR kind=TEXT", "14", "OR stands"},
        {"NotTwice", "NOT NOT section=a", "4", "NOT stands where"},
        {"SignAlone", "= a", "0", "\"=\" stands where"},
        {"TwoSigns", "section==a", "8", "missing before \"=\""},
        {"NoValue", "section=", "8", "missing before the end"},
        {"OperatorAsValue", "source=AND", "7", "in quotes it is a value"},
        {"CommaBetweenValues", "language:(en, cy)", "12", "write OR or AND"},
        {"SpaceBetweenValues", "language:(en cy)", "13", "write OR or AND"},
        {"CommaBetween", "section=a, kind=TEXT", "9", "\",\" stands where"},
        {"EmptyParentheses", "()", "1", "missing before \")\""},
        {"EmptyValues", "section:()", "9", "a value is missing"},
        {"NeverClosed", "kind=TEXT (section=a", "10", "never closed"},
        {"ValuesNeverClosed", "section:(a", "8", "never closed"},
        {"ClosesNothing", "section=a)", "9", "closes nothing"},
        {"QuoteNeverEnds", "section=\"a", "8", "never ends; add \""},
        {"OtherQuoteNeverEnds", "section='a\"", "8", "never ends; add '"},
        {"OtherEscape", R"(source="a\n")", "9", "\\\\ for one backslash"},
        {"BackslashAtTheEnd", "source=\"a\\", "9", "\\\\ for one backslash"},
        {"NoneOfSeveral", "section!=(a OR b)", "9", "NOT field:("},
        {"TimesInParentheses", "publish_time>(2026-01-01)", "13",
         "one value must follow"},
        {"ControlCharacter", "section=a\x01", "9", "control character"},
        {"DeleteCharacter", "section=a\x7f", "9", "control character"},
        {"NotUtf8", "section=a\xff", "9", "not UTF-8"},
        {"HalfACharacter", "source=\xec\x97", "7", "not UTF-8"},
        {"PositionIsInCodePoints", "source=\"연합\" AND sektion=a", "16",
         "did you mean section?"},
    }),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Fields, FilterErrorTest,
    testing::ValuesIn<ErrorCase>({
        {"UnknownField", "colour=red", "0",
         "fields: section, language, subject, story, state, kind, source, "
         "urgency, publish_time"},
        {"NearField", "kind=TEXT AND sections=a", "14", "did you mean section"},
        {"FieldInCapitals", "SECTION=a", "0", "did you mean section"},
        {"PathField", "rights.copyright_notice=a", "0", "there is no field"},
        {"TimeInAStream", "publish_time>2026-01-01", "0",
         "only lists of articles have the field \"publish_time\"",
         FieldSet::kChanges},
        {"StateInAProduct", "kind=TEXT AND state=PUBLISHED", "14",
         "hence not compare \"state\"", FieldSet::kProducts},
        {"TimeInAProduct", "publish_time>2026-01-01", "0", "urgency",
         FieldSet::kProducts},
        {"TimeAloneInAStream", "publish_time", "0", "state, kind, source",
         FieldSet::kChanges},
        {"SectionHasNoOrder", "section<a", "7",
         "section can be compared with =, != and :"},
        {"TimeHasNoColon", "publish_time:2026-01-01", "12",
         "publish_time can be compared with =, <, <=, > and >="},
        {"TimeHasNoNotEqual", "publish_time!=2026-01-01", "12",
         "can be compared with"},
        {"UrgencyInParentheses", "urgency<(1 OR 2)", "8",
         "one value must follow"},
        {"LoneExclamation", "section!a", "7", "can be compared with"},
    }),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Values, FilterErrorTest,
    testing::ValuesIn<ErrorCase>({
        {"EmptyValue", "section=\"\"", "8", "section needs a value"},
        {"Wildcard", "section=spo*", "8", "wildcard, which is not offered"},
        {"WildcardInQuotes", "language:\"*\"", "9", "write the whole value"},
        {"SectionInCapitals", "section=Sport", "8", "did you mean \"sport\""},
        {"SectionWithSpace", "section=\"world news\"", "8", "a-z, 0-9"},
        {"LanguageWithUnderscore", "language=ko_KR", "9", "\"ko-KR\""},
        {"LanguageByName", "language=Portuguese", "9", "a BCP 47 tag"},
        {"LanguageEndsInHyphen", "language:en-", "9", "a BCP 47 tag"},
        {"LanguageIsANumber", "language:1", "9", "a BCP 47 tag"},
        {"SubjectWithoutScheme", "subject=11000000", "8", "medtop:20000639"},
        {"SubjectWithoutCode", "subject=\"medtop:\"", "8", "scheme and code"},
        {"StoryWithoutPrefix", "story=won", "6",
         "did you mean \"stories/won\""},
        {"StoryWithoutId", "story=stories/", "6", "use \"stories/{story}\""},
        {"SmallState", "state=published", "6", "did you mean PUBLISHED?"},
        {"NoState", "state=GONE", "6", "use one of DRAFT, SCHEDULED"},
        {"UnspecifiedState", "state=STATE_UNSPECIFIED", "6", "DRAFT"},
        {"StateByNumber", "state=4", "6", "use one of DRAFT"},
        {"UrgencyZero", "urgency=0", "8", "use 1, the most urgent, to 9"},
        {"UrgencyTen", "urgency<10", "8", "use 1, the most urgent, to 9"},
        {"NoKind", "kind:VIDEOS", "5", "did you mean VIDEO? All: TEXT"},
        {"SecondValue", "kind:(TEXT OR TXT)", "14", "did you mean TEXT"},
        {"NoTime", "publish_time>yesterday", "13", "use RFC 3339"},
        {"InfiniteTime", "publish_time<infinite-future", "13", "RFC 3339"},
        {"NoSuchDay", "publish_time>2026-02-30", "13", "RFC 3339"},
        {"NoSuchHour", "publish_time>2026-02-03T25:00:00Z", "13", "RFC 3339"},
        {"NoZone", "publish_time>2026-02-03T05:00:00", "13", "RFC 3339"},
        {"OneDigit", "publish_time>2026-2-3", "13", "RFC 3339"},
        {"SpaceForT", "publish_time>\"2026-02-03 05:00:00Z\"", "13", "RFC"},
        {"Nanoseconds", "publish_time>2026-02-03T05:00:00.1234567Z", "13",
         "at most 6 digits"},
        {"NoDigits", "publish_time>2026-02-03T05:00:00.Z", "13", "RFC 3339"},
        {"YearZero", "publish_time>0000-12-31", "13", "RFC 3339"},
        {"YearTenThousand", "publish_time>9999-12-31T23:59:59-01:00", "13",
         "RFC 3339"},
    }),
    [](const auto& info) { return info.param.name; });

TEST(FilterErrorsTest, TheMessageRepeatsOnlyTheBeginningOfALongWord) {
  const auto filter = Filter::Parse(
      absl::StrCat("section=", std::string(60, 'X'), "한"), FieldSet::kChanges);
  EXPECT_THAT(filter, StatusIs(absl::StatusCode::kInvalidArgument,
                               HasSubstr(std::string(40, 'X') + "...\"")));
}

std::string Parentheses(int levels, absl::string_view inner) {
  return absl::StrCat(std::string(levels, '('), inner,
                      std::string(levels, ')'));
}

TEST(FilterErrorsTest, SixteenLevelsAreEnough) {
  EXPECT_THAT(Filter::Parse(Parentheses(16, "section=a"), FieldSet::kArticles),
              IsOk());
  const auto deep =
      Filter::Parse(Parentheses(17, "section=a"), FieldSet::kArticles);
  EXPECT_EQ(ReasonOf(deep.status()), v1::FILTER_INVALID);
  EXPECT_EQ(ErrorInfoOf(deep.status())->metadata().at("position"), "16");

  // AND and OR in turn make two levels for one pair of parentheses.
  std::string text = "section=a";
  for (int level = 0; level < 8; ++level) {
    text = absl::StrCat("kind=TEXT AND state=DRAFT OR (", text, ")");
  }
  EXPECT_THAT(Filter::Parse(text, FieldSet::kArticles), IsOk());
  text = absl::StrCat("kind=TEXT AND state=DRAFT OR (", text, ")");
  EXPECT_EQ(ReasonOf(Filter::Parse(text, FieldSet::kArticles).status()),
            v1::FILTER_INVALID);
}

void ExpectTooLong(const absl::Status& status, absl::string_view limit) {
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(ReasonOf(status), v1::FILTER_TOO_LONG);
  ASSERT_TRUE(ErrorInfoOf(status));
  EXPECT_EQ(ErrorInfoOf(status)->metadata().at("limit"), limit);
  ASSERT_TRUE(BadRequestOf(status));
  EXPECT_EQ(BadRequestOf(status)->field_violations(0).field(), "filter");
}

TEST(FilterErrorsTest, SixtyFourComparisonsAreEnough) {
  std::string text = "section=s0";
  std::string values = "section:(s0";
  for (int i = 1; i < 64; ++i) {
    absl::StrAppend(&text, " OR section=s", i);
    absl::StrAppend(&values, " OR s", i);
  }
  EXPECT_THAT(Filter::Parse(text, FieldSet::kChanges), IsOk());
  EXPECT_THAT(Filter::Parse(values + ")", FieldSet::kChanges), IsOk());
  ExpectTooLong(
      Filter::Parse(text + " OR section=s", FieldSet::kChanges).status(), "64");
  ExpectTooLong(Filter::Parse(values + " OR s)", FieldSet::kChanges).status(),
                "64");
}

TEST(FilterErrorsTest, TwoThousandBytesAreEnough) {
  const auto source_of = [](size_t bytes) {
    return absl::StrCat("source=\"", std::string(bytes - 9, 'x'), "\"");
  };
  EXPECT_THAT(Filter::Parse(source_of(2000), FieldSet::kChanges), IsOk());
  ExpectTooLong(Filter::Parse(source_of(2001), FieldSet::kChanges).status(),
                "2000");
  EXPECT_THAT(Filter::Parse(std::string(2000, ' '), FieldSet::kChanges),
              IsOk());
  ExpectTooLong(
      Filter::Parse(std::string(2001, ' '), FieldSet::kChanges).status(),
      "2000");
}

// Otherwise nobody could send back what Started.canonical_filter says.
TEST(FilterErrorsTest, TheCanonicalFormHasTheSameLimit) {
  const auto filter =
      Filter::Parse(absl::StrCat("source='", std::string(1500, '"'), "'"),
                    FieldSet::kChanges);
  ExpectTooLong(filter.status(), "2000");
  EXPECT_THAT(filter.status().message(), HasSubstr("written out in full"));
}

}  // namespace
}  // namespace courant
