#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "tests/services/importers/import_test_support.h"
#include "tests/testing/status_matchers.h"

// The wire that `./dev run` shows must always load, and tell its story.

namespace courant {
namespace {

using ::testing::IsEmpty;

Imported SampleWire() {
  const std::string path =
      COURANT_SOURCE_DIR "/deploy/samples/sample-wire.jsonl";
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return ImportAll(ImportFormat::kJsonLines, bytes.str());
}

TEST(SampleWireTest, EveryLineIsACompleteArticleOfItsOwn) {
  const Imported wire = SampleWire();
  EXPECT_THAT(wire.errors, IsEmpty());
  EXPECT_GE(wire.items.size(), 12u);
  std::set<std::string> ids;
  for (const ImportedItem& item : wire.items) {
    const v1::Article& article = item.request.article();
    const std::string& id = item.request.article_id();
    EXPECT_TRUE(ids.insert(id).second) << id;
    EXPECT_FALSE(absl::StartsWith(id, "w-")) << "line " << item.line;
    EXPECT_FALSE(article.rights().copyright_notice().empty()) << id;
    EXPECT_GT(article.sections_size(), 0) << id;
    EXPECT_FALSE(article.sections(0).code().empty()) << id;
    EXPECT_GT(article.subjects_size(), 0) << id;
    EXPECT_GE(article.body_size(), 3) << id;
    EXPECT_THAT(item.remarks, IsEmpty()) << id;
  }
}

TEST(SampleWireTest, TranslationsFollowTheirSourcesAndShareTheirStory) {
  const Imported wire = SampleWire();
  std::map<std::string, const v1::Article*> earlier;
  int translations = 0;
  for (const ImportedItem& item : wire.items) {
    const v1::Article& article = item.request.article();
    if (article.has_translation_of()) {
      ++translations;
      const auto source = earlier.find(article.translation_of().article());
      ASSERT_NE(source, earlier.end()) << item.request.article_id();
      EXPECT_EQ(article.story(), source->second->story());
      EXPECT_NE(article.language(), source->second->language());
      EXPECT_EQ(article.body_size(), source->second->body_size());
      EXPECT_EQ(item.request.initial_state(),
                v1::CreateArticleRequest::PUBLISHED);
    }
    earlier["articles/" + item.request.article_id()] = &article;
  }
  EXPECT_GE(translations, 4);
}

TEST(SampleWireTest, TheWordToCorrectStandsWhereTheTourCorrectsIt) {
  const Imported wire = SampleWire();
  bool korean = false;
  bool english = false;
  for (const ImportedItem& item : wire.items) {
    const std::string body =
        absl::StrJoin(ParagraphsOf(item.request.article()), "\n");
    if (item.request.article_id() == "harbour-summit-ko") {
      korean = absl::StrContains(body, "붕괴");
    }
    if (item.request.article_id() == "harbour-summit-en") {
      english = absl::StrContains(body, "corruption") &&
                !absl::StrContains(body, "collapse");
    }
  }
  EXPECT_TRUE(korean);
  EXPECT_TRUE(english);
}

}  // namespace
}  // namespace courant
