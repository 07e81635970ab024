#ifndef COURANT_SERVICES_IMPORTERS_CSV_COLUMNS_H_
#define COURANT_SERVICES_IMPORTERS_CSV_COLUMNS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace courant::importers {

// What a column of a CSV file is about. The name in quotes is the one that
// ImportOptions::columns takes.
enum class CsvField {
  kUnmapped,      // "-"                 provenance.unmapped
  kHeadline,      // "headline"          needed
  kBody,          // "body"              needed; paragraphs at blank lines
  kDate,          // "first_published"   see printed_date.h
  kUrl,           // "url"               provenance.source_url, canonical_url
  kSourceId,      // "source_id"         provenance.source_id
  kSourceSystem,  // "source_system"     provenance.source_system
  kLanguage,      // "language"          BCP 47
  kByline,        // "byline"            and contributors
  kContact,       // "contact"           contributors.contact, never published
  kSection,       // "section"           a label of a section
  kDeck,          // "deck"              one a line; may be several columns
  kKicker,        // "kicker"
  kSummary,       // "summary"
  kSlugline,      // "slugline"
  kCopyright,     // "copyright_notice"  rights.copyright_notice and holder
  kCreditLine,    // "credit_line"       rights.credit_line
  kUsageTerms,    // "usage_terms"       rights.usage_terms, a URL as policy
};

// A column: what it is about and how its header calls it.
struct CsvColumn {
  CsvField field = CsvField::kUnmapped;
  // As in the header; "column 3" for one without a name, and with its number
  // behind for one whose name an earlier one has. No two are equal.
  std::string name;
};

// The path of the article's field that a column fills, for errors:
// "provenance.source_url". "provenance.unmapped" for kUnmapped.
absl::string_view ArticlePath(CsvField field);

// Says what each column of a header is about.
//
// `choices` decide first (header name, field name), names compared without
// regard to case and to the spaces around them. Every other column is
// recognised by its name in English or Korean, spaces, hyphens and underscores
// aside: "Title", "published_at", "본문". Of several columns for one field the
// one with the more usual name counts, except decks; the others stay unmapped.
//
// Errors:
// * INVALID_ARGUMENT / FIELD_INVALID: a choice names a column or field that is
//   not there, or two choices one field; or no column is a headline or a body.
//   The message lists what is there.
absl::StatusOr<std::vector<CsvColumn>> MapCsvColumns(
    const std::vector<std::string>& header,
    const std::vector<std::pair<std::string, std::string>>& choices);

// How many columns of `header` are recognised by their names alone: at most one
// for each field. Tells separators apart.
int CountKnownColumns(const std::vector<std::string>& header);

}  // namespace courant::importers

#endif  // COURANT_SERVICES_IMPORTERS_CSV_COLUMNS_H_
