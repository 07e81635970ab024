// What is said of a ledger, without a server.

#include "services/cli/ledger_text.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/services/cli/sample_ledger.h"

namespace courant {
namespace {

using ::testing::HasSubstr;

// The value called `name`; "(none)" if there is no such.
std::string CellOf(const std::vector<LedgerCell>& cells,
                   const std::string& name) {
  for (const LedgerCell& cell : cells) {
    if (cell.name == name) return cell.value;
  }
  return "(none)";
}

TEST(ExposureSummaryTest, CountsWhoHasItAndWhoOwesAnAnswer) {
  using v1::Change;
  using v1::Notice;
  EXPECT_EQ(ExposureSummary({}),
            "nobody got it, and nobody was told about it\n");
  EXPECT_EQ(ExposureSummary({SampleExposure("a")}),
            "1 partner has it; no notice is open\n");
  EXPECT_EQ(
      ExposureSummary({ToldExposure("a", Change::KILLED, Notice::APPLIED),
                       ToldExposure("b", Change::KILLED, Notice::DELIVERED),
                       ToldExposure("c", Change::KILLED, Notice::APPLIED)}),
      "3 partners have it; 1 has not acknowledged KILLED; 1 is at "
      "risk\n");
  // What was not even sent is not acknowledged; the gravest kind is first.
  EXPECT_EQ(
      ExposureSummary({ToldExposure("a", Change::CORRECTED, Notice::PENDING),
                       ToldExposure("b", Change::KILLED, Notice::PENDING),
                       ToldExposure("c", Change::KILLED, Notice::DELIVERED)}),
      "3 partners have it; 2 have not acknowledged KILLED; 1 has not "
      "acknowledged CORRECTED; 3 are at risk\n");
}

TEST(ExposureSummaryTest, ARefusalIsAnAnswerThatIsTold) {
  EXPECT_EQ(ExposureSummary({ToldExposure("a", v1::Change::WITHDRAWN,
                                          v1::Notice::REFUSED)}),
            "1 partner has it; 1 has refused WITHDRAWN; no notice is open; 1 "
            "is at risk\n");
}

TEST(ExposureSummaryTest, AnOlderNoticeIsNotForgotten) {
  v1::Exposure exposure =
      ToldExposure("a", v1::Change::CORRECTED, v1::Notice::APPLIED);
  exposure.set_open_notices(1);
  EXPECT_EQ(ExposureSummary({exposure}),
            "1 partner has it; 1 has not acknowledged an earlier notice\n");
}

TEST(ExposureSummaryTest, WhoWasOnlyToldDoesNotHaveIt) {
  v1::Exposure told;
  told.set_partner("partners/a");
  told.set_metadata_revisions(1);
  EXPECT_EQ(ExposureSummary({told}),
            "nobody has its text; no notice is open\n");
}

TEST(LedgerRowTest, WhatThereIsNotIsADash) {
  for (const LedgerCell& cell : LedgerRow(v1::Delivery(), Terminal::None())) {
    if (cell.name == "ARTICLE") continue;
    EXPECT_EQ(cell.value, "-") << cell.name;
  }
  for (const LedgerCell& cell : LedgerRow(v1::Notice(), Terminal::None())) {
    if (cell.name == "PARTNER" || cell.name == "ARTICLE") continue;
    EXPECT_EQ(cell.value, "-") << cell.name;
  }
  const auto exposure = LedgerRow(v1::Exposure(), Terminal::None());
  EXPECT_EQ(CellOf(exposure, "HELD"), "-");
  EXPECT_EQ(CellOf(exposure, "BY"), "-");
  EXPECT_EQ(CellOf(exposure, "SINCE"), "-");
  EXPECT_EQ(CellOf(exposure, "NOTICE"), "-");
  EXPECT_EQ(CellOf(exposure, "AT RISK"), "no");
}

TEST(LedgerRowTest, AReplacementIsNamedUnlessItIsTheArticleItself) {
  v1::Notice notice =
      SampleNotice("daily", v1::Change::CORRECTED, v1::Notice::PENDING);
  notice.set_action(v1::Tombstone::REPLACE);
  notice.set_replacement("articles/ferries");
  EXPECT_EQ(CellOf(LedgerRow(notice, Terminal::None()), "ACTION"), "REPLACE");
  notice.set_replacement("articles/b");
  EXPECT_EQ(CellOf(LedgerRow(notice, Terminal::None()), "ACTION"),
            "REPLACE by articles/b");
}

TEST(LedgerRowTest, WordsOfANewerServerAreTheirNumbers) {
  v1::Delivery delivery = SampleDelivery(1, "daily");
  delivery.set_channel(static_cast<v1::Delivery::Channel>(99));
  EXPECT_EQ(CellOf(LedgerRow(delivery, Terminal::None()), "BY"), "99");
  EXPECT_EQ(CellOf(LedgerFields(delivery), "channel"), "99");
}

TEST(LedgerRowTest, ANoticeWithAnotherNameIsShownAllTheSame) {
  v1::Notice notice;
  notice.set_name("houses/x/notices/31");
  EXPECT_EQ(CellOf(LedgerRow(notice, Terminal::None()), "PARTNER"),
            "houses/x/notices/31");
}

TEST(LedgerRowTest, OnANarrowScreenArticlesGoByTheirIds) {
  const Terminal narrow = Terminal::Screen(80, Terminal::Colour::kOff);
  EXPECT_EQ(CellOf(LedgerRow(SampleDelivery(1, "daily"), narrow), "ARTICLE"),
            "ferries");
}

TEST(ExposureHeadingTest, SaysHowTheArticleStands) {
  v1::ListExposuresResponse page;
  page.set_article_revision(4);
  page.set_article_state(v1::Article::KILLED);
  EXPECT_EQ(ExposureHeading("articles/ferries", page, Terminal::None()),
            "articles/ferries  revision 4  KILLED\n");
  EXPECT_THAT(ExposureHeading("articles/ferries", page,
                              Terminal::Screen(80, Terminal::Colour::kOn)),
              HasSubstr("\x1b[1;31mKILLED\x1b[0m"));
}

}  // namespace
}  // namespace courant
