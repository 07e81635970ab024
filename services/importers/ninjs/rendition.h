#ifndef COURANT_SERVICES_IMPORTERS_NINJS_RENDITION_H_
#define COURANT_SERVICES_IMPORTERS_NINJS_RENDITION_H_

#include "courant/v1/article.pb.h"
#include "services/importers/json/json_value.h"

namespace courant::importers::ninjs {

// Takes one rendition: name, href, contentType, width, height, sizeInBytes and
// duration. What does not fit (an address that is not of the web, a duration of
// parts of a millisecond) and what has no field (codec, frame rate...) is left.
// Thread-safe, as far as the value is not shared.
v1::Rendition TakeRendition(JsonValue& rendition);

// Whether it is the page where readers find the item: of the name "web", with
// an address of the web, and HTML as far as it says. Thread-safe.
bool IsWebPage(const JsonValue& rendition);

// What kind of medium a file of that content type is. Thread-safe.
v1::Media::Kind MediaKindOf(const JsonValue& rendition);

}  // namespace courant::importers::ninjs

#endif  // COURANT_SERVICES_IMPORTERS_NINJS_RENDITION_H_
