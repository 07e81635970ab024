#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/importers/ninjs/body.h"
#include "tests/services/importers/import_test_support.h"
#include "tests/services/importers/ninjs_test_support.h"

namespace courant::importers {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(NinjsBodyTest, TheBestBodyIsTaken) {
  const struct {
    const char* bodies;
    std::vector<std::string> paragraphs;
    const char* kept;  // Path of a value that is kept.
  } cases[] = {
      {R"([{"value":"One.\n\nTwo."}])", {"One.", "Two."}, ""},
      {R"([{"value":"A  b"},{"contentType":"text/html","value":"<p>A b"}])",
       {"A b"},
       ""},
      {R"([{"contentType":"text/html","value":"<p>html"},)"
       R"({"contentType":"application/xhtml+xml","value":"<p>xhtml</p>"}])",
       {"xhtml"},
       "$.bodies[0].value"},
      {R"([{"role":"sidebar","contentType":"text/html","value":"<p>aside"},)"
       R"({"role":"main","value":"main"}])",
       {"main"},
       "$.bodies[0]"},
      {R"([{"contentType":"text/markdown","value":"*x*"},{"value":"plain"}])",
       {"plain"},
       "$.bodies[0]"},
  };
  for (const auto& c : cases) {
    const ImportedItem item = OneNinjs(NinjsItem("", c.bodies));
    EXPECT_EQ(ParagraphsOf(item.request.article()), c.paragraphs) << c.bodies;
    const auto& unmapped = item.request.article().provenance().unmapped();
    if (*c.kept != '\0') {
      EXPECT_TRUE(unmapped.contains(c.kept) ||
                  unmapped.contains(std::string("$.bodies[0]")))
          << c.bodies;
    } else {
      EXPECT_THAT(unmapped, IsEmpty()) << c.bodies;
    }
  }
}

TEST(NinjsBodyTest, APictureInTheTextIsOneOfTheMedia) {
  const ImportedItem item = OneNinjs(NinjsItem(
      R"(,"associations":[{"name":"Main Picture","uri":"x:y",)"
      R"("type":"picture","renditions":[{"name":"web",)"
      R"("href":"https://a.example/1.jpg"}]}])",
      R"([{"contentType":"text/html","value":"<p>a<img src='https://a.example/)"
      R"(1.jpg' alt='quay'><p>b<img src='https://a.example/2.jpg'>)"
      R"(<img src='data:x'>"}])"));
  const v1::Article& article = item.request.article();
  ASSERT_EQ(article.media_size(), 2);
  ASSERT_EQ(article.body_size(), 4);
  EXPECT_EQ(article.body(1).media().media_id(), article.media(0).id());
  EXPECT_EQ(article.media(0).alt().text().value(), "quay");
  EXPECT_EQ(article.body(3).media().media_id(), article.media(1).id());
  EXPECT_EQ(article.media(1).renditions(0).href(), "https://a.example/2.jpg");
  EXPECT_THAT(NotesOf(article), Contains(HasSubstr("<img> data:x")));
  EXPECT_EQ(UnmappedOf(item, "$.associations[0].name"), "\"Main Picture\"");
}

TEST(NinjsBodyTest, ALongValueIsKeptInPieces) {
  std::string words;
  while (words.size() < 150 << 10) words += "부두 ";
  const ImportedItem item = OneNinjs(NinjsItem(
      "", absl::StrCat(R"([{"role":"main","value":"Text."},)",
                       R"({"role":"sidebar","value":")", words, "\"}]")));
  const std::string json =
      absl::StrCat(UnmappedOf(item, "$.bodies[1].value"),
                   UnmappedOf(item, "$.bodies[1].value#2"),
                   UnmappedOf(item, "$.bodies[1].value#3"));
  EXPECT_EQ(json, absl::StrCat("\"", words, "\""));
}

}  // namespace
}  // namespace courant::importers
