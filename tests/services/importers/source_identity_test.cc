#include "services/importers/source_identity.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"

namespace courant::importers {
namespace {

v1::Article Sample() {
  v1::Article article;
  article.set_language("en");
  article.mutable_headline()->set_value("A headline");
  article.add_body()->mutable_paragraph()->mutable_text()->set_text("Text.");
  return article;
}

TEST(SourceIdentityTest, DigestsAreSha256) {
  EXPECT_EQ(absl::BytesToHexString(Sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223"
            "b00361a396177a9cb410ff61f20015ad");
}

// Another rule would import everything anew, so these never change.
TEST(SourceIdentityTest, IdsAreThoseOfEveryEarlierRelease) {
  v1::Article article = Sample();
  EXPECT_EQ(ArticleIdOf(article), "w-pd7xcqkyicbi32x3");
  article.mutable_provenance()->set_source_id("7");
  article.mutable_provenance()->set_source_system("harbour-cms");
  EXPECT_EQ(ArticleIdOf(article), "w-3xouz2qgc6feo3pj");
  article.mutable_provenance()->set_source_id("urn:example:7");
  EXPECT_EQ(ArticleIdOf(article), "w-ovpl3odohnorndwd");
  article.mutable_provenance()->set_source_url("https://news.example/7");
  EXPECT_EQ(ArticleIdOf(article), "w-h2arss4vmh3nzujm");
}

TEST(SourceIdentityTest, IdsAreResourceIds) {
  const std::string id = ArticleIdOf(Sample());
  EXPECT_EQ(id.size(), 18u);
  EXPECT_TRUE(std::all_of(id.begin(), id.end(), [](char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
  })) << id;
}

TEST(SourceIdentityTest, WithAUrlNothingElseCounts) {
  v1::Article article = Sample();
  article.mutable_provenance()->set_source_url("https://news.example/7");
  const std::string id = ArticleIdOf(article);
  article.mutable_headline()->set_value("Another headline");
  article.mutable_provenance()->set_source_id("7");
  article.mutable_provenance()->set_source_system("other");
  EXPECT_EQ(ArticleIdOf(article), id);
  article.mutable_provenance()->set_source_url("https://news.example/8");
  EXPECT_NE(ArticleIdOf(article), id);
}

TEST(SourceIdentityTest, ARowNumberAloneDoesNotTellArticlesApart) {
  v1::Article one = Sample();
  one.mutable_provenance()->set_source_id("7");
  v1::Article two = one;
  two.mutable_headline()->set_value("Row 7 of another file");
  EXPECT_NE(ArticleIdOf(one), ArticleIdOf(two));
}

TEST(SourceIdentityTest, WithoutASourceAllThatReadersSeeCounts) {
  const std::string id = ArticleIdOf(Sample());
  const std::function<void(v1::Article&)> changes[] = {
      [](v1::Article& a) { a.set_language("ko"); },
      [](v1::Article& a) { a.mutable_headline()->set_value("Other"); },
      [](v1::Article& a) { a.add_decks()->set_value("Deck"); },
      [](v1::Article& a) { a.add_body()->mutable_paragraph(); },
      [](v1::Article& a) { a.set_byline("By Jane Roe"); },
      [](v1::Article& a) {
        a.mutable_rights()->set_copyright_notice("© 2019");
      },
  };
  for (const auto& change : changes) {
    v1::Article article = Sample();
    change(article);
    EXPECT_NE(ArticleIdOf(article), id) << article.ShortDebugString();
  }
  v1::Article article = Sample();
  article.add_sections()->set_code("local");
  article.set_urgency(3);
  EXPECT_EQ(ArticleIdOf(article), id);
}

TEST(SourceIdentityTest, RequestIdsAreUuidsOfRunAndRequest) {
  v1::CreateArticleRequest request;
  *request.mutable_article() = Sample();
  for (const char* key : {"a", "b", "c", "d", "e", "f"}) {
    (*request.mutable_article()
          ->mutable_provenance()
          ->mutable_unmapped())[key] = "x";
  }
  const std::string id = RequestIdOf(request, "run");
  ASSERT_EQ(id.size(), 36u);
  for (const int dash : {8, 13, 18, 23}) EXPECT_EQ(id[dash], '-') << id;
  EXPECT_EQ(id[14], '5') << id;
  EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos) << id;
  EXPECT_NE(RequestIdOf(request, "another run"), id);

  v1::CreateArticleRequest again;
  ASSERT_TRUE(again.ParseFromString(request.SerializeAsString()));
  again.set_request_id("ignored");
  EXPECT_EQ(RequestIdOf(again, "run"), id);
  again.set_initial_state(v1::CreateArticleRequest::PUBLISHED);
  EXPECT_NE(RequestIdOf(again, "run"), id);
}

}  // namespace
}  // namespace courant::importers
