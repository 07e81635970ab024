#include "services/editorial/rules/update_mask.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/util/field_mask_util.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/editorial/rules/mask_path.h"
#include "services/editorial/rules/output_only.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FieldMask;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::util::FieldMaskUtil;
using google::protobuf::util::MessageDifferencer;

constexpr char kMaskField[] = "update_mask";
constexpr int kMaxPaths = 1000;

bool IsSet(const Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  return field.is_repeated() ? reflection.FieldSize(message, &field) > 0
                             : reflection.HasField(message, &field);
}

// Fields that `*` and an empty mask leave alone when the patch has nothing in
// them: to be without them was hardly the wish.
bool IsImmutable(const FieldDescriptor& field) {
  return field.number() == v1::Article::kStoryFieldNumber ||
         field.number() == v1::Article::kKindFieldNumber ||
         field.number() == v1::Article::kTranslationOfFieldNumber;
}

// The mask as paths alone.
FieldMask MaskOfAll(const v1::Article& patch, bool with_unset) {
  FieldMask mask;
  const Descriptor* const type = v1::Article::descriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor& field = *type->field(i);
    if (IsOutputOnly(field)) continue;
    if (IsSet(patch, field) || (with_unset && !IsImmutable(field))) {
      mask.add_paths(field.name());
    }
  }
  return mask;
}

absl::StatusOr<FieldMask> EffectiveMask(const v1::Article& patch,
                                        const FieldMask& mask) {
  if (mask.paths().empty()) return MaskOfAll(patch, /*with_unset=*/false);
  if (mask.paths_size() == 1 && mask.paths(0) == "*") {
    return MaskOfAll(patch, /*with_unset=*/true);
  }
  if (mask.paths_size() > kMaxPaths) {
    return MakeFieldError(
        v1::FIELD_TOO_LONG,
        {{kMaskField,
          absl::StrCat("has ", mask.paths_size(), " paths; at most ", kMaxPaths,
                       " are allowed")}},
        {{"limit", absl::StrCat(kMaxPaths)}});
  }
  for (int i = 0; i < mask.paths_size(); ++i) {
    const std::string field = absl::StrCat(kMaskField, ".paths[", i, "]");
    if (mask.paths(i) == "*") {
      return MakeFieldError(v1::FIELD_MASK_INVALID,
                            {{field, "* must stand alone"}}, {{"path", "*"}});
    }
    COURANT_RETURN_IF_ERROR(CheckMaskPath(mask.paths(i), field));
  }
  return mask;
}

v1::Article::Kind KindOf(const v1::Article& article) {
  return article.kind() == v1::Article::KIND_UNSPECIFIED ? v1::Article::TEXT
                                                         : article.kind();
}

absl::Status Immutable(absl::string_view field) {
  return MakeFieldError(
      v1::FIELD_IMMUTABLE,
      {{absl::StrCat("article.", field),
        "cannot change; leave it out, or make another article"}},
      {{"field", std::string(field)}});
}

absl::Status CheckImmutable(const v1::Article& before,
                            const v1::Article& after) {
  if (!before.story().empty() && after.story() != before.story()) {
    return Immutable("story");
  }
  if (KindOf(after) != KindOf(before)) return Immutable("kind");
  if (!before.translation_of().article().empty() &&
      after.translation_of().article() != before.translation_of().article()) {
    return Immutable("translation_of.article");
  }
  return absl::OkStatus();
}

// Undoes what whole messages of a patch brought into output-only fields.
void RestoreOutputOnly(const v1::Article& before, v1::Article* after) {
  if (after->has_change_note()) {
    after->mutable_change_note()->clear_fields();
    after->mutable_change_note()->clear_diffs();
  }
  if (after->has_translation_of()) {
    v1::TranslationOf& of = *after->mutable_translation_of();
    of.set_language(before.translation_of().language());
    of.set_extent(before.translation_of().extent());
  }
}

}  // namespace

absl::StatusOr<v1::Article> ApplyUpdate(const v1::Article& current,
                                        const v1::Article& patch,
                                        const FieldMask& mask) {
  COURANT_ASSIGN_OR_RETURN(const FieldMask paths, EffectiveMask(patch, mask));
  v1::Article result = current;
  result.clear_change_note();
  FieldMaskUtil::MergeOptions options;
  options.set_replace_message_fields(true);
  options.set_replace_repeated_fields(true);
  FieldMaskUtil::MergeMessageTo(patch, paths, options, &result);
  RestoreOutputOnly(current, &result);
  COURANT_RETURN_IF_ERROR(CheckImmutable(current, result));
  return result;
}

std::vector<std::string> DifferingFields(const v1::Article& before,
                                         const v1::Article& after) {
  std::vector<std::string> names;
  const Descriptor* const type = v1::Article::descriptor();
  MessageDifferencer differencer;
  for (const int output_only : {v1::TranslationOf::kLanguageFieldNumber,
                                v1::TranslationOf::kExtentFieldNumber}) {
    differencer.IgnoreField(
        v1::TranslationOf::descriptor()->FindFieldByNumber(output_only));
  }
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* const field = type->field(i);
    if (IsOutputOnly(*field) ||
        field->number() == v1::Article::kChangeNoteFieldNumber) {
      continue;
    }
    const bool was_set = IsSet(before, *field);
    if (was_set != IsSet(after, *field)) {
      names.push_back(field->name());
      continue;
    }
    if (!was_set) continue;
    if (!differencer.CompareWithFields(before, after, {field}, {field})) {
      names.push_back(field->name());
    }
  }
  return names;
}

}  // namespace courant
