// Protobuf 3.21 looks at every text twice, when it is parsed and when it is
// encoded, with a state machine that takes 2.7 ns for a byte that is not ASCII:
// 11 us for 4 KB, the larger part of a publication's CPU. The library calls
// its check through the dynamic linker, so a program that defines the same
// function is asked instead. This one gives the same answers 40 times faster.
// Where the library is linked in another way, it keeps its own, and all that
// changes is the time. See services/doc/adr/0003-one-faster-utf8-check.md.

#include "google/protobuf/stubs/common.h"
#include "simdjson.h"

namespace google::protobuf::internal {

bool IsStructurallyValidUTF8(const char* text, int size) {
  return simdjson::validate_utf8(text, static_cast<size_t>(size));
}

}  // namespace google::protobuf::internal
