#include "services/config/config_value.h"

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/message.h"
#include "services/config/listen_address.h"
#include "services/config/text_check.h"
#include "services/config/value_syntax.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// The way from ServerConfig to one of its leaves.
struct FieldPath {
  std::vector<const FieldDescriptor*> sections;
  const FieldDescriptor* leaf = nullptr;
};

// `key` is a row of ConfigKeys(), so every part of its name is a field.
FieldPath FindField(const ConfigKey& key) {
  FieldPath path;
  const Descriptor* message = config::v1::ServerConfig::descriptor();
  for (absl::string_view name : absl::StrSplit(key.name, '.')) {
    if (path.leaf != nullptr) path.sections.push_back(path.leaf);
    path.leaf = message->FindFieldByName(std::string(name));
    message = path.leaf->message_type();
  }
  return path;
}

// The message that holds the leaf.
Message& MutableParent(const FieldPath& path, Message& root) {
  Message* message = &root;
  for (const FieldDescriptor* section : path.sections) {
    message = message->GetReflection()->MutableMessage(message, section);
  }
  return *message;
}

const Message& Parent(const FieldPath& path, const Message& root) {
  const Message* message = &root;
  for (const FieldDescriptor* section : path.sections) {
    message = &message->GetReflection()->GetMessage(*message, section);
  }
  return *message;
}

// LEVEL_INFO is written "info": what all values begin with is left out.
std::string ChoiceName(const EnumValueDescriptor& value) {
  absl::string_view prefix = value.type()->value(0)->name();
  absl::ConsumeSuffix(&prefix, "UNSPECIFIED");
  return absl::AsciiStrToLower(absl::StripPrefix(value.name(), prefix));
}

// Every choice but the unspecified one, by number.
std::vector<std::string> ChoiceNames(const EnumDescriptor& choices) {
  std::vector<std::string> names;
  for (int i = 1; i < choices.value_count(); ++i) {
    names.push_back(ChoiceName(*choices.value(i)));
  }
  return names;
}

absl::Status Refused(const ConfigKey& key, const Setting& setting,
                     absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(QuoteForMessage(setting.text),
                                                 " ", what, "; want ",
                                                 DescribeWanted(key)));
}

// What can be said from the form of the value alone.
absl::Status CheckForm(const ConfigKey& key, const Setting& setting) {
  const auto refuse = [&key](absl::string_view what) {
    return absl::InvalidArgumentError(
        absl::StrCat(what, "; want ", DescribeWanted(key)));
  };
  const bool is_untyped_text =
      key.kind == ValueKind::kText || key.kind == ValueKind::kDomain;
  switch (setting.form) {
    case Setting::Form::kArgument:
      break;
    case Setting::Form::kPlain:
      if (is_untyped_text && IsTypedScalar(setting.text)) {
        return Refused(key, setting, "is not text unless it is in quotes");
      }
      break;
    case Setting::Form::kQuoted:
      if (key.kind == ValueKind::kSwitch || key.kind == ValueKind::kCount) {
        return Refused(key, setting, "is text because of its quotes");
      }
      break;
    case Setting::Form::kNothing:
      return refuse("has no value");
    case Setting::Form::kSection:
      return refuse("this is a section");
    case Setting::Form::kList:
      return refuse("this is a list");
  }
  if (auto fault = FindTextFault(setting.text, Lines::kRefused)) {
    return Refused(key, setting, absl::StrCat("contains ", fault->what));
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> ParseNumber(const ConfigKey& key,
                                    const Setting& setting) {
  const std::optional<int64_t> value = key.kind == ValueKind::kBytes
                                           ? ParseBytes(setting.text)
                                           : ParseCount(setting.text);
  if (!value.has_value()) {
    return Refused(key, setting,
                   key.kind == ValueKind::kBytes ? "is not a size"
                                                 : "is not a whole number");
  }
  if (*value < key.min || *value > key.max) {
    return Refused(key, setting, "is out of range");
  }
  return *value;
}

absl::Status AssignDuration(const ConfigKey& key, const Setting& setting,
                            Message& field) {
  absl::Duration duration;
  if (!absl::ParseDuration(setting.text, &duration)) {
    return Refused(key, setting, "is not a duration");
  }
  if (duration < absl::Milliseconds(key.min) ||
      duration > absl::Milliseconds(key.max)) {
    return Refused(key, setting, "is out of range");
  }
  google::protobuf::Duration value;
  value.set_seconds(absl::IDivDuration(duration, absl::Seconds(1), &duration));
  value.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(duration)));
  field.CopyFrom(value);
  return absl::OkStatus();
}

absl::StatusOr<std::string> ParseText(const ConfigKey& key,
                                      const Setting& setting) {
  if (key.kind == ValueKind::kAddress) {
    const auto address = ParseListenAddress(setting.text);
    if (address.ok()) return address->ToString();
    return Refused(
        key, setting,
        absl::StrCat("is not an address: ", address.status().message()));
  }
  const int64_t size = static_cast<int64_t>(setting.text.size());
  if (size < key.min || size > key.max) {
    return Refused(key, setting, size == 0 ? "is empty" : "is too long");
  }
  if (key.kind == ValueKind::kDomain && size > 0 &&
      !IsDomainName(setting.text)) {
    return Refused(key, setting, "is not a domain name");
  }
  return setting.text;
}

absl::StatusOr<bool> ParseSwitch(const ConfigKey& key, const Setting& setting) {
  if (setting.text == "true") return true;
  if (setting.text == "false") return false;
  return Refused(key, setting, "is not a switch");
}

absl::StatusOr<int> ParseChoice(const ConfigKey& key, const Setting& setting,
                                const EnumDescriptor& choices) {
  for (int i = 1; i < choices.value_count(); ++i) {
    if (setting.text == ChoiceName(*choices.value(i))) {
      return choices.value(i)->number();
    }
  }
  return Refused(key, setting, "is none of the choices");
}

}  // namespace

absl::Status AssignValue(const ConfigKey& key, const Setting& setting,
                         config::v1::ServerConfig& config) {
  COURANT_RETURN_IF_ERROR(CheckForm(key, setting));
  const FieldPath path = FindField(key);
  const FieldDescriptor& field = *path.leaf;
  Message& parent = MutableParent(path, config);
  const google::protobuf::Reflection& reflection = *parent.GetReflection();
  switch (key.kind) {
    case ValueKind::kText:
    case ValueKind::kAddress:
    case ValueKind::kDomain: {
      COURANT_ASSIGN_OR_RETURN(std::string value, ParseText(key, setting));
      reflection.SetString(&parent, &field, std::move(value));
      break;
    }
    case ValueKind::kSwitch: {
      COURANT_ASSIGN_OR_RETURN(const bool value, ParseSwitch(key, setting));
      reflection.SetBool(&parent, &field, value);
      break;
    }
    case ValueKind::kCount: {
      COURANT_ASSIGN_OR_RETURN(const int64_t value, ParseNumber(key, setting));
      reflection.SetUInt32(&parent, &field, static_cast<uint32_t>(value));
      break;
    }
    case ValueKind::kBytes: {
      COURANT_ASSIGN_OR_RETURN(const int64_t value, ParseNumber(key, setting));
      reflection.SetUInt64(&parent, &field, static_cast<uint64_t>(value));
      break;
    }
    case ValueKind::kDuration:
      return AssignDuration(key, setting,
                            *reflection.MutableMessage(&parent, &field));
    case ValueKind::kChoice: {
      COURANT_ASSIGN_OR_RETURN(const int value,
                               ParseChoice(key, setting, *field.enum_type()));
      reflection.SetEnumValue(&parent, &field, value);
      break;
    }
  }
  return absl::OkStatus();
}

std::string FormatValue(const ConfigKey& key,
                        const config::v1::ServerConfig& config) {
  const FieldPath path = FindField(key);
  const FieldDescriptor& field = *path.leaf;
  const Message& parent = Parent(path, config);
  const google::protobuf::Reflection& reflection = *parent.GetReflection();
  switch (key.kind) {
    case ValueKind::kText:
    case ValueKind::kAddress:
    case ValueKind::kDomain:
      return QuoteForYaml(reflection.GetString(parent, &field));
    case ValueKind::kSwitch:
      return reflection.GetBool(parent, &field) ? "true" : "false";
    case ValueKind::kCount:
      return absl::StrCat(reflection.GetUInt32(parent, &field));
    case ValueKind::kBytes:
      return FormatBytes(
          static_cast<int64_t>(reflection.GetUInt64(parent, &field)));
    case ValueKind::kDuration: {
      google::protobuf::Duration value;
      value.CopyFrom(reflection.GetMessage(parent, &field));
      return absl::FormatDuration(absl::Seconds(value.seconds()) +
                                  absl::Nanoseconds(value.nanos()));
    }
    case ValueKind::kChoice:
      return ChoiceName(*reflection.GetEnum(parent, &field));
  }
  return "";
}

std::string DescribeWanted(const ConfigKey& key) {
  switch (key.kind) {
    case ValueKind::kText:
      return absl::StrCat("text of ", key.min, " to ", key.max, " bytes");
    case ValueKind::kAddress:
      return absl::StrCat("an IP address and a port, such as \"",
                          key.default_text, "\" or \"[::1]:7400\"");
    case ValueKind::kDomain:
      return "a domain name in lower case such as \"example.org\", or \"\"";
    case ValueKind::kSwitch:
      return "true or false, without quotes";
    case ValueKind::kCount:
      return absl::StrCat("a whole number from ", key.min, " to ", key.max);
    case ValueKind::kBytes:
      return absl::StrCat("a size from ", FormatBytes(key.min), " to ",
                          FormatBytes(key.max), ", such as ", key.default_text);
    case ValueKind::kDuration:
      return absl::StrCat(
          "a duration from ", absl::FormatDuration(absl::Milliseconds(key.min)),
          " to ", absl::FormatDuration(absl::Milliseconds(key.max)),
          ", such as ", key.default_text);
    case ValueKind::kChoice:
      return absl::StrCat(
          "one of ",
          absl::StrJoin(ChoiceNames(*FindField(key).leaf->enum_type()), ", "));
  }
  return "";
}

}  // namespace courant
