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

namespace courant {

// What the formats have in common. All functions are thread-safe.

// Longest item that is read, in bytes: the largest request that a server takes.
inline constexpr size_t kMaxItemBytes = 8 << 20;

// Most code points of a headline, and most decks: limits of the contract.
inline constexpr int kMaxHeadlineCodePoints = 1000;
inline constexpr int kMaxDecks = 20;

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
// * INVALID_ARGUMENT / FIELD_TOO_LONG: headline or decks.
// * INVALID_ARGUMENT / FIELD_INVALID: the language is no BCP 47 tag.
absl::Status FinishItem(const ImportOptions& options, const ItemOrigin& origin,
                        ImportedItem& item);

// The same for a line of JSON, whose article says itself where it came from:
// provenance stays as it is, and so do ids that are set.
absl::Status FinishGivenItem(const ImportOptions& options, bool published,
                             ImportedItem& item);

}  // namespace courant

#endif  // COURANT_SERVICES_IMPORTERS_FINISH_ITEM_H_
