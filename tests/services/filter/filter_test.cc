#include "services/filter/filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "tests/testing/status_matchers.h"

// Counts what the test allocates, where the sanitizer offers to tell.
namespace {
thread_local int allocations = 0;
}  // namespace
extern "C" void __sanitizer_malloc_hook(const volatile void*, size_t) {
  ++allocations;
}
extern "C" void __sanitizer_free_hook(const volatile void*) {}

namespace courant {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Filter ParseOrDie(absl::string_view text) {
  auto filter = Filter::Parse(text, FieldSet::kArticles);
  EXPECT_THAT(filter, IsOk()) << text;
  return filter.ok() ? *std::move(filter) : Filter();
}

int64_t Micros(absl::string_view time) {
  absl::Time parsed;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, time, &parsed, &error));
  return absl::ToUnixMicros(parsed);
}

// A text on politics and business, in British English, published.
storage::v1::Attributes Sample() {
  storage::v1::Attributes attributes;
  attributes.add_sections("politics");
  attributes.add_sections("business");
  attributes.set_language("en-GB");
  attributes.add_subjects("medtop:11000000");
  attributes.add_subjects("medtop:04000000");
  attributes.set_story("stories/won");
  attributes.set_state(v1::Article::PUBLISHED);
  attributes.set_kind(v1::Article::TEXT);
  attributes.set_source("연합 \"Y\"");
  attributes.set_urgency(4);
  attributes.set_list_time_us(Micros("2026-01-31T00:00:00Z"));
  return attributes;
}

struct CanonicalCase {
  const char* name;
  const char* text;
  const char* canonical;
};

class CanonicalTest : public testing::TestWithParam<CanonicalCase> {};

TEST_P(CanonicalTest, IsTheOneSpellingAndIsReadAgain) {
  const Filter filter = ParseOrDie(GetParam().text);
  EXPECT_EQ(filter.canonical(), GetParam().canonical);
  const Filter again = ParseOrDie(filter.canonical());
  EXPECT_EQ(again.canonical(), filter.canonical());
  EXPECT_EQ(again.fingerprint(), filter.fingerprint());
}

INSTANTIATE_TEST_SUITE_P(
    Filter, CanonicalTest,
    testing::ValuesIn<CanonicalCase>({
        {"EmptyIsEverything", "", ""},
        {"SpaceIsEverything", " \t\r\n ", ""},
        {"BareWordsGetQuotes", "section=sport", "section=\"sport\""},
        {"SingleQuotesBecomeDouble", "section='sport'", "section=\"sport\""},
        {"SpaceAroundSignsGoes", " section = \"sport\" ", "section=\"sport\""},
        {"HasBecomesEqual", "section:sport", "section=\"sport\""},
        {"LanguageKeepsHas", "language:en", "language:\"en\""},
        {"LanguageKeepsEqual", "language=en", "language=\"en\""},
        {"LanguageGetsItsCase", "language=ZH-hant-tw",
         "language=\"zh-Hant-TW\""},
        {"ExtensionsStaySmall", "language=en-x-AB", "language=\"en-x-ab\""},
        {"OrBindsTighterThanAnd", "kind=TEXT AND section=a OR section=b",
         "kind=\"TEXT\" AND section=(\"a\" OR \"b\")"},
        {"OrBeforeAndAsWell", "section=a OR source=b AND kind=TEXT",
         "(section=\"a\" OR source=\"b\") AND kind=\"TEXT\""},
        {"SideBySideIsAnd", "section=a language:en",
         "section=\"a\" AND language:\"en\""},
        {"SideBySideBindsLikeAnd", "section=a language:en OR language:ko",
         "section=\"a\" AND language:(\"en\" OR \"ko\")"},
        {"ParenthesesChangeTheOrder", "(kind=TEXT AND section=a) OR section=b",
         "(kind=\"TEXT\" AND section=\"a\") OR section=\"b\""},
        {"NeedlessParenthesesGo", "((section=a) AND ((language:en)))",
         "section=\"a\" AND language:\"en\""},
        {"ValuesInParentheses", "language:(\"en\" OR \"cy\")",
         "language:(\"en\" OR \"cy\")"},
        {"ValuesWithAnd", "section:(a AND b)", "section=(\"a\" AND \"b\")"},
        {"ValuesWithBoth", "section:(a AND b OR c)",
         "section=\"a\" AND section=(\"b\" OR \"c\")"},
        {"ValuesWithNot", "language:(en AND NOT en-US)",
         "language:\"en\" AND NOT language:\"en-US\""},
        {"MinusIsNot", "-section=a", "section!=\"a\""},
        {"NotOfEqualIsNotEqual", "NOT section=a", "section!=\"a\""},
        {"NotOfNotEqualIsEqual", "NOT section!=a", "section=\"a\""},
        {"NotOfNotIsNothing", "NOT (NOT (section=a OR kind=TEXT))",
         "section=\"a\" OR kind=\"TEXT\""},
        {"NotOfALanguageStays", "NOT language:en", "NOT language:\"en\""},
        {"NotOfParenthesesStays", "-(section=a OR kind=TEXT)",
         "NOT (section=\"a\" OR kind=\"TEXT\")"},
        {"NotOfSharedValues", "NOT (language:en OR language:cy)",
         "NOT language:(\"en\" OR \"cy\")"},
        {"OneOfTheJoinedShared", "section=a OR (section=b AND section=c)",
         "section=\"a\" OR section=(\"b\" AND \"c\")"},
        {"NotEqualIsNeverShared", "section!=a OR section!=b",
         "section!=\"a\" OR section!=\"b\""},
        {"EscapesAreKept", R"(source="a\"b\\c\'")", R"(source="a\"b\\c'")"},
        {"AnyLettersInSource", "source=연합뉴스", "source=\"연합뉴스\""},
        {"ColonInABareWord", "subject:medtop:11000000",
         "subject=\"medtop:11000000\""},
        {"SlashInABareWord", "story=stories/won", "story=\"stories/won\""},
        {"DateIsMidnight", "publish_time>=2026-01-31",
         "publish_time>=\"2026-01-31T00:00:00Z\""},
        {"TimeIsInUtc", "publish_time<\"2026-01-31T09:00:00.25+09:00\"",
         "publish_time<\"2026-01-31T00:00:00.25Z\""},
        {"NotOfATimeTurns", "NOT publish_time<2026-01-31",
         "publish_time>=\"2026-01-31T00:00:00Z\""},
        {"UrgenciesAreShared", "urgency:(1 OR 2)", "urgency=(\"1\" OR \"2\")"},
        {"UrgenciesBelowAreNot", "urgency<2 OR urgency<4",
         "urgency<\"2\" OR urgency<\"4\""},
        {"NotOfUrgencyStays", "NOT urgency<2", "NOT urgency<\"2\""},
        {"NotOfAMomentStays", "NOT publish_time=2026-01-31",
         "NOT publish_time=\"2026-01-31T00:00:00Z\""},
    }),
    [](const auto& info) { return info.param.name; });

struct MatchCase {
  const char* name;
  const char* text;
  bool matches;
};

class MatchTest : public testing::TestWithParam<MatchCase> {};

TEST_P(MatchTest, Sample) {
  EXPECT_EQ(ParseOrDie(GetParam().text).Matches(Sample()), GetParam().matches);
}

INSTANTIATE_TEST_SUITE_P(
    Filter, MatchTest,
    testing::ValuesIn<MatchCase>({
        {"Everything", "", true},
        {"AnySectionWillDo", "section=business", true},
        {"AnotherSectionWillNot", "section=sport", false},
        {"NotEqualLooksAtEverySection", "section!=business", false},
        {"NotEqualOfAnotherSection", "section!=sport", true},
        {"BothSections", "section:(politics AND business)", true},
        {"SubjectByQcode", "subject:\"medtop:04000000\"", true},
        {"SubjectIsNoPrefix", "subject:\"medtop:0400000\"", false},
        {"LongerTagByHas", "language:en", true},
        {"LongerTagNotByEqual", "language=en", false},
        {"LongerTagByNotEqual", "language!=en", true},
        {"SameTag", "language=en-GB", true},
        {"SameTagInOtherCase", "language=EN-gb", true},
        {"HasTheSameTag", "language:en-gb", true},
        {"RangeEndsAtAHyphen", "language:en-g", false},
        {"LongerRangeThanTag", "language:en-GB-oxendict", false},
        {"Story", "story=stories/won", true},
        {"AnotherStory", "story:stories/wo", false},
        {"State", "state=PUBLISHED", true},
        {"AnotherState", "state:(DRAFT OR KILLED)", false},
        {"Kind", "kind=TEXT", true},
        {"AnotherKind", "kind=PICTURE", false},
        {"Source", R"(source="연합 \"Y\"")", true},
        {"SourceInOtherCase", R"(source="연합 \"y\"")", false},
        {"Urgency", "urgency=4", true},
        {"UrgencyLess", "urgency<4", false},
        {"UrgencyLessOrEqual", "urgency<=4", true},
        {"AnotherUrgency", "urgency!=4", false},
        {"TimeEqual", "publish_time=2026-01-31", true},
        {"TimeLess", "publish_time<2026-01-31", false},
        {"TimeLessOrEqual", "publish_time<=2026-01-31", true},
        {"TimeGreater", "publish_time>2026-01-31", false},
        {"TimeOneMicrosecondLess", "publish_time>2026-01-30T23:59:59.999999Z",
         true},
        {"TimeGreaterOrEqual", "publish_time>=2026-01-31", true},
        {"And", "section=politics AND language:ko", false},
        {"Or", "section=sport OR language:en", true},
        {"Not", "NOT (section=sport OR language:ko)", true},
        {"OrFirst", "section=sport AND kind=TEXT OR state=PUBLISHED", false},
        {"OrLast", "(section=sport AND kind=TEXT) OR state=PUBLISHED", true},
    }),
    [](const auto& info) { return info.param.name; });

TEST(FilterTest, AttributesThatAreNotSet) {
  const storage::v1::Attributes none;
  EXPECT_TRUE(Filter().Matches(none));
  EXPECT_TRUE(ParseOrDie("kind=TEXT").Matches(none));
  EXPECT_TRUE(ParseOrDie("section!=sport").Matches(none));
  EXPECT_FALSE(ParseOrDie("section=sport").Matches(none));
  EXPECT_FALSE(ParseOrDie("language:en").Matches(none));
  EXPECT_FALSE(ParseOrDie("state=DRAFT").Matches(none));
  // Neither above nor below.
  EXPECT_FALSE(ParseOrDie("urgency<=9").Matches(none));
  EXPECT_FALSE(ParseOrDie("urgency>=1").Matches(none));
  EXPECT_TRUE(ParseOrDie("NOT urgency<=9").Matches(none));
  EXPECT_TRUE(ParseOrDie("urgency!=1").Matches(none));
}

TEST(FilterTest, EveryStateAndKindHasAName) {
  const auto* states = v1::Article::State_descriptor();
  for (int i = 1; i < states->value_count(); ++i) {
    storage::v1::Attributes attributes;
    attributes.set_state(
        static_cast<v1::Article::State>(states->value(i)->number()));
    EXPECT_TRUE(ParseOrDie(absl::StrCat("state=", states->value(i)->name()))
                    .Matches(attributes));
  }
  EXPECT_TRUE(ParseOrDie("kind=AUDIO AND kind!=TEXT").Matches([] {
    storage::v1::Attributes attributes;
    attributes.set_kind(v1::Article::AUDIO);
    return attributes;
  }()));
}

TEST(FilterTest, DefaultIsEverything) {
  EXPECT_TRUE(Filter().matches_everything());
  EXPECT_EQ(Filter().fingerprint(), ParseOrDie(" ").fingerprint());
  EXPECT_FALSE(ParseOrDie("section=a").matches_everything());
}

// The numbers are in tokens that clients keep: they must never change.
TEST(FilterTest, FingerprintsAreForEver) {
  EXPECT_EQ(Filter().fingerprint(), 0x2d06800538d394c2u);
  EXPECT_EQ(ParseOrDie("section=sport language:(en OR cy)").fingerprint(),
            ParseOrDie("section:'sport' AND (language:EN OR language:cy)")
                .fingerprint());
  EXPECT_EQ(ParseOrDie("section=sport language:(en OR cy)").fingerprint(),
            5911517178003024885u);
}

TEST(FilterTest, CopiesShareTheFilter) {
  const Filter filter = ParseOrDie("section=sport");
  const Filter copy = filter;
  EXPECT_EQ(&copy.canonical(), &filter.canonical());
}

TEST(FilterTest, RequiredEqualitiesAreThoseThatAllHaveToHold) {
  using Field = FilterField;
  using Equality = Filter::Equality;
  EXPECT_THAT(
      ParseOrDie("section:a language=EN state=DRAFT subject=a:b "
                 "story=stories/x kind=TEXT source=S")
          .RequiredEqualities(),
      ElementsAre(
          Equality{Field::kSection, "a"}, Equality{Field::kLanguage, "en"},
          Equality{Field::kState, "DRAFT"}, Equality{Field::kSubject, "a:b"},
          Equality{Field::kStory, "stories/x"}, Equality{Field::kKind, "TEXT"},
          Equality{Field::kSource, "S"}));
  EXPECT_THAT(ParseOrDie("section=a").RequiredEqualities(),
              ElementsAre(Equality{Field::kSection, "a"}));
  EXPECT_THAT(ParseOrDie("section:(a AND b)").RequiredEqualities(),
              ElementsAre(Equality{Field::kSection, "a"},
                          Equality{Field::kSection, "b"}));
  EXPECT_THAT(ParseOrDie("section=a OR section=b language:en section!=c "
                         "NOT (kind=TEXT state=DRAFT) publish_time=2026-01-31")
                  .RequiredEqualities(),
              IsEmpty());
  EXPECT_THAT(Filter().RequiredEqualities(), IsEmpty());
}

TEST(FilterTest, TimeWindowIsWhatAllComparisonsLeave) {
  const int64_t january = Micros("2026-01-01T00:00:00Z");
  const int64_t february = Micros("2026-02-01T00:00:00Z");
  using Range = Filter::TimeRange;
  EXPECT_EQ(Filter().TimeWindow(), Range());
  EXPECT_EQ(ParseOrDie("section=a publish_time>=2026-01-01 "
                       "publish_time<2026-02-01 publish_time<2027-01-01")
                .TimeWindow(),
            (Range{january, february}));
  EXPECT_EQ(ParseOrDie("publish_time>2026-01-01 publish_time<=2026-02-01")
                .TimeWindow(),
            (Range{january + 1, february + 1}));
  EXPECT_EQ(ParseOrDie("publish_time=2026-01-01").TimeWindow(),
            (Range{january, january + 1}));
  EXPECT_EQ(ParseOrDie("NOT publish_time<2026-01-01").TimeWindow().begin_us,
            january);
  EXPECT_EQ(ParseOrDie("publish_time<2026-01-01 OR section=a").TimeWindow(),
            Range());
  EXPECT_TRUE(ParseOrDie("publish_time<2026-01-01 publish_time>2026-02-01")
                  .TimeWindow()
                  .empty());
}

TEST(FilterTest, MatchingDoesNotAllocate) {
  const Filter filter = ParseOrDie(
      "section:(sport OR a-section-with-a-name-too-long-for-a-short-string) OR "
      "language:(ko OR EN-gb) AND NOT (story=stories/other OR source=other) "
      "AND publish_time>2020-01-01 AND subject=(medtop:11000000 OR x:y)");
  const storage::v1::Attributes sample = Sample();
  allocations = 0;
  // Volatile, so that the compiler leaves it there.
  auto* volatile probe = new std::string(100, 'x');
  delete probe;
  if (allocations == 0) GTEST_SKIP() << "allocations are not counted here";
  allocations = 0;
  const bool matches = filter.Matches(sample);
  EXPECT_EQ(allocations, 0);
  EXPECT_TRUE(matches);
}

}  // namespace
}  // namespace courant
