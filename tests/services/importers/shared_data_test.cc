#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/importers/csv_record.h"
#include "services/importers/item_reader.h"
#include "services/importers/paragraphs.h"
#include "services/importers/unicode_text.h"
#include "tests/services/importers/import_test_support.h"
#include "tests/testing/status_matchers.h"

// Real pages and tables, which are not ours to ship: found under COURANT_DATA.
// Skipped where it is unset; where it is set, the data must be there.

namespace courant {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class SharedDataTest : public ::testing::Test {
 protected:
  // Reads a file of the data into `text_`.
  void Read(const std::string& name) {
    const char* data = std::getenv("COURANT_DATA");
    if (data == nullptr) GTEST_SKIP() << "COURANT_DATA is unset";
    const std::string path = absl::StrCat(data, "/", name);
    std::ifstream in(path, std::ios::binary);
    ASSERT_TRUE(in) << path << " is missing";
    std::ostringstream bytes;
    bytes << in.rdbuf();
    text_ = bytes.str();
  }

  std::string text_;
};

std::vector<int> LengthsOf(const std::vector<std::string>& texts) {
  std::vector<int> lengths;
  lengths.reserve(texts.size());
  for (const std::string& text : texts) {
    lengths.push_back(importers::CountCodePoints(text));
  }
  return lengths;
}

TEST_F(SharedDataTest, TheNewsPageIsTakenApartLineByLine) {
  Read("page/news-zone-page.txt");
  if (IsSkipped() || HasFatalFailure()) return;
  EXPECT_THAT(DetectFormat("news-zone-page.txt", text_),
              IsOkAndHolds(ImportFormat::kPage));
  const ImportedItem item = ImportOne(ImportFormat::kPage, text_);
  const v1::Article& article = item.request.article();
  EXPECT_EQ(importers::CountCodePoints(article.headline().value()), 113);
  EXPECT_TRUE(absl::StartsWith(article.headline().value(), "“"));
  EXPECT_THAT(LengthsOf(DecksOf(article)), ElementsAre(52, 87, 90));
  EXPECT_THAT(LengthsOf(ParagraphsOf(article)),
              ElementsAre(1012, 621, 766, 723, 1140));
  EXPECT_EQ(article.byline(), "By Su-Yeol, Maeng");
  EXPECT_EQ(article.rights().copyright_notice(),
            "<Copyright ⓒ The Korea Defense Daily, All rights reserved>");
  EXPECT_EQ(article.rights().copyright_holder(), "The Korea Defense Daily");
  ASSERT_EQ(article.media_size(), 1);
  const v1::AltText& alt = article.media(0).alt();
  EXPECT_EQ(alt.text().value(),
            importers::FirstCodePoints(
                article.headline().value().substr(std::strlen("“")), 50));
  EXPECT_TRUE(alt.derived());
  EXPECT_EQ(alt.limit(), 50);
  EXPECT_FALSE(article.media(0).has_caption());
  EXPECT_EQ(article.sections(0).zone(), "News Zone");
  EXPECT_EQ(article.sections(0).labels(0).value(), "Recent News");
  EXPECT_EQ(article.contributors(0).names(0).given(), "Su-Yeol");
  EXPECT_EQ(article.contributors(0).names(0).family(), "Maeng");
  EXPECT_EQ(article.language(), "en");
  EXPECT_FALSE(article.has_first_published());
  EXPECT_FALSE(article.has_dateline());
  EXPECT_EQ(article.provenance().cleaning_size(), 3);
  EXPECT_EQ(item.request.initial_state(), v1::CreateArticleRequest::PUBLISHED);
  // Chrome and remains are in the notes and nowhere else.
  v1::Article seen = article;
  seen.clear_provenance();
  EXPECT_FALSE(absl::StrContains(seen.DebugString(), "Follow-on"));
  EXPECT_FALSE(absl::StrContains(seen.DebugString(), "< >"));
}

TEST_F(SharedDataTest, EveryRowOfTheTableIsOneArticle) {
  Read("wikinews/wikinews_2019.csv");
  if (IsSkipped() || HasFatalFailure()) return;
  const Imported all = ImportAll(ImportFormat::kCsv, text_);
  EXPECT_THAT(all.errors, IsEmpty());
  ASSERT_THAT(all.items, SizeIs(171));

  std::istringstream in(text_);
  importers::ByteSource source(in);
  importers::CsvRecord row;
  ASSERT_THAT(importers::TakeCsvRecord(source, ',', row), IsOkAndHolds(true));
  ASSERT_THAT(row.fields, ElementsAre("url", "date", "title", "text"));
  std::set<std::string> ids;
  for (const ImportedItem& item : all.items) {
    ASSERT_THAT(importers::TakeCsvRecord(source, ',', row), IsOkAndHolds(true));
    const v1::Article& article = item.request.article();
    EXPECT_EQ(article.provenance().source_url(), row.fields[0]);
    EXPECT_EQ(article.canonical_url(), row.fields[0]);
    EXPECT_EQ(FirstPublishedOf(article),
              absl::StrCat(row.fields[1], "T00:00:00Z DAY"));
    EXPECT_EQ(article.headline().value(), row.fields[2]);
    EXPECT_EQ(ParagraphsOf(article),
              importers::SplitParagraphs(row.fields[3]).texts);
    EXPECT_EQ(item.request.initial_state(),
              v1::CreateArticleRequest::PUBLISHED);
    EXPECT_EQ(article.rights().status(), v1::Rights::UNKNOWN);
    EXPECT_EQ(article.language(), "en");
    ids.insert(item.request.article_id());
  }
  EXPECT_THAT(ids, SizeIs(171));
}

TEST_F(SharedDataTest, OtherFormatsAreRefusedAndNotMisread) {
  Read("ninjs/examples/3.1/001_simple_example.json");
  if (IsSkipped() || HasFatalFailure()) return;
  const Imported all = ImportAll(ImportFormat::kJsonLines, text_);
  EXPECT_THAT(all.items, IsEmpty());
  EXPECT_THAT(all.errors, Not(IsEmpty()));
}

}  // namespace
}  // namespace courant
