#ifndef COURANT_SERVICES_IMPORTERS_IMPORTED_ITEM_H_
#define COURANT_SERVICES_IMPORTERS_IMPORTED_ITEM_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "courant/v1/article_service.pb.h"

namespace courant {

// One article found in a file: ready to send, and what to tell people about
// it. A plain value.
struct ImportedItem {
  // Complete: article, article_id, request_id, initial_state.
  //
  // `article_id` follows from where the item came from (source_identity.h), so
  // that a second import of the same item is answered with ALREADY_EXISTS /
  // RESOURCE_EXISTS. When the article that is there has another
  // `provenance.content_hash`, the source has changed since.
  //
  // `initial_state` is PUBLISHED for what was published elsewhere, unless it
  // brings neither a copyright notice nor a source: then it is a draft, and a
  // remark says so. `validate_only` is never set.
  v1::CreateArticleRequest request;

  // The headline, or the article_id of a draft that has none, for progress and
  // error lines. Not empty; at most 1,000 code points, on one line.
  std::string label;

  // The line on which the item begins in its file, from 1.
  int64_t line = 0;

  // Where `translation_of` follows from a URI (translation_source.h): the URI.
  // Nobody knows whether a server has that article. Empty otherwise.
  std::string source_uri;

  // What was left out, moved, assumed or not mapped: one sentence each, in the
  // order of the source, without a full stop. For people; `--dry-run` prints
  // them. Holds no addresses of persons.
  std::vector<std::string> remarks;
};

// What the person who imports knows and the file does not say. A plain value;
// the defaults are right for a file that says everything itself.
struct ImportOptions {
  // BCP 47 tag of items whose source names no language. Empty: told from the
  // script of the text (language_tag.h); English is then an assumption, and a
  // remark says so.
  std::string language;

  // Code of the section that becomes the main one of every item,
  // `[a-z0-9-]{1,64}`; sections that the source names stand behind it. Empty:
  // the source's alone.
  std::string section;

  // Rights of items whose source has no copyright notice. Without a
  // `copyright_notice`: rights stay UNKNOWN, which no partner may have.
  v1::Rights rights;

  // Becomes `provenance.source_system` where the source names none: a host
  // name or a product. Also makes ids of a CSV file unique between systems.
  // Empty: the host of the source URL, if there is one.
  std::string source_system;

  // Page only: where the page was found, absolute http or https URL.
  std::string source_url;

  // CSV only: (name in the header, field). Comes before the built-in mapping.
  // The fields are those of csv_columns.h, e.g. "headline"; "-" keeps a column
  // from being mapped.
  std::vector<std::pair<std::string, std::string>> columns;

  // CSV only: ',', ';', '|' or tab. 0: found out from the header.
  char separator = 0;

  // ninjs only: keeps properties that the standard does not have in
  // `provenance.unmapped`. Otherwise they are errors.
  bool lenient = false;

  // ninjs only: when this is. Something expired, or with a medium under embargo
  // by then, stays a draft. Unset: nothing is expired, and every embargo lasts.
  absl::Time now = absl::InfinitePast();

  // Goes into every `request_id`. Equal input with an equal run gives equal
  // request ids, for which the server repeats its first answer; a run of its
  // own for each invocation makes it say ALREADY_EXISTS instead.
  std::string run;
};

}  // namespace courant

#endif  // COURANT_SERVICES_IMPORTERS_IMPORTED_ITEM_H_
