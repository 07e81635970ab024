#ifndef COURANT_TESTS_SERVICES_IMPORTERS_NINJS_TEST_SUPPORT_H_
#define COURANT_TESTS_SERVICES_IMPORTERS_NINJS_TEST_SUPPORT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "services/importers/imported_item.h"

namespace courant {

// Options of a day on which nothing in these tests has expired: 5 March 2026,
// midnight, UTC.
ImportOptions NinjsOptions();

// Reads one item of ninjs, without an error. Fails the test when a server would
// not take what comes of it.
ImportedItem OneNinjs(absl::string_view text,
                      const ImportOptions& options = NinjsOptions());

// An item that can be published, with more members: begin them with a comma.
std::string NinjsItem(absl::string_view more = "",
                      absl::string_view bodies = R"([{"value":"Text."}])");

// A value of `provenance.unmapped`; empty when there is none.
std::string UnmappedOf(const ImportedItem& item, const std::string& path);

}  // namespace courant

#endif  // COURANT_TESTS_SERVICES_IMPORTERS_NINJS_TEST_SUPPORT_H_
