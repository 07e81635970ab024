#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/editorial/rules/validation.h"
#include "services/importers/item_reader.h"
#include "services/importers/markup/markup_blocks.h"
#include "tests/services/importers/import_test_support.h"
#include "tests/testing/status_matchers.h"

// The examples that IPTC publishes, which are not ours to ship: found under
// COURANT_DATA. Skipped where it is unset; where it is set, they must be there.

namespace courant {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Json = nlohmann::json;

constexpr char kPublished[] = "PUBLISHED";
constexpr char kDraft[] = "DRAFT";

struct Example {
  const char* name;
  const char* state;  // Empty: refused.
  int paragraphs;
  int media;
};

// 002 has no words to tell a language from.
ImportOptions InEnglish() {
  ImportOptions options;
  options.language = "en";
  return options;
}

constexpr Example kExamples[] = {
    {"001_simple_example", kPublished, 1, 0},
    // Neither a headline nor a URI.
    {"002_renditions_example", kDraft, 1, 1},
    {"003_associations_example", kPublished, 1, 2},
    {"004_simple_text_article", kPublished, 4, 0},
    {"005_complex_text_article", kPublished, 4, 0},
    {"006_photo_only", kPublished, 0, 1},
    {"007_multimedia", kPublished, 4, 2},
    // Of 3.1 alone.
    {"008_event", "", 0, 0},
};

class NinjsExamplesTest
    : public ::testing::TestWithParam<std::tuple<const char*, Example>> {
 protected:
  static bool IsThere() {
    const auto& [version, example] = GetParam();
    return std::string(version) != "2.2" || *example.state != '\0';
  }

  // Reads the example into `text_`.
  void Read() {
    const char* data = std::getenv("COURANT_DATA");
    if (data == nullptr) GTEST_SKIP() << "COURANT_DATA is unset";
    const auto& [version, example] = GetParam();
    const std::string path = absl::StrCat(data, "/ninjs/examples/", version,
                                          "/", example.name, ".json");
    std::ifstream in(path, std::ios::binary);
    ASSERT_TRUE(in) << path << " is missing";
    std::ostringstream bytes;
    bytes << in.rdbuf();
    text_ = bytes.str();
  }

  std::string text_;
};

// All of an item in one text, with white space folded.
std::string AllOf(const v1::Article& article) {
  std::string all = article.Utf8DebugString();
  absl::StrAppend(&all, importers::WordsOfBlocks(
                            {article.body().begin(), article.body().end()}));
  for (const auto& [path, value] : article.provenance().unmapped()) {
    absl::StrAppend(&all, path, "=", value, "\n");
  }
  return all;
}

// Checks that a value, with all that is in it, is a field or is kept. What is
// said elsewhere in other words is left to the caller.
void CheckFound(const std::string& all, const Json& value,
                const std::string& path) {
  if (value.is_structured()) {
    for (const auto& [key, inner] : value.items()) {
      CheckFound(all, inner, absl::StrCat(path, "/", key));
    }
    return;
  }
  const std::string key = path.substr(path.rfind('/') + 1);
  const bool is_said_otherwise =
      key == "contentType" || key == "contenttype" || key == "role" ||
      key == "type" || key == "value" || absl::StrContains(key, "reated");
  if (is_said_otherwise) return;
  const std::string text =
      value.is_string() ? value.get<std::string>() : value.dump();
  // Text format escapes a single quote.
  const std::string head = text.substr(0, text.find('\''));
  EXPECT_TRUE(absl::StrContains(all, head)) << path << ": " << text;
}

TEST_P(NinjsExamplesTest, IsImportedWithEveryField) {
  if (!IsThere()) return;
  Read();
  if (IsSkipped() || HasFatalFailure()) return;
  const auto& [version, example] = GetParam();
  EXPECT_THAT(DetectFormat(absl::StrCat(example.name, ".json"), text_),
              IsOkAndHolds(ImportFormat::kNinjs));
  if (*example.state == '\0') {
    const Imported result = ImportAll(ImportFormat::kNinjs, text_);
    EXPECT_THAT(result.items, IsEmpty());
    ASSERT_THAT(result.errors, SizeIs(1));
    EXPECT_THAT(std::string(result.errors[0].message()),
                HasSubstr("line 8, $.type: is \"event\", which is not an"));
    return;
  }
  const ImportedItem item = ImportOne(ImportFormat::kNinjs, text_, InEnglish());
  const v1::Article& article = item.request.article();
  EXPECT_EQ(
      v1::CreateArticleRequest::InitialState_Name(item.request.initial_state()),
      example.state);
  EXPECT_EQ(article.body_size(), example.paragraphs);
  EXPECT_EQ(article.media_size(), example.media);
  EXPECT_EQ(article.language(), "en");
  EXPECT_THAT(ValidateArticle(article, "article"), IsOk());
  CheckFound(AllOf(article), Json::parse(text_), "");
}

TEST_P(NinjsExamplesTest, HasItsWordsOnce) {
  const auto& [version, example] = GetParam();
  if (example.paragraphs != 4) return;
  Read();
  if (IsSkipped() || HasFatalFailure()) return;
  const v1::Article article =
      ImportOne(ImportFormat::kNinjs, text_, InEnglish()).request.article();
  // The plain text says the same and is not kept a second time.
  EXPECT_THAT(ParagraphsOf(article)[1],
              HasSubstr("The sole defendant, Francesco Schettino, his eyes"));
  for (const auto& [path, value] : article.provenance().unmapped()) {
    EXPECT_FALSE(absl::StartsWith(path, "$.bodies[0]")) << path;
  }
  EXPECT_EQ(article.byline(), "Paulo Santalucia and Frances d'Emilio");
}

INSTANTIATE_TEST_SUITE_P(Official, NinjsExamplesTest,
                         ::testing::Combine(::testing::Values("2.2", "3.1"),
                                            ::testing::ValuesIn(kExamples)));

}  // namespace
}  // namespace courant
