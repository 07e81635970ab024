#ifndef COURANT_SERVICES_TRANSLATION_PIECE_MERGE_H_
#define COURANT_SERVICES_TRANSLATION_PIECE_MERGE_H_

#include "courant/v1/article.pb.h"
#include "google/protobuf/message.h"

// How three versions of one thing become one: what was published (`base`), what
// was made of it by hand (`mine`), what is to be published (`next`). The parts
// of hand_made.h, which says what is kept. Pure and thread-safe.
namespace courant {

// The field `number` of three messages of one type, into that of `to`, whatever
// it has there. A text is that of `next`, or of `mine` where neither `base` nor
// `next` has one; so are the elements of lists of texts, one by one. Of
// anything else that of `mine`, if it is not that of `base`.
void MergeField(const google::protobuf::Message& base,
                const google::protobuf::Message& mine,
                const google::protobuf::Message& next, int number,
                google::protobuf::Message* to);

// Every field. `to` may have anything.
void MergeFields(const google::protobuf::Message& base,
                 const google::protobuf::Message& mine,
                 const google::protobuf::Message& next,
                 google::protobuf::Message* to);

// A block, which may have become one of another kind: in the source, or by
// hand, and then as RecastOf says.
void MergeBlock(const v1::Block& base, const v1::Block& mine,
                const v1::Block& next, v1::Block* to);

}  // namespace courant

#endif  // COURANT_SERVICES_TRANSLATION_PIECE_MERGE_H_
