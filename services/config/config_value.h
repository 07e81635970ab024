#ifndef COURANT_SERVICES_CONFIG_CONFIG_VALUE_H_
#define COURANT_SERVICES_CONFIG_CONFIG_VALUE_H_

#include <string>

#include "absl/status/status.h"
#include "courant/config/v1/server_config.pb.h"
#include "services/config/config_keys.h"
#include "services/config/setting.h"

namespace courant {

// Checks what `setting` holds against the kind and range of `key` and puts it
// into the field of `config` that `key` names. Addresses are stored in their
// shortest form. `setting.key` and `setting.place` are not looked at.
//   INVALID_ARGUMENT  wrong type, malformed or out of range; `config` is
//                     unchanged. The message quotes the value and says what
//                     would be right, without key and place.
absl::Status AssignValue(const ConfigKey& key, const Setting& setting,
                         config::v1::ServerConfig& config);

// The value of `key` in `config`, written as YAML that AssignValue() reads
// back to the same: texts in quotes, sizes with the largest exact unit.
std::string FormatValue(const ConfigKey& key,
                        const config::v1::ServerConfig& config);

// What a value of `key` looks like, to follow "want": "a whole number from 1
// to 1024", "a duration from 1s to 1m, such as 5s".
std::string DescribeWanted(const ConfigKey& key);

}  // namespace courant

#endif  // COURANT_SERVICES_CONFIG_CONFIG_VALUE_H_
