#ifndef COURANT_SERVICES_CLI_SEGMENT_EDITS_H_
#define COURANT_SERVICES_CLI_SEGMENT_EDITS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "courant/v1/translation.pb.h"
#include "courant/v1/translation_service.pb.h"
#include "services/cli/segment_sheet.h"

namespace courant {

// What `sheet` asks to write into `now`, the translation with its content as it
// is on the server, in the order of the sheet: the segments whose words, or
// whose state, a person wants otherwise. A sheet that was sent already asks for
// nothing.
//
// Each update names the version that the sheet was made from, so that the
// server refuses it when somebody has written there since; 0, whatever is
// there, if `overwrite`. The spaces or line breaks that followed the words,
// which no sheet shows, follow the new ones too.
//
// INVALID_ARGUMENT, with a message that begins with "line 31: ": a sheet of
// another translation, a changed segment that is not there (any more), a sign
// that is no mark, marks of which the source has others since. Thread-safe.
absl::StatusOr<std::vector<v1::SegmentUpdate>> EditsOf(
    const SegmentSheet& sheet, const v1::Translation& now, bool overwrite);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_SEGMENT_EDITS_H_
