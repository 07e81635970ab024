#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "services/importers/markup/markup_blocks.h"
#include "services/importers/unicode_text.h"

// Any bytes are blocks with text that an article may hold, or an error of the
// kinds that markup_blocks.h names. The first byte of the input says what
// somebody says it is.
namespace courant::importers {
namespace {

constexpr size_t kMaxBlocks = 2000;
constexpr size_t kMaxDropped = 50;

void Check(bool promise) {
  if (!promise) std::abort();
}

void TryMarkup(MarkupKind kind, absl::string_view text) {
  const auto body = BlocksOfMarkup(kind, text, "ko");
  if (!body.ok()) {
    Check(absl::IsOutOfRange(body.status()) ||
          absl::IsInvalidArgument(body.status()));
    const auto bad = FindBadText(body.status().message());
    Check(!bad || bad->reason != v1::INVALID_UTF8);
    return;
  }
  Check(body->blocks.size() <= kMaxBlocks);
  Check(body->dropped.size() <= kMaxDropped);
  Check(kind == MarkupKind::kXhtml || !body->read_as_html);
  Check(!FindBadText(WordsOfBlocks(body->blocks)));
  for (const v1::Block& block : body->blocks) {
    size_t image;
    if (!block.has_media()) continue;
    Check(absl::SimpleAtoi(block.media().media_id(), &image));
    Check(image < body->images.size());
  }
}

}  // namespace
}  // namespace courant::importers

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using courant::importers::MarkupKind;
  if (size == 0) return 0;
  const absl::string_view text(reinterpret_cast<const char*>(data + 1),
                               size - 1);
  courant::importers::TryMarkup(
      data[0] % 2 == 0 ? MarkupKind::kHtml : MarkupKind::kXhtml, text);
  return 0;
}
