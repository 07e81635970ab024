#include "services/editorial/rules/mask_path.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "courant/v1/article.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/timestamp.pb.h"
#include "services/editorial/rules/output_only.h"
#include "services/editorial/rules/violations.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

// Longer words than any field's are not compared with them.
constexpr size_t kLongestGuess = 64;

// Insertions, deletions and replacements that make `b` of `a`.
size_t EditDistance(absl::string_view a, absl::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i + 1;
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

// The field of `type` that was probably meant by `name`, or null.
const FieldDescriptor* Nearest(const Descriptor& type, absl::string_view name) {
  if (name.size() > kLongestGuess) return nullptr;
  const FieldDescriptor* best = nullptr;
  // One letter in three may be wrong.
  size_t best_distance = std::max<size_t>(1, name.size() / 3) + 1;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* const field = type.field(i);
    if (field->camelcase_name() == name) return field;
    const size_t distance =
        EditDistance(absl::AsciiStrToLower(name), field->name());
    if (distance < best_distance && !IsOutputOnly(*field)) {
      best = field;
      best_distance = distance;
    }
  }
  return best;
}

absl::Status Refuse(absl::string_view path, absl::string_view field,
                    absl::string_view why) {
  // The whole path goes into the metadata, so it must be safe to send.
  const std::string quoted = Quoted(path);
  return MakeFieldError(v1::FIELD_MASK_INVALID,
                        {{std::string(field), absl::StrCat(quoted, " ", why)}},
                        {{"path", quoted.substr(1, quoted.size() - 2)}});
}

std::string UnknownAdvice(const Descriptor& type, absl::string_view parent,
                          absl::string_view name) {
  const std::string unknown =
      absl::StrCat("names no field of ", type.name(), "; ");
  if (const FieldDescriptor* const meant = Nearest(type, name)) {
    return absl::StrCat(unknown, "did you mean \"", parent, meant->name(),
                        "\"?");
  }
  return absl::StrCat(unknown,
                      "use names of article.proto, such as "
                      "\"headline\" or \"rights.usage_terms\"");
}

// Why a path may not go on below `field`, or nothing.
std::string NotBelow(const FieldDescriptor& field) {
  const absl::string_view name = field.name();
  if (field.is_map()) {
    return absl::StrCat("leads into a map; name `", name,
                        "`, which is replaced whole");
  }
  if (field.is_repeated()) {
    return absl::StrCat("leads into a list; name `", name,
                        "`, which is replaced whole");
  }
  if (field.message_type() == nullptr) {
    return absl::StrCat("goes on below `", name, "`, which is no message");
  }
  if (field.message_type() == google::protobuf::Timestamp::descriptor()) {
    return absl::StrCat("leads into a time; name `", name,
                        "`, which is replaced whole");
  }
  return "";
}

}  // namespace

absl::Status CheckMaskPath(absl::string_view path, absl::string_view field) {
  const Descriptor* type = v1::Article::descriptor();
  std::string parent;
  const FieldDescriptor* last = nullptr;
  for (absl::string_view name : absl::StrSplit(path, '.')) {
    if (last != nullptr) {
      const std::string why = NotBelow(*last);
      if (!why.empty()) return Refuse(path, field, why);
      type = last->message_type();
      absl::StrAppend(&parent, last->name(), ".");
    }
    last = type->FindFieldByName(std::string(name));
    if (last == nullptr) {
      // "body[3]" is a path in an error, and so is tried as one here.
      const FieldDescriptor* const list =
          type->FindFieldByName(std::string(name.substr(0, name.find('['))));
      return Refuse(path, field,
                    list != nullptr && list->is_repeated()
                        ? NotBelow(*list)
                        : UnknownAdvice(*type, parent, name));
    }
    if (IsOutputOnly(*last)) {
      return Refuse(path, field, "is set by the server alone; leave it out");
    }
  }
  return absl::OkStatus();
}

}  // namespace courant
