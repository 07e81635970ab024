#include "tests/fuzz/import_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  courant::CheckImport(courant::ImportFormat::kNinjs, data, size);
  return 0;
}
