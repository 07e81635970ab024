#include "services/editorial/rules/canonical.h"

#include <optional>
#include <string>

#include "google/protobuf/message.h"
#include "google/protobuf/timestamp.pb.h"
#include "services/editorial/rules/field_rules.h"
#include "services/editorial/rules/language_tag.h"
#include "services/editorial/rules/output_only.h"
#include "services/editorial/rules/piece_ids.h"
#include "services/editorial/rules/section_code.h"

namespace courant {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Brings every language tag of one article into canonical form.
class TagWalk {
 public:
  void Visit(const MessagePlan& plan, Message* message) {
    const Reflection& reflection = *message->GetReflection();
    for (const FieldPlan& field : plan.fields) {
      if (field.rule.format == Format::kLanguage) {
        VisitTag(reflection, field.field, message);
      } else if (field.message != nullptr && field.message->has_language) {
        VisitMessages(reflection, field, message);
      }
    }
  }

 private:
  void VisitTag(const Reflection& reflection, const FieldDescriptor* field,
                Message* message) {
    std::string unused;
    const std::string& tag =
        reflection.GetStringReference(*message, field, &unused);
    if (tag.empty() || tag == last_canonical_) return;
    if (std::optional<std::string> canonical = CanonicalLanguageTag(tag)) {
      last_canonical_ = *canonical;
      if (tag != last_canonical_) {
        reflection.SetString(message, field, *std::move(canonical));
      }
    }
  }

  void VisitMessages(const Reflection& reflection, const FieldPlan& plan,
                     Message* message) {
    const FieldDescriptor* const field = plan.field;
    if (!field->is_repeated()) {
      if (reflection.HasField(*message, field)) {
        Visit(*plan.message, reflection.MutableMessage(message, field));
      }
      return;
    }
    const int size = reflection.FieldSize(*message, field);
    for (int i = 0; i < size; ++i) {
      Visit(*plan.message,
            reflection.MutableRepeatedMessage(message, field, i));
    }
  }

  // The same few tags stand on every text of an article.
  std::string last_canonical_;
};

// Clears the singular messages in which nothing is left, so that a message
// whose last field was cleared is as if it had never been set. A time without
// content is one: the first moment of 1970.
void ClearEmptyMessages(Message* message) {
  const Descriptor* const type = message->GetDescriptor();
  const Reflection& reflection = *message->GetReflection();
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* const field = type->field(i);
    if (field->is_repeated() || field->message_type() == nullptr ||
        field->message_type() == google::protobuf::Timestamp::descriptor() ||
        !reflection.HasField(*message, field)) {
      continue;
    }
    Message* const child = reflection.MutableMessage(message, field);
    ClearEmptyMessages(child);
    if (child->ByteSizeLong() == 0) reflection.ClearField(message, field);
  }
}

void ClearOutputOnlyOf(Message* message) {
  const Descriptor* const type = message->GetDescriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    if (IsOutputOnly(*type->field(i))) {
      message->GetReflection()->ClearField(message, type->field(i));
    }
  }
}

}  // namespace

void ClearOutputOnly(v1::Article* article) {
  ClearOutputOnlyOf(article);
  if (article->has_change_note()) {
    ClearOutputOnlyOf(article->mutable_change_note());
  }
  if (article->has_translation_of()) {
    ClearOutputOnlyOf(article->mutable_translation_of());
  }
}

void Canonicalize(const v1::Article* previous, v1::Article* article) {
  TagWalk().Visit(ArticlePlan(), article);
  if (article->kind() == v1::Article::KIND_UNSPECIFIED) {
    article->set_kind(v1::Article::TEXT);
  }
  // A note on a change needs something that was changed.
  if (previous == nullptr) article->clear_change_note();
  for (v1::Section& section : *article->mutable_sections()) {
    if (section.code().empty()) section.set_code(MakeSectionCode(section));
  }
  ClearEmptyMessages(article);
  GiveBlockIds(previous, article);
  GiveMediaIds(previous, article);
}

}  // namespace courant
