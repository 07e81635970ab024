#include "tests/services/importers/import_test_support.h"

#include <google/protobuf/util/time_util.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/errors/reason.h"
#include "tests/testing/status_matchers.h"

namespace courant {

Imported ImportAll(ImportFormat format, absl::string_view text,
                   const ImportOptions& options) {
  Imported result;
  std::istringstream in{std::string(text)};
  auto reader = OpenItems(format, in, options);
  result.opened = reader.status();
  if (!reader.ok()) return result;
  // Each call takes a byte at least, or is the last one.
  for (size_t calls = 0; calls <= text.size() + 1; ++calls) {
    absl::StatusOr<std::optional<ImportedItem>> item = (*reader)->Next();
    if (!item.ok()) {
      result.errors.push_back(item.status());
    } else if (item->has_value()) {
      result.items.push_back(**std::move(item));
    } else {
      return result;
    }
  }
  ADD_FAILURE() << "the reader never ends";
  return result;
}

ImportedItem ImportOne(ImportFormat format, absl::string_view text,
                       const ImportOptions& options) {
  Imported result = ImportAll(format, text, options);
  EXPECT_THAT(result.opened, IsOk());
  for (const absl::Status& error : result.errors) ADD_FAILURE() << error;
  EXPECT_EQ(result.items.size(), 1u);
  return result.items.empty() ? ImportedItem() : std::move(result.items[0]);
}

std::vector<std::string> ParagraphsOf(const v1::Article& article) {
  std::vector<std::string> texts;
  for (const v1::Block& block : article.body()) {
    texts.push_back(block.paragraph().text().text());
  }
  return texts;
}

std::vector<std::string> DecksOf(const v1::Article& article) {
  std::vector<std::string> texts;
  for (const v1::Text& deck : article.decks()) texts.push_back(deck.value());
  return texts;
}

std::vector<std::string> NotesOf(const v1::Article& article) {
  std::vector<std::string> notes;
  for (const auto& note : article.provenance().cleaning()) {
    notes.push_back(absl::StrCat(note.action(), " ", note.reason(), ": ",
                                 note.source_text()));
  }
  return notes;
}

std::string FirstPublishedOf(const v1::Article& article) {
  if (!article.has_first_published()) return "";
  const std::string time =
      google::protobuf::util::TimeUtil::ToString(article.first_published());
  return article.first_published_precision() == v1::TIME_PRECISION_UNSPECIFIED
             ? time
             : absl::StrCat(
                   time, " ",
                   v1::TimePrecision_Name(article.first_published_precision()));
}

std::string MetadataOf(const absl::Status& error, const std::string& key) {
  const auto info = ErrorInfoOf(error);
  if (!info) return "";
  const auto entry = info->metadata().find(key);
  return entry == info->metadata().end() ? "" : entry->second;
}

}  // namespace courant
