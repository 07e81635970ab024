#ifndef COURANT_SERVICES_IMPORTERS_NINJS_LEFTOVERS_H_
#define COURANT_SERVICES_IMPORTERS_NINJS_LEFTOVERS_H_

#include "services/importers/imported_item.h"
#include "services/importers/json/json_value.h"
#include "services/importers/ninjs/fault.h"

namespace courant::importers::ninjs {

// Keeps what no mapper has used in `provenance.unmapped`: JSON path, as the
// item spells it, to the value as compact JSON. An object or array of which
// nothing was used is one entry; empty ones are nothing. A value of more than
// 64 KiB is kept in pieces, the later ones under the path with "#2", "#3"
// behind. A remark tells each path once, with [*] for the numbers in it.
//
// Faults: FIELD_TOO_LONG for more than 1,000 entries. Thread-compatible.
void KeepLeftovers(const JsonValue& item, ImportedItem& out, Faults& faults);

}  // namespace courant::importers::ninjs

#endif  // COURANT_SERVICES_IMPORTERS_NINJS_LEFTOVERS_H_
