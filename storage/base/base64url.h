#ifndef COURANT_STORAGE_BASE_BASE64URL_H_
#define COURANT_STORAGE_BASE_BASE64URL_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace courant {

// Base64 with the URL-safe alphabet and without padding (RFC 4648 section
// 5), for tokens that travel in URLs and on command lines. The two functions
// are inverse to each other: one byte string has exactly one text form, so
// texts can be compared and nobody can make a second spelling of a token.

// Four characters of [A-Za-z0-9_-] for three bytes, rounded up.
std::string Base64UrlEncode(absl::string_view bytes);

// The bytes that Base64UrlEncode() would turn into `text`. Nothing if there
// are none: a character outside of the alphabet, padding, white space, a
// length that no byte string has, or set bits after the last byte.
std::optional<std::string> Base64UrlDecode(absl::string_view text);

}  // namespace courant

#endif  // COURANT_STORAGE_BASE_BASE64URL_H_
