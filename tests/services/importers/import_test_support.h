#ifndef COURANT_TESTS_SERVICES_IMPORTERS_IMPORT_TEST_SUPPORT_H_
#define COURANT_TESTS_SERVICES_IMPORTERS_IMPORT_TEST_SUPPORT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "courant/v1/article.pb.h"
#include "services/importers/item_reader.h"

namespace courant {

// All that a reader gave, in order.
struct Imported {
  std::vector<ImportedItem> items;
  std::vector<absl::Status> errors;
  // The error of OpenItems(), or OK.
  absl::Status opened;
};

// Reads `text` to its end. Fails the test if the reader never ends.
Imported ImportAll(ImportFormat format, absl::string_view text,
                   const ImportOptions& options = {});

// Reads `text`, which must hold one item and no error. Fails the test, and
// returns an empty item, if it does not.
ImportedItem ImportOne(ImportFormat format, absl::string_view text,
                       const ImportOptions& options = {});

// The texts of the paragraphs of an article.
std::vector<std::string> ParagraphsOf(const v1::Article& article);

// The texts of its decks.
std::vector<std::string> DecksOf(const v1::Article& article);

// "action reason: source_text" of each note in `provenance.cleaning`.
std::vector<std::string> NotesOf(const v1::Article& article);

// "2019-01-04T00:00:00Z DAY" of `first_published`; empty when unset.
std::string FirstPublishedOf(const v1::Article& article);

// A field of the metadata of an error; empty when there is none.
std::string MetadataOf(const absl::Status& error, const std::string& key);

}  // namespace courant

#endif  // COURANT_TESTS_SERVICES_IMPORTERS_IMPORT_TEST_SUPPORT_H_
