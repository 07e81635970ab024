#ifndef COURANT_SERVICES_IMPORTERS_FINISH_ITEM_H_
#define COURANT_SERVICES_IMPORTERS_FINISH_ITEM_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "courant/v1/error.pb.h"
#include "services/importers/import_format.h"
#include "services/importers/imported_item.h"

namespace courant::importers {

// What the formats have in common. All functions are thread-safe.

// Longest item that is read, in bytes: the largest request that a server takes.
inline constexpr size_t kMaxItemBytes = 8 << 20;

// What a server takes at most; more is an error here, with its line.
inline constexpr int kMaxHeadlineCodePoints = 1000;
inline constexpr int kMaxDecks = 20;
inline constexpr int kMaxBlocks = 2000;
inline constexpr size_t kMaxParagraphBytes = 256 << 10;
// Any other string, e.g. a value of `provenance.unmapped`.
inline constexpr size_t kMaxFieldBytes = 64 << 10;
// Lines noted in `provenance.cleaning`, where a server takes 1,000 notes.
inline constexpr int kMaxNotes = 500;

// Checks options that no file can make right: language, section, source_url,
// separator. Turns `language` into its canonical form.
//
// Errors:
// * INVALID_ARGUMENT / FIELD_INVALID: names the option.
absl::Status CheckOptions(ImportOptions& options);

// An error about an item: `where` is its place ("line 3, column 2 \"date\""),
// `description` says what is wrong and what would be right. Metadata: `line`,
// and `field`, the path in the article, unless it is empty.
absl::Status ItemError(v1::ErrorReason reason, int64_t line,
                       absl::string_view where, absl::string_view field,
                       absl::string_view description);

// Whether `url` is an absolute http or https URL.
bool IsWebUrl(absl::string_view url);

// "news.example" of "https://user@News.example/a?b"; empty for what has no
// host.
std::string HostOf(absl::string_view url);

// What a reader knows about an item besides its fields.
struct ItemOrigin {
  ImportFormat format;
  // The item's bytes in the file: the source of `content_hash`.
  absl::string_view bytes;
  // Whether it was published where it comes from.
  bool published;
};

// Completes an item that has its line and the fields of its article: language,
// section, rights, provenance, state, ids, label, as ImportOptions and
// ImportedItem document them. Last of all steps: ids depend on the rest.
//
// Errors:
// * INVALID_ARGUMENT / FIELD_REQUIRED: published without a headline; or no
//   language, and the script tells none.
// * INVALID_ARGUMENT / FIELD_TOO_LONG: one of the limits above.
// * INVALID_ARGUMENT / FIELD_INVALID: the language is no BCP 47 tag.
absl::Status FinishItem(const ImportOptions& options, const ItemOrigin& origin,
                        ImportedItem& item);

// The same for a line of JSON, whose article says itself where it came from:
// provenance stays as it is, and so does `article_id` where there is one.
absl::Status FinishGivenItem(const ImportOptions& options, bool published,
                             ImportedItem& item);

}  // namespace courant::importers

#endif  // COURANT_SERVICES_IMPORTERS_FINISH_ITEM_H_
