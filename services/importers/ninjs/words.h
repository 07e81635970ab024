#ifndef COURANT_SERVICES_IMPORTERS_NINJS_WORDS_H_
#define COURANT_SERVICES_IMPORTERS_NINJS_WORDS_H_

#include "services/importers/imported_item.h"
#include "services/importers/json/json_value.h"
#include "services/importers/ninjs/fault.h"

namespace courant::importers::ninjs {

// What readers see around the text. Of several values for one field the first
// is taken, plain text before markup; the others are left.
//
// | ninjs | article |
// | --- | --- |
// | headlines: main, or without a role, or of a role not named here | headline
// | | headlines: subheadline, subheadline-1..., subhead, deck | decks | |
// headlines: kicker; short | kicker; short_title | | descriptions: summary, or
// without a role, or of another | summary | | slugline, by, located | slugline,
// byline, dateline.place.label | | edNote | editorial_notes |
//
// The summary of what is no text is its caption: see media.h. Thread-safe, as
// far as the values are not shared.
void MapWords(JsonValue& item, ImportedItem& out, Faults& faults);

// The description to take for one: of a role in front of any other, in the
// order of the item. Null when there is none. `index` is its place.
JsonValue* BestDescription(JsonValue& item, size_t& index);

}  // namespace courant::importers::ninjs

#endif  // COURANT_SERVICES_IMPORTERS_NINJS_WORDS_H_
