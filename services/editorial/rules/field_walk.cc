#include "services/editorial/rules/field_walk.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "google/protobuf/message.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/protobuf/unknown_field_set.h"
#include "services/editorial/rules/field_rules.h"
#include "services/editorial/rules/value_rules.h"

namespace courant {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::Timestamp;
using Look = FieldPlan::Look;

// One walk over one article.
class FieldWalk {
 public:
  explicit FieldWalk(Violations* violations) : violations_(*violations) {}

  void CheckMessage(const Message& message, const MessagePlan& plan,
                    const FieldPath& path) {
    const Reflection& reflection = *message.GetReflection();
    CheckUnknown(reflection.GetUnknownFields(message), path);
    for (const FieldPlan& field : plan.fields) {
      if (violations_.full()) return;
      if (field.field->is_repeated()) {
        CheckRepeated(message, reflection, field, path);
      } else {
        CheckSingular(message, reflection, field, path);
      }
    }
  }

 private:
  // What this server does not know it cannot check, and must not pass on.
  void CheckUnknown(const google::protobuf::UnknownFieldSet& unknown,
                    const FieldPath& path) {
    if (unknown.empty()) return;
    violations_.Add(
        path, v1::FIELD_INVALID,
        absl::StrCat("holds field number ", unknown.field(0).number(),
                     ", which this server does not know; use the "
                     "proto of the server's version"));
  }

  void CheckSingular(const Message& message, const Reflection& reflection,
                     const FieldPlan& plan, const FieldPath& parent) {
    const FieldDescriptor* const field = plan.field;
    const FieldPath path = parent.Child(field->name());
    switch (plan.look) {
      case Look::kString:
        return CheckSingularString(message, reflection, plan, path);
      case Look::kEnum:
        return CheckEnum(reflection.GetEnumValue(message, field), plan, path,
                         &violations_);
      case Look::kInteger:
        return CheckInteger(field->cpp_type() == FieldDescriptor::CPPTYPE_INT32
                                ? reflection.GetInt32(message, field)
                                : reflection.GetInt64(message, field),
                            plan.rule, path, &violations_);
      case Look::kFloat:
        return CheckFloat(reflection.GetFloat(message, field), plan.rule, path,
                          &violations_);
      case Look::kTimestamp:
        if (reflection.HasField(message, field)) {
          const auto& time = static_cast<const Timestamp&>(
              reflection.GetMessage(message, field));
          CheckUnknown(time.GetReflection()->GetUnknownFields(time), path);
          CheckTimestamp(time, path, &violations_);
        }
        return;
      case Look::kMessage:
        if (reflection.HasField(message, field)) {
          CheckMessage(reflection.GetMessage(message, field), *plan.message,
                       path);
        }
        return;
    }
  }

  void CheckSingularString(const Message& message, const Reflection& reflection,
                           const FieldPlan& plan, const FieldPath& path) {
    const FieldDescriptor* const field = plan.field;
    std::string unused;
    const std::string& value =
        reflection.GetStringReference(message, field, &unused);
    // Most fields of most articles are empty: nothing is done for them.
    if (value.empty() && !plan.rule.required) return;
    // A member of a oneof that is not the one set is not there.
    if (field->containing_oneof() != nullptr &&
        !reflection.HasField(message, field)) {
      return;
    }
    CheckString(value, plan, path);
  }

  void CheckRepeated(const Message& message, const Reflection& reflection,
                     const FieldPlan& plan, const FieldPath& parent) {
    const FieldDescriptor* const field = plan.field;
    const int size = reflection.FieldSize(message, field);
    if (size == 0) return;
    if (size > plan.rule.max_elements) {
      violations_.AddTooLong(parent.Child(field->name()), size,
                             plan.rule.max_elements, "elements");
      return;
    }
    for (int i = 0; i < size && !violations_.full(); ++i) {
      if (plan.look == Look::kMessage) {
        CheckElement(reflection.GetRepeatedMessage(message, field, i), plan, i,
                     parent);
      } else {
        // Every other list of the model is of strings; a list of another kind
        // would abort here, in the first test that fills it.
        std::string unused;
        CheckString(
            reflection.GetRepeatedStringReference(message, field, i, &unused),
            plan, parent.Element(field->name(), i));
      }
    }
  }

  void CheckElement(const Message& element, const FieldPlan& plan, int index,
                    const FieldPath& parent) {
    const FieldDescriptor* const field = plan.field;
    if (!field->is_map()) {
      CheckMessage(element, *plan.message,
                   parent.Element(field->name(), index));
      return;
    }
    // Entries have no order that a client could count by: name the key. All
    // maps of the model have strings for keys.
    const FieldDescriptor* const key = field->message_type()->map_key();
    const std::string name = element.GetReflection()->GetString(element, key);
    CheckMessage(element, *plan.message, parent.Entry(field->name(), name));
  }

  void CheckString(absl::string_view value, const FieldPlan& plan,
                   const FieldPath& path) {
    const FieldRule& rule = plan.rule;
    if (value.empty()) {
      if (rule.required) violations_.AddRequired(path);
      return;
    }
    const int64_t size = static_cast<int64_t>(value.size());
    if (size > rule.max_bytes) {
      return violations_.AddTooLong(path, size, rule.max_bytes, "bytes");
    }
    if (plan.field->type() == FieldDescriptor::TYPE_STRING &&
        !CheckText(value, rule, path, &violations_)) {
      return;
    }
    if (rule.format == Format::kAny) return;
    // The same few tags stand on every text of an article.
    if (rule.format == Format::kLanguage) {
      if (value == good_language_) return;
      if (HasFormat(rule.format, value)) {
        good_language_ = value;
        return;
      }
    } else if (HasFormat(rule.format, value)) {
      return;
    }
    violations_.Add(path, v1::FIELD_INVALID, FormatAdvice(rule.format, value));
  }

  Violations& violations_;
  // The last tag found right. Part of the article.
  absl::string_view good_language_;
};

}  // namespace

void CheckFields(const v1::Article& article, const FieldPath& path,
                 Violations* violations) {
  FieldWalk(violations).CheckMessage(article, ArticlePlan(), path);
}

}  // namespace courant
