#ifndef COURANT_SERVICES_SERVER_VERSION_H_
#define COURANT_SERVICES_SERVER_VERSION_H_

namespace courant {

// Version of the program, as in CMakeLists.txt and CHANGELOG.md: what
// `courantd --version`, the log and the metrics say.
inline constexpr char kVersion[] = "0.1.0";

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_VERSION_H_
