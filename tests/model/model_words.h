#ifndef COURANT_TESTS_MODEL_MODEL_WORDS_H_
#define COURANT_TESTS_MODEL_MODEL_WORDS_H_

#include <string>
#include <vector>

#include "courant/v1/article.pb.h"
#include "google/protobuf/field_mask.pb.h"

// The content of the model's articles: a headline, paragraphs, a copyright
// notice, two times and alias ids. Made from the contract alone.
namespace courant::model {

// The names of the fields that differ, in the order of the contract.
std::vector<std::string> Differing(const v1::Article& a, const v1::Article& b);

// The names of the fields that publication needs and that are not there.
std::vector<std::string> MissingToPublish(const v1::Article& article);

// Takes the fields that `mask` names over from `patch`.
void TakeOver(const v1::Article& patch, const google::protobuf::FieldMask& mask,
              v1::Article* article);

// Puts right what is wrong, one after the other, and says where each was.
// `after` may have new words already. False when one is not there.
bool Repair(
    const v1::Article& before,
    google::protobuf::RepeatedPtrField<v1::ChangeNote::Correction>* corrections,
    v1::Article* after);

}  // namespace courant::model

#endif  // COURANT_TESTS_MODEL_MODEL_WORDS_H_
