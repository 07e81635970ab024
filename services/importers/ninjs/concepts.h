#ifndef COURANT_SERVICES_IMPORTERS_NINJS_CONCEPTS_H_
#define COURANT_SERVICES_IMPORTERS_NINJS_CONCEPTS_H_

#include "services/importers/imported_item.h"
#include "services/importers/json/json_value.h"

namespace courant::importers::ninjs {

// What an item is about, and who made it.
//
// | ninjs | article |
// | --- | --- |
// | subjects | subjects; qcode from a uri of IPTC's Media Topics, or a literal
// | | subjects with rel section | sections | | people with rel author,
// photographer... | contributors | | people, organisations, places, events,
// objects | entities | | infoSources | provenance.hops |
//
// Of a person who made it, contactInfo goes to `contact`, which never leaves
// the house. Thread-safe, as far as the values are not shared.
void MapConcepts(JsonValue& item, ImportedItem& out);

}  // namespace courant::importers::ninjs

#endif  // COURANT_SERVICES_IMPORTERS_NINJS_CONCEPTS_H_
