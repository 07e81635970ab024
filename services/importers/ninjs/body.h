#ifndef COURANT_SERVICES_IMPORTERS_NINJS_BODY_H_
#define COURANT_SERVICES_IMPORTERS_NINJS_BODY_H_

#include "services/importers/imported_item.h"
#include "services/importers/json/json_value.h"
#include "services/importers/ninjs/fault.h"

namespace courant::importers::ninjs {

// The text. Of several bodies that of the role main comes first, or one without
// a role, or with a role that only says how it is written (text, richtext);
// among those XHTML, then HTML, then plain text. Another one with the same
// words is the same text once more, and is left out; one with other words is
// left to be kept.
//
// A picture that the text shows is the medium with that file; without one it
// becomes a medium of its own. What markup says and an article cannot is noted
// in `provenance.cleaning`. After media.h. Thread-safe, as far as the values
// are not shared.
//
// Faults: FIELD_INVALID, FIELD_TOO_LONG, with the path of the body.
void MapBody(JsonValue& item, ImportedItem& out, Faults& faults);

}  // namespace courant::importers::ninjs

#endif  // COURANT_SERVICES_IMPORTERS_NINJS_BODY_H_
