// The commands on the ledger: what they ask a server for, and what they print
// of its answers.

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/cli/json_text.h"
#include "storage/errors/reason.h"
#include "tests/services/cli/canned_server.h"
#include "tests/services/cli/cli_run.h"
#include "tests/services/cli/kept.h"
#include "tests/services/cli/sample_ledger.h"

namespace courant {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

v1::ListExposuresResponse KilledArticle() {
  v1::ListExposuresResponse page;
  page.set_article_revision(3);
  page.set_article_state(v1::Article::KILLED);
  return page;
}

// Three partners on two pages: one has done it, one says nothing, and one got
// no text.
CannedAnswers Exposures(Kept<v1::ListExposuresRequest>& kept) {
  CannedAnswers answers;
  answers.list_exposures = [&kept](const auto& request) {
    kept.Set(request);
    v1::ListExposuresResponse page = KilledArticle();
    if (request.page_token().empty()) {
      *page.add_exposures() =
          ToldExposure("archive", v1::Change::KILLED, v1::Notice::APPLIED);
      page.set_next_page_token("more");
      return page;
    }
    *page.add_exposures() =
        ToldExposure("daily", v1::Change::KILLED, v1::Notice::DELIVERED);
    v1::Exposure& told = *page.add_exposures();
    told.set_partner("partners/site");
    told.set_metadata_revisions(1);
    return page;
  };
  return answers;
}

CannedAnswers Deliveries(Kept<v1::ListDeliveriesRequest>& kept) {
  CannedAnswers answers;
  answers.list_deliveries = [&kept](const auto& request) {
    kept.Set(request);
    v1::ListDeliveriesResponse page;
    if (request.page_token().empty()) {
      *page.add_deliveries() = SampleDelivery(1, "daily");
      page.set_next_page_token("more");
      return page;
    }
    v1::Delivery& notice = *page.add_deliveries();
    notice = SampleDelivery(2, "daily");
    notice.set_channel(v1::Delivery::READ);
    notice.set_decision(v1::Access::METADATA);
    return page;
  };
  return answers;
}

CannedAnswers Notices(Kept<v1::ListNoticesRequest>& kept) {
  CannedAnswers answers;
  answers.list_notices = [&kept](const auto& request) {
    kept.Set(request);
    v1::ListNoticesResponse page;
    if (request.page_token().empty()) {
      *page.add_notices() =
          SampleNotice("archive", v1::Change::KILLED, v1::Notice::DELIVERED);
      page.set_next_page_token("more");
      return page;
    }
    v1::Notice& done = *page.add_notices();
    done = SampleNotice("daily", v1::Change::KILLED, v1::Notice::APPLIED);
    *done.mutable_acknowledge_time() = LedgerTime(75);
    done.set_url("https://daily.example/1");
    done.set_comment("내렸습니다,\n\x1b[2J\"끝\"");
    return page;
  };
  return answers;
}

TEST(PartnerExposureTest, SaysWhoHasItAndWhoOwesAnAnswer) {
  Kept<v1::ListExposuresRequest> kept;
  CannedServer server(Exposures(kept));
  const CliResult result =
      RunCliAt(server.address(), {"partner", "exposure", "ferries"});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_EQ(
      result.out,
      "articles/ferries  revision 3  KILLED\n"
      "PARTNER  HELD  BY      SINCE                 AT RISK  NOTICE            "
      "OPEN\n"
      "archive  2     stream  2026-11-30T06:10:00Z  no       KILLED APPLIED    "
      "0\n"
      "daily    2     stream  2026-11-30T06:10:00Z  yes      KILLED DELIVERED  "
      "1\n"
      "site     -     -       -                     no       -                 "
      "0\n"
      "2 partners have it; 1 has not acknowledged KILLED; 1 is at risk\n");
  EXPECT_THAT(result.err, IsEmpty());
  EXPECT_EQ(kept.count(), 2);
  EXPECT_EQ(kept.Get().article(), "articles/ferries");
  EXPECT_EQ(kept.Get().page_token(), "more");
  EXPECT_EQ(kept.Get().page_size(), 500);
}

TEST(PartnerExposureTest, OnlyATerminalHasColour) {
  Kept<v1::ListExposuresRequest> kept;
  CannedServer server(Exposures(kept));
  CliSetting setting;
  setting.address = server.address();
  setting.out_terminal = Terminal::Screen(120, Terminal::Colour::kOn);
  const std::vector<std::string> words = {"partner", "exposure",
                                          "articles/ferries"};
  const std::string painted = RunCli(words, setting).out;
  EXPECT_THAT(painted, HasSubstr("\x1b[1;37;41myes\x1b[0m      KILLED"));
  EXPECT_THAT(painted, HasSubstr("  no       KILLED APPLIED"));
  EXPECT_EQ(kept.Get().article(), "articles/ferries");
  EXPECT_THAT(RunCliAt(server.address(), words).out, Not(HasSubstr("\x1b")));
  std::vector<std::string> as_csv = words;
  as_csv.push_back("--csv");
  EXPECT_THAT(RunCli(as_csv, setting).out, Not(HasSubstr("\x1b")));
}

TEST(PartnerExposureTest, NobodyIsSaidInWords) {
  CannedServer server(
      {.list_exposures = [](const auto&) { return KilledArticle(); }});
  const std::vector<std::string> words = {"partner", "exposure", "ferries"};
  EXPECT_EQ(RunCliAt(server.address(), words).out,
            "articles/ferries  revision 3  KILLED\n"
            "nobody got it, and nobody was told about it\n");
  EXPECT_EQ(RunCliAt(server.address(),
                     {"partner", "exposure", "ferries", "-o", "json"})
                .out,
            "");
  EXPECT_EQ(LinesOf(RunCliAt(server.address(),
                             {"partner", "exposure", "ferries", "--csv"})
                        .out)
                .size(),
            1);
}

TEST(PartnerExposureTest, PrintsAMessageALine) {
  Kept<v1::ListExposuresRequest> kept;
  CannedServer server(Exposures(kept));
  const CliResult result = RunCliAt(
      server.address(), {"partner", "exposure", "ferries", "-o", "json"});
  EXPECT_THAT(
      LinesOf(result.out),
      ElementsAre(JsonLine(ToldExposure("archive", v1::Change::KILLED,
                                        v1::Notice::APPLIED)),
                  JsonLine(ToldExposure("daily", v1::Change::KILLED,
                                        v1::Notice::DELIVERED)),
                  R"({"partner":"partners/site","metadataRevisions":1})"));
}

TEST(PartnerExposureTest, PrintsATableForASpreadsheet) {
  Kept<v1::ListExposuresRequest> kept;
  CannedServer server(Exposures(kept));
  EXPECT_EQ(
      RunCliAt(server.address(), {"partner", "exposure", "ferries", "--csv"})
          .out,
      "partner,revision,channel,deliver_time,full_revisions,"
      "metadata_revisions,at_risk,notice,kind,state,notice_time,"
      "notice_deliver_time,acknowledge_time,acknowledged_by,url,comment,"
      "escalate_time,open_notices\r\n"
      "partners/archive,2,STREAM,2026-11-30T06:10:00.25Z,2,1,false,"
      "partners/archive/notices/31,KILLED,APPLIED,2026-11-30T06:11:00Z,"
      ",,,,,,0\r\n"
      "partners/daily,2,STREAM,2026-11-30T06:10:00.25Z,2,1,true,"
      "partners/daily/notices/31,KILLED,DELIVERED,2026-11-30T06:11:00Z,"
      ",,,,,,1\r\n"
      "partners/site,0,,,0,1,false,,,,,,,,,,,0\r\n");
}

TEST(PartnerExposureTest, APartIsNotShownForTheWhole) {
  CannedServer server({.list_exposures = [](const auto& request)
                           -> absl::StatusOr<v1::ListExposuresResponse> {
    if (!request.page_token().empty()) {
      return MakeError(v1::PAGE_TOKEN_INVALID, "no such page");
    }
    v1::ListExposuresResponse page = KilledArticle();
    *page.add_exposures() = SampleExposure("archive");
    page.set_next_page_token("more");
    return page;
  }});
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{
           {"partner", "exposure", "ferries"},
           {"partner", "exposure", "ferries", "--csv"},
           {"partner", "exposure", "ferries", "-o", "json"}}) {
    const CliResult result = RunCliAt(server.address(), words);
    EXPECT_EQ(result.code, kExitFailed);
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.err, "courant: no such page [PAGE_TOKEN_INVALID]\n");
  }
}

TEST(PartnerDeliveriesTest, ListsWhatAPartnerGot) {
  Kept<v1::ListDeliveriesRequest> kept;
  CannedServer server(Deliveries(kept));
  const CliResult result =
      RunCliAt(server.address(), {"partner", "deliveries", "daily"});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_EQ(result.out,
            "ARTICLE           REVISION  BY      DECISION  TIME               "
            "   KEY\n"
            "articles/ferries  2         stream  FULL      "
            "2026-11-30T06:10:01Z  partners/daily/keys/k3f9q0m1x7zr\n"
            "articles/ferries  2         read    METADATA  "
            "2026-11-30T06:10:02Z  partners/daily/keys/k3f9q0m1x7zr\n");
  EXPECT_EQ(kept.count(), 2);
  EXPECT_EQ(kept.Get().parent(), "partners/daily");
  EXPECT_EQ(kept.Get().page_token(), "more");
  EXPECT_EQ(kept.Get().page_size(), 500);
  RunCliAt(server.address(), {"partner", "deliveries", "partners/site"});
  EXPECT_EQ(kept.Get().parent(), "partners/site");
}

TEST(PartnerDeliveriesTest, PrintsThemForProgramsToo) {
  Kept<v1::ListDeliveriesRequest> kept;
  CannedServer server(Deliveries(kept));
  const std::vector<std::string> json =
      LinesOf(RunCliAt(server.address(),
                       {"partner", "deliveries", "daily", "-o", "json"})
                  .out);
  ASSERT_EQ(json.size(), 2);
  EXPECT_EQ(json[0], JsonLine(SampleDelivery(1, "daily")));
  EXPECT_EQ(
      RunCliAt(server.address(), {"partner", "deliveries", "daily", "--csv"})
          .out,
      "delivery,article,revision,sequence,channel,decision,deliver_time,key"
      "\r\n"
      "partners/daily/deliveries/1,articles/ferries,2,30,STREAM,FULL,"
      "2026-11-30T06:10:01.25Z,partners/daily/keys/k3f9q0m1x7zr\r\n"
      "partners/daily/deliveries/2,articles/ferries,2,30,READ,METADATA,"
      "2026-11-30T06:10:02.25Z,partners/daily/keys/k3f9q0m1x7zr\r\n");
}

TEST(PartnerDeliveriesTest, NothingIsSaidInWords) {
  CannedServer server({.list_deliveries = [](const auto&) {
    return v1::ListDeliveriesResponse();
  }});
  EXPECT_EQ(RunCliAt(server.address(), {"partner", "deliveries", "daily"}).out,
            "nothing was given to partners/daily\n");
  EXPECT_EQ(RunCliAt(server.address(),
                     {"partner", "deliveries", "daily", "-o", "json"})
                .out,
            "");
  EXPECT_EQ(
      RunCliAt(server.address(), {"partner", "deliveries", "daily", "--csv"})
          .out,
      "delivery,article,revision,sequence,channel,decision,deliver_time,key"
      "\r\n");
}

TEST(PartnerNoticesTest, ListsWhatWasSaidToThem) {
  Kept<v1::ListNoticesRequest> kept;
  CannedServer server(Notices(kept));
  const CliResult result = RunCliAt(server.address(), {"partner", "notices"});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_EQ(
      result.out,
      "PARTNER  CHANGE  KIND    ARTICLE           REVISION  ACTION  STATE      "
      "SINCE                 ANSWERED  ANSWER\n"
      "archive  31      KILLED  articles/ferries  3         REMOVE  DELIVERED  "
      "2026-11-30T06:11:00Z  -         -\n"
      "daily    31      KILLED  articles/ferries  3         REMOVE  APPLIED    "
      "2026-11-30T06:11:00Z  2026-11-30T06:11:15Z  https://daily.example/1  "
      "내렸습니다, \uFFFD[2J\"끝\"\n");
  EXPECT_EQ(kept.count(), 2);
  EXPECT_EQ(kept.Get().parent(), "partners/-");
  EXPECT_EQ(kept.Get().page_token(), "more");
  EXPECT_EQ(kept.Get().page_size(), 500);
  EXPECT_FALSE(kept.Get().open_only());
}

TEST(PartnerNoticesTest, AsksForThoseOfOneThatAreOpen) {
  Kept<v1::ListNoticesRequest> kept;
  CannedServer server(Notices(kept));
  for (const char* name : {"daily", "partners/daily"}) {
    RunCliAt(server.address(), {"partner", "notices", name, "--open"});
    EXPECT_EQ(kept.Get().parent(), "partners/daily");
    EXPECT_TRUE(kept.Get().open_only());
  }
}

TEST(PartnerNoticesTest, PrintsThemForProgramsToo) {
  Kept<v1::ListNoticesRequest> kept;
  CannedServer server(Notices(kept));
  const std::vector<std::string> json = LinesOf(
      RunCliAt(server.address(), {"partner", "notices", "-o", "json"}).out);
  ASSERT_EQ(json.size(), 2);
  EXPECT_EQ(json[0], JsonLine(SampleNotice("archive", v1::Change::KILLED,
                                           v1::Notice::DELIVERED)));
  EXPECT_EQ(
      RunCliAt(server.address(), {"partner", "notices", "--csv"}).out,
      "notice,partner,sequence,kind,article,revision,held_revision,action,"
      "replacement,reason,contact,state,commit_time,deliver_time,"
      "acknowledge_time,acknowledged_by,url,comment,superseded_by,"
      "escalate_time\r\n"
      "partners/archive/notices/31,partners/archive,31,KILLED,"
      "articles/ferries,3,2,REMOVE,,A court order.,desk@courant.example,"
      "DELIVERED,2026-11-30T06:11:00Z,,,,,,0,\r\n"
      "partners/daily/notices/31,partners/daily,31,KILLED,articles/ferries,3,"
      "2,REMOVE,,A court order.,desk@courant.example,APPLIED,"
      "2026-11-30T06:11:00Z,,2026-11-30T06:11:15Z,,https://daily.example/1,"
      "\"내렸습니다,\n\uFFFD[2J\"\"끝\"\"\",0,\r\n");
}

TEST(PartnerNoticesTest, NoneIsSaidInWords) {
  CannedServer server(
      {.list_notices = [](const auto&) { return v1::ListNoticesResponse(); }});
  EXPECT_EQ(RunCliAt(server.address(), {"partner", "notices"}).out,
            "there is no notice to any partner\n");
  EXPECT_EQ(
      RunCliAt(server.address(), {"partner", "notices", "daily", "--open"}).out,
      "there is no open notice to partners/daily\n");
  EXPECT_EQ(
      RunCliAt(server.address(), {"partner", "notices", "-o", "json"}).out, "");
  EXPECT_THAT(RunCliAt(server.address(), {"partner", "notices", "--csv"}).out,
              AllOf(StartsWith("notice,"), EndsWith("escalate_time\r\n")));
}

TEST(LedgerCommandTest, OneFormAtATimeAndNothingIsAskedFor) {
  // Nothing listens there: a call would be another error.
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{
           {"partner", "exposure", "ferries", "--csv", "-o", "json"},
           {"partner", "deliveries", "daily", "--csv", "-o", "json"},
           {"partner", "notices", "--csv", "-o", "json"}}) {
    const CliResult result = RunCli(words);
    EXPECT_EQ(result.code, kExitUsage);
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(result.err,
                StartsWith("courant: --csv and -o json cannot both be: give "
                           "--csv alone for a spreadsheet, or -o json alone "
                           "for a script\n"));
    EXPECT_THAT(result.err, HasSubstr("see: courant partner"));
  }
}

TEST(LedgerCommandTest, NamesOfSomethingElseAreRefused) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{
           {"partner", "deliveries", "daily/2026"},
           {"partner", "notices", "products/sport"},
           {"partner", "notices", "daily", "site"},
           {"partner", "deliveries"},
           {"partner", "exposure"}}) {
    EXPECT_EQ(RunCli(words).code, kExitUsage) << words[1];
  }
}

TEST(LedgerCommandTest, WhatTheServerRefusesIsToldAndNothingElse) {
  const auto refuse = [](const auto& /*request*/) {
    return MakeError(v1::RESOURCE_NOT_FOUND, "there is no such thing");
  };
  CannedServer server({.list_deliveries = refuse,
                       .list_notices = refuse,
                       .list_exposures = refuse});
  for (const char* verb : {"exposure", "deliveries", "notices"}) {
    const CliResult result =
        RunCliAt(server.address(), {"partner", verb, "x", "--csv"});
    EXPECT_EQ(result.code, kExitFailed);
    EXPECT_EQ(result.out, "") << verb;
    EXPECT_EQ(result.err,
              "courant: there is no such thing [RESOURCE_NOT_FOUND]\n");
  }
}

}  // namespace
}  // namespace courant
