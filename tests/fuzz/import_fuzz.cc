#include "tests/fuzz/import_fuzz.h"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/editorial/rules/validation.h"
#include "services/importers/byline.h"
#include "services/importers/item_reader.h"
#include "services/importers/unicode_text.h"

namespace courant {
namespace {

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

struct Taken {
  std::string request_id;  // Follows from all of the request.
  ReadPosition behind;     // Where the reader stood afterwards.
};

void CheckItem(ImportFormat format, const ImportedItem& item) {
  const v1::CreateArticleRequest& request = item.request;
  Require(!request.article_id().empty() && request.article_id().size() <= 64,
          "an id");
  Require(request.request_id().size() == 36, "a request id");
  Require(!item.label.empty(), "a label");
  Require(item.label.find('\n') == std::string::npos, "a label of one line");
  Require(item.line >= 1, "a line");
  Require(!request.article().language().empty(), "a language");
  if (format == ImportFormat::kJsonLines) return;
  Require(format == ImportFormat::kNinjs || !request.article().body().empty(),
          "a body");
  Require(
      importers::TakeAddressesOut(request.article().byline()).addresses.empty(),
      "no address in a byline");
  if (format == ImportFormat::kNinjs) {
    const absl::Status valid = ValidateArticle(request.article(), "article");
    if (!valid.ok()) std::fprintf(stderr, "%s\n", valid.ToString().c_str());
    Require(valid.ok(), "an article that a server takes");
  }
  for (const v1::Block& block : request.article().body()) {
    if (!block.has_paragraph()) continue;
    const absl::string_view text = block.paragraph().text().text();
    Require(!importers::FindBadText(text), "text that a server takes");
    Require(!text.empty() && importers::TrimSpace(text) == text,
            "a paragraph without space around it");
  }
}

// Reads to the end, from `from` if it is set.
std::vector<Taken> ReadAll(ImportFormat format, const std::string& text,
                           const std::optional<ReadPosition>& from) {
  std::vector<Taken> taken;
  std::istringstream in(text);
  ImportOptions options;
  options.run = "fuzz";
  auto reader = OpenItems(format, in, options);
  if (!reader.ok()) return taken;
  if (from) Require((*reader)->SkipTo(*from).ok(), "a place to go on");
  for (size_t calls = 0; calls <= text.size() + 1; ++calls) {
    const auto item = (*reader)->Next();
    if (!item.ok()) {
      const absl::string_view message = item.status().message();
      const auto bad = importers::FindBadText(message);
      Require(!bad || bad->reason != v1::INVALID_UTF8, "a message in UTF-8");
      continue;
    }
    if (!item->has_value()) return taken;
    CheckItem(format, **item);
    taken.push_back({(*item)->request.request_id(), (*reader)->position()});
  }
  Require(false, "an end");
  return taken;
}

}  // namespace

void CheckImport(ImportFormat format, const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  DetectFormat("", absl::string_view(text).substr(0, kDetectBytes))
      .IgnoreError();
  const std::vector<Taken> once = ReadAll(format, text, std::nullopt);
  if (once.empty()) return;
  // What waited for its source may come again, and in another order.
  const size_t middle = once.size() / 2;
  std::multiset<std::string> rest;
  for (Taken& taken : ReadAll(format, text, once[middle].behind)) {
    rest.insert(std::move(taken.request_id));
  }
  for (size_t i = middle + 1; i < once.size(); ++i) {
    const auto same = rest.find(once[i].request_id);
    Require(same != rest.end(), "every item behind a place");
    rest.erase(same);
  }
  const bool may_wait =
      format == ImportFormat::kJsonLines || format == ImportFormat::kNinjs;
  Require(may_wait || rest.empty(), "no other item behind a place");
}

}  // namespace courant
