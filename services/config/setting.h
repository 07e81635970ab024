#ifndef COURANT_SERVICES_CONFIG_SETTING_H_
#define COURANT_SERVICES_CONFIG_SETTING_H_

#include <string>

#include "absl/strings/string_view.h"

namespace courant {

// One value as somebody wrote it, before it is known whether its key exists
// and its type fits. The file, the environment and the flags all become lists
// of these, so that everything after reading treats them alike.
struct Setting {
  // What stood in the place of the value.
  enum class Form {
    kArgument,  // A flag or an environment variable: text without a type.
    kPlain,     // A YAML scalar without quotes.
    kQuoted,    // A YAML scalar in quotes, or a block of text.
    kNothing,   // A key with no value, or with YAML's null.
    kSection,   // A YAML map. Its entries follow as settings of their own.
    kList,      // A YAML sequence. Its items are not reported.
  };

  // Dotted path, "limits.worker_threads". Not checked; any bytes.
  std::string key;

  // Empty unless `form` is kArgument, kPlain or kQuoted. Not checked.
  std::string text;

  Form form = Form::kArgument;

  // Where it was written, for messages: "wire.yaml:4:3" (line and column of
  // the key, from 1), "COURANTD_DATA_DIR", "--set".
  std::string place;
};

// The place of a value that nobody wrote.
inline constexpr absl::string_view kDefaultPlace = "default";

}  // namespace courant

#endif  // COURANT_SERVICES_CONFIG_SETTING_H_
