#ifndef COURANT_SERVICES_CONFIG_DATA_FOLDER_H_
#define COURANT_SERVICES_CONFIG_DATA_FOLDER_H_

#include <string>

#include "absl/strings/string_view.h"

namespace courant {

// The file beside the data folder that is called like it with `ending` added:
// where what must not be in it is when nothing else is said, so that who copies
// the folder does not have it, and who puts back a copy does not lose it.
// Absolute, without `.` and `..`. Empty when nothing is beside the folder,
// since it is the root. Thread-safe.
std::string BesideDataFolder(absl::string_view data_dir,
                             absl::string_view ending);

}  // namespace courant

#endif  // COURANT_SERVICES_CONFIG_DATA_FOLDER_H_
