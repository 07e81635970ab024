#include <atomic>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "storage/base/mutex.h"
#include "storage/errors/reason.h"
#include "tests/services/cli/canned_server.h"
#include "tests/services/cli/cli_run.h"
#include "tests/services/cli/kept.h"
#include "tests/testing/temp_dir.h"

namespace courant {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::SizeIs;

v1::Article MakeArticle(const std::string& id, const std::string& headline) {
  v1::Article article;
  article.set_name("articles/" + id);
  article.set_state(v1::Article::PUBLISHED);
  article.set_revision(2);
  article.set_change_sequence(17);
  article.set_language("en");
  article.mutable_headline()->set_value(headline);
  article.add_sections()->set_code("news");
  article.mutable_publish_time()->set_seconds(1795455943);
  article.add_body()->mutable_paragraph()->mutable_text()->set_text("Body.");
  return article;
}

TEST(ArticleCreateTest, SendsWhatWasGivenAndPrintsTheName) {
  Kept<v1::CreateArticleRequest> kept;
  CannedServer server({.create_article = [&](const auto& request) {
    kept.Set(request);
    return MakeArticle("rail", "Rail talks");
  }});
  const CliResult result =
      RunCliAt(server.address(), {"article",
                                  "create",
                                  "--headline",
                                  "Rail talks",
                                  "--language",
                                  "en",
                                  "--body",
                                  "one\n\ntwo",
                                  "--copyright",
                                  "© The Courier",
                                  "--section",
                                  "news",
                                  "--deck",
                                  "[a, b]",
                                  "--deck",
                                  "-c",
                                  "--byline",
                                  "By K",
                                  "--story",
                                  "s1",
                                  "--id",
                                  "rail",
                                  "--publish",
                                  "--actor",
                                  "desk/kim",
                                  "--request-id",
                                  "0f8fad5b-d9cb-469f-a165-70867728950e",
                                  "--yes"});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_EQ(result.out, "articles/rail  PUBLISHED  revision 2  change 17\n");
  const v1::CreateArticleRequest request = kept.Get();
  EXPECT_EQ(request.article_id(), "rail");
  EXPECT_EQ(request.request_id(), "0f8fad5b-d9cb-469f-a165-70867728950e");
  EXPECT_EQ(request.initial_state(), v1::CreateArticleRequest::PUBLISHED);
  const v1::Article& article = request.article();
  EXPECT_EQ(article.headline().value(), "Rail talks");
  EXPECT_EQ(article.rights().copyright_notice(), "© The Courier");
  EXPECT_EQ(article.story(), "stories/s1");
  EXPECT_EQ(article.body_size(), 2);
  ASSERT_EQ(article.decks_size(), 2);
  EXPECT_EQ(article.decks(0).value(), "[a, b]");
  EXPECT_EQ(article.decks(1).value(), "-c");
  EXPECT_THAT(server.actors(), ElementsAre("desk/kim"));
}

TEST(ArticleCreateTest, SaysWhoActsInAnyLanguage) {
  CannedServer server(
      {.create_article = [](const auto&) { return MakeArticle("a", "A"); }});
  std::string longest;  // In characters; 384 bytes.
  for (int i = 0; i < 128; ++i) longest += "기";
  for (const std::string& actor : {std::string("desk/김기자"), longest}) {
    const CliResult result = RunCliAt(
        server.address(),
        {"article", "create", "--language", "ko", "--actor", actor, "--yes"});
    EXPECT_EQ(result.code, kExitOk) << result.err;
  }
  EXPECT_THAT(server.actors(), ElementsAre("desk/김기자", longest));
}

TEST(ArticleCreateTest, IsADraftWithAFreshRequestIdUnlessToldOtherwise) {
  Kept<v1::CreateArticleRequest> kept;
  CannedServer server({.create_article = [&](const auto& request) {
    kept.Set(request);
    return MakeArticle("a", "A");
  }});
  RunCliAt(server.address(), {"article", "create", "--language", "en"});
  const std::string first = kept.Get().request_id();
  EXPECT_EQ(kept.Get().initial_state(), v1::CreateArticleRequest::DRAFT);
  EXPECT_THAT(first, SizeIs(36));
  RunCliAt(server.address(), {"article", "create", "--language", "en"});
  EXPECT_NE(kept.Get().request_id(), first);
  EXPECT_THAT(server.actors(), ElementsAre("desk/test", "desk/test"));
}

TEST(ArticleCreateTest, TakesTheBodyFromAFileOrTheStandardInput) {
  Kept<v1::CreateArticleRequest> kept;
  CannedServer server({.create_article = [&](const auto& request) {
    kept.Set(request);
    return MakeArticle("a", "A");
  }});
  TempDir dir;
  std::ofstream(dir.Join("body.txt")) << "one\r\n\r\ntwo\r\n";
  RunCliAt(server.address(), {"article", "create", "--language", "en",
                              "--body-file", dir.Join("body.txt")});
  ASSERT_EQ(kept.Get().article().body_size(), 2);
  EXPECT_EQ(kept.Get().article().body(1).paragraph().text().text(), "two");

  CliSetting setting;
  setting.address = server.address();
  setting.input = "three";
  RunCli({"article", "create", "--language", "en", "--body", "-"}, setting);
  ASSERT_EQ(kept.Get().article().body_size(), 1);
  EXPECT_EQ(kept.Get().article().body(0).paragraph().text().text(), "three");
}

TEST(ArticleCreateTest, ARefusalNamesTheFieldAndFails) {
  CannedServer server({.create_article = [&](const auto&) {
    return absl::StatusOr<v1::Article>(
        InvalidField("article.language", "\"x-\" is not a tag such as en"));
  }});
  const CliResult result =
      RunCliAt(server.address(), {"article", "create", "--language", "x-"});
  EXPECT_EQ(result.code, kExitFailed);
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_EQ(result.err,
            "courant: article.language: \"x-\" is not a tag such as en "
            "[FIELD_INVALID]\n");
}

TEST(ArticleCreateTest, AnUnavailableServerIsAskedAgainWithTheSameRequestId) {
  Mutex mu;
  std::vector<std::string> ids;
  CannedServer server({.create_article = [&](const auto& request) {
    MutexLock lock(mu);
    ids.push_back(request.request_id());
    if (ids.size() < 3) {
      return absl::StatusOr<v1::Article>(
          MakeError(v1::OUTCOME_UNKNOWN, "who knows"));
    }
    return absl::StatusOr<v1::Article>(MakeArticle("a", "A"));
  }});
  const CliResult result =
      RunCliAt(server.address(), {"article", "create", "--language", "en"});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_THAT(ids, SizeIs(3));
  EXPECT_THAT(ids, testing::Each(ids.front()));
}

TEST(ArticleCreateTest, GivesUpAfterFiveTriesAndSaysHowToGoOn) {
  std::atomic<int> calls = 0;
  CannedServer server({.create_article = [&](const auto&) {
    ++calls;
    return absl::StatusOr<v1::Article>(
        MakeError(v1::OUTCOME_UNKNOWN, "who knows"));
  }});
  const std::string id = "0f8fad5b-d9cb-469f-a165-70867728950e";
  const CliResult result =
      RunCliAt(server.address(),
               {"article", "create", "--language", "en", "--request-id", id});
  EXPECT_EQ(result.code, kExitFailed);
  EXPECT_EQ(calls, 5);
  EXPECT_THAT(result.err, HasSubstr("[OUTCOME_UNKNOWN]"));
  EXPECT_THAT(result.err, HasSubstr("--request-id " + id));
}

TEST(ArticleUpdateTest, NamesTheFieldsAndTheEtag) {
  Kept<v1::UpdateArticleRequest> kept;
  CannedServer server({.update_article = [&](const auto& request) {
    kept.Set(request);
    return MakeArticle("rail", "New");
  }});
  const CliResult result =
      RunCliAt(server.address(), {"article", "update", "rail", "--headline",
                                  "New", "--byline", "", "--etag", "W/\"2\""});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  const v1::UpdateArticleRequest request = kept.Get();
  EXPECT_EQ(request.article().name(), "articles/rail");
  EXPECT_EQ(request.article().etag(), "W/\"2\"");
  EXPECT_THAT(request.update_mask().paths(), ElementsAre("headline", "byline"));
  EXPECT_THAT(request.request_id(), SizeIs(36));
}

TEST(ArticlePublishTest, TakesTheNameInBothForms) {
  Kept<v1::PublishArticleRequest> kept;
  CannedServer server({.publish_article = [&](const auto& request) {
    kept.Set(request);
    return MakeArticle("rail", "Rail");
  }});
  for (const char* name : {"rail", "articles/rail"}) {
    EXPECT_EQ(RunCliAt(server.address(), {"article", "publish", name}).code,
              kExitOk);
    EXPECT_EQ(kept.Get().name(), "articles/rail");
    EXPECT_THAT(kept.Get().request_id(), SizeIs(36));
  }
}

TEST(ArticleGetTest, ShowsTheArticleWithItsText) {
  CannedServer server({.get_article = [&](const auto&) {
    return MakeArticle("rail", "Rail \x1b[2Jtalks");
  }});
  const CliResult result =
      RunCliAt(server.address(), {"article", "get", "rail"});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_EQ(result.out,
            "articles/rail\n"
            "  headline         Rail \uFFFD[2Jtalks\n"
            "  language         en\n"
            "  section          news\n"
            "  state            PUBLISHED\n"
            "  published        2026-11-23T17:45:43Z\n"
            "  revision         2, change 17\n"
            "\nBody.\n");
}

TEST(ArticleGetTest, ShowsWhyItMustNotBeUsedAndWhatIsToCome) {
  CannedServer server({.get_article = [&](const auto&) {
    v1::Article article = MakeArticle("rail", "Rail");
    article.set_state(v1::Article::WITHDRAWN);
    v1::StatusNote& note = *article.mutable_status_note();
    note.set_reason("Sent twice.");
    note.set_contact("desk@courier.example");
    note.set_action(v1::Tombstone::REPLACE);
    note.set_replacement("articles/rail-2");
    note.mutable_time()->set_seconds(1795456000);
    note.set_actor("desk/lee");
    v1::KillRequest& asked = *article.mutable_kill_request();
    asked.set_actor("desk/김");
    asked.set_reason("A court asked.");
    asked.set_action(v1::Tombstone::REMOVE);
    asked.mutable_request_time()->set_seconds(1795456100);
    asked.mutable_expire_time()->set_seconds(1795459700);
    article.mutable_embargo_until()->set_seconds(1795455900);
    article.mutable_expires_at()->set_seconds(1795465900);
    v1::AliasId& alias = *article.add_alias_ids();
    alias.set_source_system("ninjs");
    alias.set_id("urn:1");
    return article;
  }});
  EXPECT_EQ(RunCliAt(server.address(), {"article", "get", "rail"}).out,
            "articles/rail\n"
            "  headline         Rail\n"
            "  language         en\n"
            "  section          news\n"
            "  state            WITHDRAWN\n"
            "  stopped          2026-11-23T17:46:40Z, by desk/lee\n"
            "  reason           Sent twice.\n"
            "  subscribers      put articles/rail-2 in its place\n"
            "  contact          desk@courier.example\n"
            "  kill asked for   2026-11-23T17:48:20Z, by desk/김; another "
            "person can confirm until 2026-11-23T18:48:20Z\n"
            "  kill reason      A court asked.\n"
            "  kill action      remove every copy\n"
            "  published        2026-11-23T17:45:43Z\n"
            "  embargo until    2026-11-23T17:45:00Z\n"
            "  expires          2026-11-23T20:31:40Z\n"
            "  revision         2, change 17\n"
            "  alias            ninjs=urn:1\n"
            "\nBody.\n");
}

TEST(ArticleGetTest, JsonIsTheArticleOnOneLine) {
  CannedServer server({.get_article = [&](const auto&) {
    return MakeArticle("rail", "a\nb");
  }});
  const CliResult result =
      RunCliAt(server.address(), {"article", "get", "rail", "-o", "json"});
  ASSERT_THAT(LinesOf(result.out), SizeIs(1));
  v1::Article article;
  ASSERT_TRUE(
      google::protobuf::util::JsonStringToMessage(result.out, &article).ok());
  EXPECT_EQ(article.SerializeAsString(),
            MakeArticle("rail", "a\nb").SerializeAsString());
}

TEST(ArticleGetTest, GetsARevision) {
  Kept<v1::GetArticleRevisionRequest> kept;
  CannedServer server({.get_revision = [&](const auto& request) {
    kept.Set(request);
    return MakeArticle("rail", "Rail");
  }});
  RunCliAt(server.address(), {"article", "get", "rail", "--revision", "3"});
  EXPECT_EQ(kept.Get().name(), "articles/rail/revisions/3");
}

TEST(ArticleGetTest, AMissingArticleIsAFailure) {
  CannedServer server({.get_article = [&](const auto& request) {
    return absl::StatusOr<v1::Article>(
        MakeError(v1::RESOURCE_NOT_FOUND, "there is no " + request.name(),
                  {{"resource", request.name()}}));
  }});
  const CliResult result = RunCliAt(server.address(), {"article", "get", "x"});
  EXPECT_EQ(result.code, kExitFailed);
  EXPECT_EQ(result.err,
            "courant: there is no articles/x [RESOURCE_NOT_FOUND]\n");
}

TEST(ArticleGetTest, AStrangersServerIsPointedOut) {
  CannedServer server({});
  const CliResult result = RunCliAt(server.address(), {"article", "get", "x"});
  EXPECT_EQ(result.code, kExitFailed);
  EXPECT_THAT(result.err, HasSubstr(server.address()));
  EXPECT_THAT(result.err, HasSubstr("courantd"));
}

// Three articles on two pages.
v1::ListArticlesResponse Page(const v1::ListArticlesRequest& request) {
  v1::ListArticlesResponse page;
  if (request.page_token().empty()) {
    *page.add_articles() = MakeArticle("c", "이 회담은 재개되었다");
    *page.add_articles() = MakeArticle("b", "Second");
    page.set_next_page_token("p2");
  } else {
    *page.add_articles() = MakeArticle("a", "First");
  }
  return page;
}

TEST(ArticleListTest, FollowsAllPages) {
  CannedServer server({.list_articles = Page});
  const CliResult text = RunCliAt(server.address(), {"article", "list"});
  EXPECT_THAT(
      LinesOf(text.out),
      ElementsAre("NAME        STATE      LANG  TIME                  SECTION  "
                  "HEADLINE",
                  "articles/c  PUBLISHED  en    2026-11-23T17:45:43Z  news     "
                  "이 회담은 재개되었다",
                  "articles/b  PUBLISHED  en    2026-11-23T17:45:43Z  news     "
                  "Second",
                  "articles/a  PUBLISHED  en    2026-11-23T17:45:43Z  news     "
                  "First"));
  const CliResult json =
      RunCliAt(server.address(), {"article", "list", "-o", "json"});
  EXPECT_THAT(LinesOf(json.out), SizeIs(3));
}

TEST(ArticleListTest, StopsAtTheLimit) {
  CannedServer server({.list_articles = Page});
  const CliResult result = RunCliAt(
      server.address(), {"article", "list", "--limit", "2", "-o", "json"});
  EXPECT_THAT(LinesOf(result.out), SizeIs(2));
}

TEST(ArticleListTest, OptionsBecomeAFilter) {
  Kept<v1::ListArticlesRequest> kept;
  CannedServer server({.list_articles = [&](const auto& request) {
    kept.Set(request);
    return v1::ListArticlesResponse();
  }});
  const CliResult result = RunCliAt(
      server.address(),
      {"article", "list", "--section", "sport", "--language", "en", "--state",
       "draft", "--state", "published", "--story", "s", "--since", "2026-11-01",
       "--until", "2026-11-02T09:00:00+09:00", "--filter", "NOT kind=VIDEO"});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_EQ(kept.Get().filter(),
            "section=\"sport\" AND language:\"en\" AND story=\"stories/s\" AND "
            "(state=\"DRAFT\" OR state=\"PUBLISHED\") AND "
            "publish_time>=\"2026-11-01T00:00:00Z\" AND "
            "publish_time<\"2026-11-02T00:00:00Z\" AND (NOT kind=VIDEO)");
}

TEST(StatusTest, SaysWhereTheLogStands) {
  CannedServer server({.log_status = [&](const auto&) {
    v1::ChangeLogStatus log;
    log.set_log_id("0123456789abcdef0123456789abcdef");
    log.set_epoch(1);
    log.set_floor_sequence(1);
    log.set_tail_sequence(171);
    log.set_tail_digest("\x01\x02");
    log.mutable_tail_commit_time()->set_seconds(1795455943);
    log.set_open_streams(2);
    return log;
  }});
  const CliResult text = RunCliAt(server.address(), {"status"});
  EXPECT_EQ(text.out, absl::StrCat("server        ", server.address(),
                                   "\n"
                                   "log id        "
                                   "0123456789abcdef0123456789abcdef\n"
                                   "epoch         1\n"
                                   "floor         1\n"
                                   "tail          171\n"
                                   "last change   2026-11-23T17:45:43Z\n"
                                   "open streams  2\n"));
  const CliResult json = RunCliAt(server.address(), {"status", "-o", "json"});
  EXPECT_THAT(json.out, MatchesRegex("\\{\"logId\":.*\"tailSequence\":\"171\""
                                     ".*\\}\n"));
}

}  // namespace
}  // namespace courant
