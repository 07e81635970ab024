#ifndef COURANT_SERVICES_CONSOLE_CONSOLE_FILES_H_
#define COURANT_SERVICES_CONSOLE_CONSOLE_FILES_H_

#include <string>
#include <vector>

namespace courant {

// A file of the console's page, as it is in the folder `page`.
struct ConsoleFile {
  std::string name;  // e.g. "console.css"
  std::string bytes;
};

// All of them, in the order of CMakeLists.txt; made by embed.cmake.
// Thread-safe.
const std::vector<ConsoleFile>& ConsoleFiles();

}  // namespace courant

#endif  // COURANT_SERVICES_CONSOLE_CONSOLE_FILES_H_
