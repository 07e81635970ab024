#include "tests/services/importers/ninjs_test_support.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "services/editorial/rules/publishable.h"
#include "services/editorial/rules/validation.h"
#include "services/importers/item_reader.h"
#include "tests/services/importers/import_test_support.h"
#include "tests/testing/status_matchers.h"

namespace courant {

ImportOptions NinjsOptions() {
  ImportOptions options;
  options.now =
      absl::FromCivil(absl::CivilDay(2026, 3, 5), absl::UTCTimeZone());
  return options;
}

ImportedItem OneNinjs(absl::string_view text, const ImportOptions& options) {
  ImportedItem item = ImportOne(ImportFormat::kNinjs, text, options);
  const v1::Article& article = item.request.article();
  EXPECT_THAT(ValidateArticle(article, "article"), IsOk()) << text;
  if (item.request.initial_state() == v1::CreateArticleRequest::PUBLISHED) {
    EXPECT_THAT(CheckPublishable(article), IsOk()) << text;
  }
  return item;
}

std::string NinjsItem(absl::string_view more, absl::string_view bodies) {
  return absl::StrCat(R"({"uri":"https://a.example/1","language":"en",)",
                      R"("headlines":[{"value":"A headline"}],"bodies":)",
                      bodies, more, "}");
}

std::string UnmappedOf(const ImportedItem& item, const std::string& path) {
  const auto& unmapped = item.request.article().provenance().unmapped();
  const auto found = unmapped.find(path);
  return found == unmapped.end() ? "" : found->second;
}

}  // namespace courant
