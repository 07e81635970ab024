#ifndef COURANT_SERVICES_CLI_CSV_TEXT_H_
#define COURANT_SERVICES_CLI_CSV_TEXT_H_

#include <string>
#include <vector>

namespace courant {

// One record of a CSV file as RFC 4180 has it, in UTF-8, with the CRLF at its
// end. Thread-safe.
//
// Who wrote a value may not be who opens the file, and a spreadsheet runs what
// looks like a formula. So a value that begins as one, with = + - @, their wide
// forms, a tab or a line break, gets an apostrophe before it, which makes it
// text there. Whoever needs a value to the byte takes JSON.
//
// Values are cleaned for a terminal (display_width.h), where such a file may
// end too; line breaks within them stay.
std::string CsvLine(const std::vector<std::string>& values);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_CSV_TEXT_H_
