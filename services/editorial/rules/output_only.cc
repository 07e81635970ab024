#include "services/editorial/rules/output_only.h"

#include <algorithm>
#include <iterator>

#include "courant/v1/article.pb.h"

namespace courant {
namespace {

using v1::Article;

constexpr int kOfArticle[] = {
    Article::kNameFieldNumber,
    Article::kUrnFieldNumber,
    Article::kRevisionFieldNumber,
    Article::kEtagFieldNumber,
    Article::kChangeSequenceFieldNumber,
    Article::kStateFieldNumber,
    Article::kPubStatusFieldNumber,
    Article::kCreateTimeFieldNumber,
    Article::kRevisionCreateTimeFieldNumber,
    Article::kPublishTimeFieldNumber,
    Article::kScheduleTimeFieldNumber,
    Article::kActorFieldNumber,
    Article::kStatusNoteFieldNumber,
    Article::kKillRequestFieldNumber,
};

}  // namespace

bool IsOutputOnly(const google::protobuf::FieldDescriptor& field) {
  const google::protobuf::Descriptor* const type = field.containing_type();
  if (type == Article::descriptor()) {
    return std::find(std::begin(kOfArticle), std::end(kOfArticle),
                     field.number()) != std::end(kOfArticle);
  }
  if (type == v1::ChangeNote::descriptor()) {
    return field.number() == v1::ChangeNote::kFieldsFieldNumber ||
           field.number() == v1::ChangeNote::kDiffsFieldNumber;
  }
  return type == v1::TranslationOf::descriptor() &&
         (field.number() == v1::TranslationOf::kLanguageFieldNumber ||
          field.number() == v1::TranslationOf::kExtentFieldNumber);
}

}  // namespace courant
