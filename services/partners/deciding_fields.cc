#include "services/partners/deciding_fields.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace courant {
namespace {

constexpr absl::string_view kNotDeciding[] = {
    "etag",     "revision",  "change_sequence",  "create_time",
    "actor",    "terms",     "display_name",     "revision_create_time",
    "contacts", "time_zone", "certificate_sans", "class",
    "quota"};

// Of a suspension, that there is one.
constexpr absl::string_view kOfSuspension[] = {"reason", "actor", "time"};

template <size_t kSize>
void Clear(const absl::string_view (&names)[kSize],
           google::protobuf::Message* message) {
  const auto& type = *message->GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const auto* const field = type.field(i);
    if (std::find(std::begin(names), std::end(names), field->name()) !=
        std::end(names)) {
      message->GetReflection()->ClearField(message, field);
    }
  }
}

template <typename Record>
void Append(Record record, std::string* bytes) {
  Clear(kNotDeciding, &record);
  if (record.has_suspension()) {
    Clear(kOfSuspension, record.mutable_suspension());
  }
  const std::string one = record.SerializeAsString();
  absl::StrAppend(bytes, one.size(), ":", one);
}

template <typename Records>
void AppendAll(const Records& records, std::string* bytes) {
  absl::StrAppend(bytes, records.size(), ";");
  for (const auto& record : records) Append(record, bytes);
}

}  // namespace

std::string DecidingFields(const RightsRecords& records) {
  std::string bytes;
  Append(records.partner, &bytes);
  AppendAll(records.contracts, &bytes);
  AppendAll(records.grants, &bytes);
  AppendAll(records.products, &bytes);
  return bytes;
}

}  // namespace courant
