#include "services/importers/item_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <sstream>
#include <streambuf>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/services/importers/import_test_support.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using ::testing::SizeIs;

// Gives `bytes`, then fails or just ends; cannot seek.
class Pipe : public std::streambuf {
 public:
  Pipe(std::string bytes, bool fails)
      : bytes_(std::move(bytes)), fails_(fails) {
    setg(bytes_.data(), bytes_.data(), bytes_.data() + bytes_.size());
  }

 protected:
  int_type underflow() override {
    if (fails_) throw std::ios_base::failure("the disk is gone");
    return traits_type::eof();
  }

 private:
  std::string bytes_;
  const bool fails_;
};

struct File {
  ImportFormat format;
  std::string text;
};

std::vector<File> Files() {
  const std::string pad(70 << 10, 'x');  // More than is read at once.
  return {
      {ImportFormat::kCsv,
       "\xef\xbb\xbftitle,text\r\nA,\"x\r\n\r\ny\"\r\n"
       "B,\"" +
           pad + "\"\r\nbad\r\nC,z"},
      {ImportFormat::kJsonLines,
       "{\"language\":\"en\",\"headline\":{\"value\":\"A\"}}\n\n"
       "{\"language\":\"en\",\"headline\":{\"value\":\"B\"},\"byline\":\"" +
           pad +
           "\"}\nbad\n{\"language\":\"en\",\"headline\":{\"value\":"
           "\"C\"}}"},
      {ImportFormat::kPage, "A headline\n\nSome text.\n"},
  };
}

TEST(ItemReaderTest, AnImportGoesOnWhereItBrokeOff) {
  for (const File& file : Files()) {
    const Imported whole = ImportAll(file.format, file.text);
    ASSERT_THAT(whole.opened, IsOk());
    for (size_t taken = 0; taken <= whole.items.size(); ++taken) {
      std::istringstream first(file.text);
      COURANT_ASSERT_OK_AND_ASSIGN(auto reader,
                                   OpenItems(file.format, first, {}));
      for (size_t i = 0; i < taken;) i += reader->Next().ok();
      const ReadPosition position = reader->position();

      std::istringstream second(file.text);
      COURANT_ASSERT_OK_AND_ASSIGN(reader, OpenItems(file.format, second, {}));
      ASSERT_THAT(reader->SkipTo(position), IsOk());
      std::vector<ImportedItem> rest;
      for (size_t calls = 0; calls < 10; ++calls) {
        absl::StatusOr<std::optional<ImportedItem>> item = reader->Next();
        if (!item.ok()) continue;
        if (!item->has_value()) break;
        rest.push_back(**std::move(item));
      }
      ASSERT_EQ(taken + rest.size(), whole.items.size());
      for (size_t i = 0; i < rest.size(); ++i) {
        const ImportedItem& other = whole.items[taken + i];
        EXPECT_EQ(rest[i].request.DebugString(), other.request.DebugString());
        EXPECT_EQ(rest[i].line, other.line);
      }
    }
  }
}

TEST(ItemReaderTest, AtTheEndTheWholeFileIsRead) {
  for (const File& file : Files()) {
    std::istringstream in(file.text);
    COURANT_ASSERT_OK_AND_ASSIGN(auto reader, OpenItems(file.format, in, {}));
    for (int calls = 0; calls < 10; ++calls) reader->Next().IgnoreError();
    EXPECT_EQ(reader->position().offset,
              static_cast<int64_t>(file.text.size()));
    const auto behind = reader->Next();
    ASSERT_THAT(behind, IsOk());
    EXPECT_FALSE(behind->has_value());
  }
}

TEST(ItemReaderTest, AStreamThatCannotSeekIsReadButNotSkipped) {
  for (const File& file : Files()) {
    Pipe pipe(file.text, /*fails=*/false);
    std::istream in(&pipe);
    COURANT_ASSERT_OK_AND_ASSIGN(auto reader, OpenItems(file.format, in, {}));
    EXPECT_THAT(reader->SkipTo({1, 0}),
                StatusIs(absl::StatusCode::kFailedPrecondition));
    EXPECT_THAT(reader->Next(), IsOk());
  }
}

TEST(ItemReaderTest, APlaceBehindTheEndIsRefused) {
  std::istringstream in("title,text\nA,x\n");
  COURANT_ASSERT_OK_AND_ASSIGN(auto reader,
                               OpenItems(ImportFormat::kCsv, in, {}));
  EXPECT_THAT(reader->SkipTo({99, 3}),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST(ItemReaderTest, AStreamThatFailsIsToldOnce) {
  for (const File& file : Files()) {
    Pipe pipe(file.text, /*fails=*/true);
    std::istream in(&pipe);
    auto reader = OpenItems(file.format, in, {});
    if (!reader.ok()) {
      EXPECT_THAT(reader, StatusIs(absl::StatusCode::kDataLoss));
      continue;
    }
    int lost = 0;
    bool ended = false;
    for (int calls = 0; calls < 10 && !ended; ++calls) {
      const auto item = (*reader)->Next();
      lost += item.status().code() == absl::StatusCode::kDataLoss;
      ended = item.ok() && !item->has_value();
    }
    EXPECT_EQ(lost, 1);
    EXPECT_TRUE(ended);
  }
}

TEST(ItemReaderTest, ImportingTwiceGivesTheSameRequests) {
  ImportOptions first_run;
  first_run.run = "1";
  ImportOptions second_run;
  second_run.run = "2";
  for (const File& file : Files()) {
    const Imported one = ImportAll(file.format, file.text, first_run);
    const Imported same = ImportAll(file.format, file.text, first_run);
    const Imported other = ImportAll(file.format, file.text, second_run);
    ASSERT_EQ(one.items.size(), other.items.size());
    for (size_t i = 0; i < one.items.size(); ++i) {
      EXPECT_EQ(one.items[i].request.DebugString(),
                same.items[i].request.DebugString());
      EXPECT_EQ(one.items[i].request.article_id(),
                other.items[i].request.article_id());
      EXPECT_NE(one.items[i].request.request_id(),
                other.items[i].request.request_id());
    }
  }
}

TEST(ItemReaderTest, ManyRowsAreReadToTheLast) {
  std::string text = "title,text\n";
  for (int i = 0; i < 20000; ++i) absl::StrAppend(&text, "T", i, ",body\n");
  const Imported all = ImportAll(ImportFormat::kCsv, text);
  EXPECT_THAT(all.items, SizeIs(20000));
  EXPECT_EQ(all.items.back().line, 20001);
}

}  // namespace
}  // namespace courant
