#ifndef COURANT_SERVICES_IMPORTERS_NINJS_MEDIA_H_
#define COURANT_SERVICES_IMPORTERS_NINJS_MEDIA_H_

#include "services/importers/imported_item.h"
#include "services/importers/json/json_value.h"
#include "services/importers/ninjs/fault.h"

namespace courant::importers::ninjs {

// Most media of an article.
inline constexpr int kMaxMedia = 200;

// Pictures, other items, and where readers find this one.
//
// | ninjs | article |
// | --- | --- |
// | renditions: the first of the name web that is a page | canonical_url |
// | other renditions | media, one for each kind of file |
// | associations: picture, graphic, video, audio | media |
// | of those: descriptions, by, people, rights, embargoedUntil | caption, |
// | | credit, contributors, rights, embargo_until |
// | associations with the rel translationOf, altIds of that role | |
// | | translation_of; kept besides |
// | other associations | relations, by their rel; see_also without one |
//
// What is itself a picture, video and so on has its description as the caption
// of its medium. The other item of a relation is named by its uri. Thread-safe,
// as far as the values are not shared.
//
// Faults: FIELD_TOO_LONG for more than 200 media; FIELD_INVALID for markup in a
// description.
void MapMedia(JsonValue& item, ImportedItem& out, Faults& faults);

}  // namespace courant::importers::ninjs

#endif  // COURANT_SERVICES_IMPORTERS_NINJS_MEDIA_H_
