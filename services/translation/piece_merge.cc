#include "services/translation/piece_merge.h"

#include <algorithm>
#include <iterator>
#include <memory>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/translation/recast_block.h"
#include "services/translation/text/text_units.h"

namespace courant {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::util::MessageDifferencer;

bool IsOneOf(const Descriptor* type,
             std::initializer_list<const Descriptor*> types) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

// Words of the article, which a translation has its own of.
bool IsText(const FieldDescriptor& field) {
  if (field.message_type() != nullptr) {
    return IsOneOf(field.message_type(),
                   {v1::Text::descriptor(), v1::RichText::descriptor(),
                    v1::AltText::descriptor(), v1::ShortTitle::descriptor()});
  }
  return (field.containing_type() == v1::Preformatted::descriptor() &&
          field.number() == v1::Preformatted::kTextFieldNumber) ||
         (field.containing_type() == v1::Quote::descriptor() &&
          field.number() == v1::Quote::kAttributionFieldNumber);
}

// Texts and what is made of them stand in lists by their places.
bool IsListOfTexts(const FieldDescriptor& field) {
  return field.is_repeated() && field.message_type() != nullptr &&
         // The names of a section are not translated.
         field.containing_type() != v1::Section::descriptor() &&
         field.containing_type() != v1::Subject::descriptor() &&
         (IsText(field) ||
          field.message_type() == v1::Table::Row::descriptor());
}

bool IsSet(const Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  return field.is_repeated() ? reflection.FieldSize(message, &field) > 0
                             : reflection.HasField(message, &field);
}

bool IsSame(const Message& a, const Message& b, const FieldDescriptor& field) {
  if (IsSet(a, field) != IsSet(b, field)) return false;
  return !IsSet(a, field) ||
         MessageDifferencer().CompareWithFields(a, b, {&field}, {&field});
}

void Copy(const Message& from, const FieldDescriptor& field, Message* to) {
  const std::unique_ptr<Message> copy(from.New());
  copy->CopyFrom(from);
  to->GetReflection()->SwapFields(to, copy.get(), {&field});
}

void MergeList(const Message& base, const Message& mine, const Message& next,
               const FieldDescriptor& field, Message* to) {
  const Reflection& reflection = *to->GetReflection();
  Copy(next, field, to);
  const int published = reflection.FieldSize(base, &field);
  const int edited = reflection.FieldSize(mine, &field);
  if (!IsText(field)) {
    const int common =
        std::min({published, edited, reflection.FieldSize(next, &field)});
    for (int i = 0; i < common; ++i) {
      MergeFields(reflection.GetRepeatedMessage(base, &field, i),
                  reflection.GetRepeatedMessage(mine, &field, i),
                  reflection.GetRepeatedMessage(next, &field, i),
                  reflection.MutableRepeatedMessage(to, &field, i));
    }
  }
  for (int i = published; i < edited; ++i) {
    reflection.AddMessage(to, &field)
        ->CopyFrom(reflection.GetRepeatedMessage(mine, &field, i));
  }
}

void Merge(const Message& base, const Message& mine, const Message& next,
           const FieldDescriptor& field, Message* to) {
  if (IsListOfTexts(field)) return MergeList(base, mine, next, field, to);
  const bool take_mine = IsText(field) && !field.is_repeated()
                             ? !IsSet(next, field) && !IsSet(base, field)
                             : !IsSame(base, mine, field);
  Copy(take_mine ? mine : next, field, to);
}

// Gives the block `to` the words that `from`, of another kind, has under the
// same names.
void TakeWords(const v1::Block& from, v1::Block* to) {
  v1::Article words;
  *words.add_body() = from;
  v1::Article edited;
  *edited.add_body() = *to;
  for (const MutableTextUnit& unit :
       MutableTextUnitsOf(&edited, v1::Translation::FULL)) {
    for (const TextUnit& other : TextUnitsOf(words, v1::Translation::FULL)) {
      if (other.unit != unit.unit) continue;
      *unit.text = *other.text;
      if (unit.marks == nullptr) continue;
      unit.marks->Clear();
      if (other.marks != nullptr) *unit.marks = *other.marks;
    }
  }
  *to = edited.body(0);
}

}  // namespace

void MergeField(const Message& base, const Message& mine, const Message& next,
                int number, Message* to) {
  Merge(base, mine, next, *to->GetDescriptor()->FindFieldByNumber(number), to);
}

void MergeFields(const Message& base, const Message& mine, const Message& next,
                 Message* to) {
  const Descriptor* const type = to->GetDescriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    Merge(base, mine, next, *type->field(i), to);
  }
}

void MergeBlock(const v1::Block& base, const v1::Block& mine,
                const v1::Block& next, v1::Block* to) {
  const Recast recast = RecastOf(base, mine, next);
  if (recast == Recast::kTakesWords || recast == Recast::kStays) {
    *to = mine;
    TakeWords(next, to);
    return;
  }
  *to = next;
  const FieldDescriptor* const content =
      next.GetReflection()->GetOneofFieldDescriptor(
          next, v1::Block::descriptor()->FindOneofByName("content"));
  if (recast != Recast::kNot || content == nullptr ||
      next.content_case() != base.content_case()) {
    return;
  }
  const Reflection& reflection = *to->GetReflection();
  MergeFields(reflection.GetMessage(base, content),
              reflection.GetMessage(mine, content),
              reflection.GetMessage(next, content),
              reflection.MutableMessage(to, content));
}

}  // namespace courant
