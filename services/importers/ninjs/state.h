#ifndef COURANT_SERVICES_IMPORTERS_NINJS_STATE_H_
#define COURANT_SERVICES_IMPORTERS_NINJS_STATE_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/importers/imported_item.h"
#include "services/importers/json/json_value.h"
#include "services/importers/ninjs/shape.h"

// What an item is and what may become of it. Thread-safe, as far as the values
// are not shared.
namespace courant::importers::ninjs {

// Sets kind, language, urgency, times and where it came from:
//
// | ninjs | article |
// | --- | --- |
// | type, language, urgency | kind, language, urgency |
// | uri | provenance.source_id; its host or domain is the source_system |
// | firstCreated | provenance.hops: created |
// | version, versionCreated | provenance.source_version, source_version_time |
// | contentCreated | content_created |
// | embargoedUntil, expires | embargo_until, expires_at |
// | altIds of the role storyId, if it names a story | story |
//
// A composite that has a text is a text with what belongs to it; without one it
// is a list of other items.
//
// Errors:
// * INVALID_ARGUMENT / FIELD_INVALID: not an article: an event, a planning, a
//   component, a composite without a text; or a notice that withholds or
//   cancels one.
// * INVALID_ARGUMENT / FIELD_REQUIRED: `uri` is empty.
absl::Status MapState(JsonValue& item, Version version, ImportedItem& out);

// Adds the alias id by which a second delivery finds the article: the `uri`
// within its system. None for an id that is unique only within a system that
// nobody names, nor for one of over 500 code points.
void AddAlias(const ImportOptions& options, ImportedItem& out);

// Whether an item whose fields are all set may be published, as what was
// published elsewhere is. Else it becomes a draft, and a remark says why: a
// medium of it is under embargo at `now`, it has expired, or it lacks what
// readers must have: a headline, a text or a medium. An embargo of the item
// itself is kept by the server, which makes it EMBARGOED, by its own clock.
bool MayPublish(absl::Time now, ImportedItem& out);

}  // namespace courant::importers::ninjs

#endif  // COURANT_SERVICES_IMPORTERS_NINJS_STATE_H_
