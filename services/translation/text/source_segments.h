#ifndef COURANT_SERVICES_TRANSLATION_TEXT_SOURCE_SEGMENTS_H_
#define COURANT_SERVICES_TRANSLATION_TEXT_SOURCE_SEGMENTS_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "courant/v1/article.pb.h"
#include "courant/v1/translation.pb.h"

// What a translator is given: an article as sentences. Pure and thread-safe.
namespace courant {

// Divides the texts of `source` that `scope` takes in, in reading order, by the
// rules of kRulesVersion. Of one unit, the texts put together are the unit's
// byte for byte. Ids are the unit, "." and a number from 1, which is right for
// a new translation; for one that exists DiffSource gives the ids that it has
// already. A mark that goes on into the next sentence is cut in two.
// Preformatted text is divided at its line feeds as well.
//
// Nothing is refused: a caller that has a limit on segments, or on the bytes of
// one, applies it to the result. A sentence is never cut because it is long.
std::vector<v1::SourceSegment> DivideSource(const v1::Article& source,
                                            v1::Translation::Scope scope);

// Sets the four digests of `segment` from its text.
//
// The digest is of the words in NFC, without the spaces at their end (they
// depend on whether a sentence follows), and the types of the marks in their
// order. The folded one is of the words without case, spaces, punctuation and
// marks; punctuation that makes a number what it is ("1.5", "3:2", "-4", "5%")
// stays. Two texts with the same digest have the same words; see SameMarks for
// the rest.
void SetDigests(v1::SourceSegment* segment);

// True when the words of both are the same in NFC, spaces at their ends aside.
bool SameWords(const v1::RichText& a, const v1::RichText& b);

// True when the marks of both are the same to a reader: types, links,
// languages and, where the words are the same byte for byte, places. What a
// mark does to the spaces at the end is not looked at.
bool SameMarks(const v1::RichText& a, const v1::RichText& b);

}  // namespace courant

#endif  // COURANT_SERVICES_TRANSLATION_TEXT_SOURCE_SEGMENTS_H_
