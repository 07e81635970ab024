#ifndef COURANT_SERVICES_EDITORIAL_RULES_FORMATS_H_
#define COURANT_SERVICES_EDITORIAL_RULES_FORMATS_H_

#include <string>

#include "absl/strings/string_view.h"

// The shapes that strings of an article may have to have. Pure and
// thread-safe.
namespace courant {

// What a string must look like when it is not empty.
enum class Format {
  kAny,
  kLanguage,     // A known BCP 47 tag.
  kHttpUrl,      // Absolute http or https URL.
  kLinkUrl,      // Absolute http, https or mailto URL.
  kUri,          // Absolute URI of any scheme.
  kArticleName,  // `articles/{article}`.
  kStoryName,    // `stories/{story}`.
  kPieceId,      // `[a-z0-9-]{1,32}`: a block or a medium.
  kSectionCode,  // `[a-z0-9-]{1,64}`.
  kQcode,        // `scheme:code` without spaces.
  kCountry,      // ISO 3166-1 alpha-2, upper case.
  kMediaType,    // `type/subtype`, with or without parameters.
  kJson,         // One JSON value, at most 64 levels deep.
  kSha256,       // 32 bytes.
};

// True when `value`, not empty, has the shape.
bool HasFormat(Format format, absl::string_view value);

// Says what is wrong with a value that has not the shape, and what would be
// right. Never quotes more than 64 bytes of it.
std::string FormatAdvice(Format format, absl::string_view value);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_RULES_FORMATS_H_
