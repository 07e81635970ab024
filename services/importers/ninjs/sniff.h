#ifndef COURANT_SERVICES_IMPORTERS_NINJS_SNIFF_H_
#define COURANT_SERVICES_IMPORTERS_NINJS_SNIFF_H_

#include "absl/strings/string_view.h"

namespace courant::importers {

// Whether a text, perhaps cut off, begins like a file of ninjs: an array of
// JSON, or an object with a key at its top that ninjs has and the articles of
// JSON lines have not. Broken JSON gives an answer too. Thread-safe.
bool LooksLikeNinjs(absl::string_view text);

}  // namespace courant::importers

#endif  // COURANT_SERVICES_IMPORTERS_NINJS_SNIFF_H_
