#include "services/partners/rights_settings.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/descriptor.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr const char* kOutputOnly[] = {"name",        "etag",
                                       "revision",    "actor",
                                       "suspension",  "change_sequence",
                                       "create_time", "revision_create_time",
                                       "revoke_time"};

bool IsOutputOnly(const FieldDescriptor& field) {
  return std::any_of(std::begin(kOutputOnly), std::end(kOutputOnly),
                     [&](const char* name) { return field.name() == name; });
}

std::vector<const FieldDescriptor*> SettableFields(const Descriptor& type) {
  std::vector<const FieldDescriptor*> fields;
  for (int i = 0; i < type.field_count(); ++i) {
    if (!IsOutputOnly(*type.field(i))) fields.push_back(type.field(i));
  }
  return fields;
}

absl::Status NotInMask(const std::string& path, const Descriptor& type) {
  const std::string names =
      absl::StrJoin(SettableFields(type), ", ",
                    [](std::string* out, const FieldDescriptor* field) {
                      absl::StrAppend(out, field->name());
                    });
  return MakeFieldError(
      v1::FIELD_MASK_INVALID,
      {{"update_mask",
        absl::StrCat("`", path, "` cannot be updated; use ", names)}},
      {{"path", path}});
}

}  // namespace

void ClearOutputOnlyRights(Message* record) {
  const Descriptor& type = *record->GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    if (IsOutputOnly(*type.field(i))) {
      record->GetReflection()->ClearField(record, type.field(i));
    }
  }
}

absl::Status ApplyMask(const Message& wanted,
                       const google::protobuf::FieldMask& mask,
                       Message* record) {
  if (mask.paths().empty()) return RequiredField("update_mask");
  const Descriptor& type = *record->GetDescriptor();
  std::vector<const FieldDescriptor*> fields;
  for (const std::string& path : mask.paths()) {
    const FieldDescriptor* const field = type.FindFieldByName(path);
    if (field == nullptr || IsOutputOnly(*field)) return NotInMask(path, type);
    // Twice would swap it back.
    if (std::find(fields.begin(), fields.end(), field) == fields.end()) {
      fields.push_back(field);
    }
  }
  const std::unique_ptr<Message> taken(wanted.New());
  taken->CopyFrom(wanted);
  record->GetReflection()->SwapFields(record, taken.get(), fields);
  return absl::OkStatus();
}

}  // namespace courant
