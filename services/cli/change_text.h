#ifndef COURANT_SERVICES_CLI_CHANGE_TEXT_H_
#define COURANT_SERVICES_CLI_CHANGE_TEXT_H_

#include <string>

#include "courant/v1/change.pb.h"
#include "services/cli/terminal.h"

namespace courant {

// One change on one line, without a line break at its end:
//
//   2026-11-23T17:45:43Z      12  PUBLISHED   ko  news    articles/a  …
//
// UTC time, sequence, kind, language, main section, name of the resource,
// and the headline. Before it stands what was corrected, from when or until
// when, or who has to confirm a kill; where the content is gone, what to do
// about it and why. For the work on a translation, in the place of a headline:
// how far it is, who has it or did it, how fresh it is and how many segments
// are done. The columns align while what is in them has a usual
// length, but not on a narrow screen. Cut to the width of `terminal`, and
// coloured by what the change means for a reader where it shows colour.
// Thread-safe.
std::string ChangeLine(const v1::Change& change, const Terminal& terminal);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_CHANGE_TEXT_H_
