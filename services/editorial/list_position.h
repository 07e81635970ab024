#ifndef COURANT_SERVICES_EDITORIAL_LIST_POSITION_H_
#define COURANT_SERVICES_EDITORIAL_LIST_POSITION_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "storage/keys.h"

// Where a list that an index orders has come to, as a page token holds it. Pure
// and thread-safe.
namespace courant {

// The position as bytes.
std::string EncodePosition(const storage::ArticleIndexPosition& position);

// And back. Nothing when `key` is not what EncodePosition made.
std::optional<storage::ArticleIndexPosition> DecodePosition(
    absl::string_view key);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_LIST_POSITION_H_
