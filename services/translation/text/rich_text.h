#ifndef COURANT_SERVICES_TRANSLATION_TEXT_RICH_TEXT_H_
#define COURANT_SERVICES_TRANSLATION_TEXT_RICH_TEXT_H_

#include <cstdint>

#include "courant/v1/article.pb.h"

// Marks of texts that are cut and put together. Places are in code points.
// Internal to translation/text. Pure and thread-safe.
namespace courant::text {

using Marks = google::protobuf::RepeatedPtrField<v1::Mark>;

// True when `a` and `b` mean the same; where they stand is not looked at.
bool MeanTheSame(const v1::Mark& a, const v1::Mark& b);

// What of `marks` lies in [start, end), from `start`, in order.
Marks CutMarks(const Marks& marks, int32_t start, int32_t end);

// In order: what begins first, of those the longest, of those by what they
// mean. Two texts with the same marks have them in the same order then.
void SortMarks(Marks* marks);

// Sorts `marks`, and joins those that touch or overlap and mean the same.
void NormalizeMarks(Marks* marks);

// True when the words are the same, and the marks are once normalised.
bool SameRichText(const v1::RichText& a, const v1::RichText& b);

}  // namespace courant::text

#endif  // COURANT_SERVICES_TRANSLATION_TEXT_RICH_TEXT_H_
