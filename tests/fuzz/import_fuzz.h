#ifndef COURANT_TESTS_FUZZ_IMPORT_FUZZ_H_
#define COURANT_TESTS_FUZZ_IMPORT_FUZZ_H_

#include <cstddef>
#include <cstdint>

#include "services/importers/import_format.h"

namespace courant {

// Reads bytes of anybody as one format, to the end, and aborts unless
//
// * every call takes a byte or is the last one;
// * an error has a message that is UTF-8;
// * an item is what imported_item.h promises: complete, text that a server
//   takes, no address in a byline of a page or table; an item of ninjs is an
//   article that a server takes as it is;
// * a run that goes on from the middle gives all items that were left.
void CheckImport(ImportFormat format, const uint8_t* data, size_t size);

}  // namespace courant

#endif  // COURANT_TESTS_FUZZ_IMPORT_FUZZ_H_
