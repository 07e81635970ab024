#ifndef COURANT_SERVICES_IMPORTERS_MARKUP_WINDOWS_CHARACTERS_H_
#define COURANT_SERVICES_IMPORTERS_MARKUP_WINDOWS_CHARACTERS_H_

#include <string>

namespace courant::importers {

// Replaces U+0080 to U+009F, which are control characters, by what Windows-1252
// has in their places: `&#146;` is meant for an apostrophe, and HTML says to
// read it so. The five that Windows does not have either stay. `text` is UTF-8.
// Thread-safe.
void ReplaceWindowsCharacters(std::string& text);

}  // namespace courant::importers

#endif  // COURANT_SERVICES_IMPORTERS_MARKUP_WINDOWS_CHARACTERS_H_
