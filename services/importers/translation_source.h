#ifndef COURANT_SERVICES_IMPORTERS_TRANSLATION_SOURCE_H_
#define COURANT_SERVICES_IMPORTERS_TRANSLATION_SOURCE_H_

#include "absl/strings/string_view.h"
#include "services/importers/imported_item.h"

namespace courant {

// Translations whose source is named by a URI of another system: it is the
// article that was, or may be, imported from there. Thread-safe functions.

// Makes the item a translation of what was imported from `uri`, of its first
// revision: which one a translator had, the source cannot say.
void BindToSource(absl::string_view uri, ImportedItem& item);

// Makes of an item that BindToSource() made a translation one that names its
// source by the URI alone, for a server that does not have the source. Says so
// in a remark, and leaves the request without a `request_id`.
void LoosenFromSource(ImportedItem& item);

}  // namespace courant

#endif  // COURANT_SERVICES_IMPORTERS_TRANSLATION_SOURCE_H_
