#include "services/audit/chain/audit_record.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/audit/chain/audit_text.h"

namespace courant {
namespace {

using testing::HasSubstr;
using testing::Not;

AuditRecord Full() {
  return {.time = absl::FromUnixMicros(1796057400123456),
          .event = "call",
          .listener = "internal",
          .who = "desk/kim",
          .key = "partners/daily/keys/k1",
          .peer = "ipv4:127.0.0.1:40512",
          .method = "courant.v1.ArticleService/KillArticle",
          .resource = "articles/quake",
          .revision = 3,
          .sequence = 17,
          .code = "OK",
          .reason = "NONE",
          .request_id = "r-1",
          .count = 2};
}

TEST(AuditLineTest, SaysWhoWhatAndWhenAndItsPlace) {
  AuditLink after;
  const std::string line = AuditLine(Full(), {6, std::string(64, 'a')}, &after);
  EXPECT_EQ(line,
            absl::StrCat(
                R"({"n":7,"time":"2026-11-30T16:50:00.123456+00:00",)",
                R"("event":"call","listener":"internal","who":"desk/kim",)",
                R"("key":"partners/daily/keys/k1",)",
                R"("peer":"ipv4:127.0.0.1:40512",)",
                R"("method":"courant.v1.ArticleService/KillArticle",)",
                R"("resource":"articles/quake","revision":3,"sequence":17,)",
                R"("code":"OK","reason":"NONE","request_id":"r-1","count":2,)",
                R"("prev":")", std::string(64, 'a'), R"(","hash":")",
                after.hash, "\"}\n"));
  EXPECT_EQ(after.number, 7);
  EXPECT_EQ(after.hash.size(), 64);
}

TEST(AuditLineTest, IsReadAsItWasWritten) {
  AuditLink after;
  std::string line = AuditLine(Full(), {6, std::string(64, 'a')}, &after);
  line.pop_back();
  const auto parts = ReadAuditLine(line);
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->number, 7);
  EXPECT_EQ(parts->time, "2026-11-30T16:50:00.123456+00:00");
  EXPECT_EQ(parts->event, "call");
  EXPECT_EQ(parts->prev, std::string(64, 'a'));
  EXPECT_EQ(parts->link(), after);
  EXPECT_TRUE(parts->is_whole);
}

TEST(AuditLineTest, EveryByteOfItCounts) {
  AuditLink after;
  std::string line = AuditLine(Full(), {}, &after);
  line.pop_back();
  for (size_t i = 0; i < line.size(); ++i) {
    std::string edited = line;
    edited[i] = static_cast<char>(edited[i] ^ 1);
    const auto parts = ReadAuditLine(edited);
    EXPECT_TRUE(!parts || !parts->is_whole) << i << ' ' << edited;
  }
}

TEST(AuditLineTest, TheLongestFits) {
  AuditRecord record = Full();
  const std::string longest(100000, '\x01');
  record.who = record.peer = record.method = record.reason = record.request_id =
      longest;
  record.key = record.resource = std::string(256, 'a');
  AuditLink after;
  EXPECT_LE(AuditLine(record, {1'000'000'000'000, std::string(64, '0')}, &after)
                .size(),
            kMaxAuditLine);
}

TEST(AuditTextTest, IsOneLineOfAsciiWhateverItWas) {
  EXPECT_EQ(AuditText("desk/kim"), "desk/kim");
  EXPECT_EQ(AuditText("a\"b\\c"), R"(a\"b\\c)");
  EXPECT_EQ(AuditText("a\r\n\x1b[31m"), R"(a\u000d\u000a\u001b[31m)");
  EXPECT_EQ(AuditText("김"), R"(\uae40)");
  EXPECT_EQ(AuditText("\xf0\x9f\x97\x9e"), R"(\ud83d\uddde)");
  EXPECT_EQ(AuditText("\xff"
                      "a"),
            R"(\ufffda)");
  // A surrogate, one that is spelled too long, one that is cut.
  EXPECT_EQ(AuditText("\xed\xa0\x80"), R"(\ufffd\ufffd\ufffd)");
  EXPECT_EQ(AuditText("\xc0\xaf"), R"(\ufffd\ufffd)");
  EXPECT_EQ(AuditText("\xe2\x82"), R"(\ufffd\ufffd)");
}

TEST(AuditTextTest, IsCutBetweenCharacters) {
  EXPECT_EQ(AuditText(std::string(500, 'x')), std::string(128, 'x'));
  EXPECT_EQ(AuditText(absl::StrCat(std::string(127, 'x'), "김")),
            std::string(127, 'x'));
}

TEST(AuditTextTest, HasNoKeyInIt) {
  const std::string secret = "COUR_live_0123456789ab_secretsecret";
  EXPECT_EQ(AuditText(absl::StrCat("me ", secret)), "me (key removed)");
  EXPECT_EQ(AuditName(absl::StrCat("partners/x/keys/", secret)),
            "partners/x/keys/(key removed)");
  EXPECT_THAT(AuditText(absl::StrCat(std::string(120, 'x'), "cour_test_0123")),
              Not(HasSubstr("cour_")));
}

TEST(AuditTextTest, ANameIsOneOrIsNotWritten) {
  EXPECT_EQ(AuditName("partners/a-b/contracts/2026"),
            "partners/a-b/contracts/2026");
  EXPECT_EQ(AuditName("Quake in Seoul"), "(not a name)");
  EXPECT_EQ(AuditName("지진"), "(not a name)");
  EXPECT_EQ(AuditName(std::string(257, 'a')), "(not a name)");
}

}  // namespace
}  // namespace courant
