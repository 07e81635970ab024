#ifndef COURANT_SERVICES_TRANSLATION_TEXT_SOURCE_DIFF_H_
#define COURANT_SERVICES_TRANSLATION_TEXT_SOURCE_DIFF_H_

#include <cstdint>
#include <string>
#include <vector>

#include "courant/v1/translation.pb.h"

// What a source has become since a translation was bound to it.
namespace courant {

// A segment of the newest revision of the source.
struct HeadSegment {
  // With the id that it has in the translation: that of the segment it
  // continues, or one that was never used.
  v1::SourceSegment segment;
  // How it differs from what it continues. KIND_UNSPECIFIED: not at all. The
  // parts of a segment that was divided are all SPLIT. Never REMOVED.
  v1::SourceChange::Kind kind = v1::SourceChange::KIND_UNSPECIFIED;
  // Ids of the bound segments that it continues, in their order: none for
  // ADDED, several for MERGED, one otherwise. A bound segment is continued by
  // one, except that all parts of a SPLIT continue the same; its id goes to the
  // first part.
  std::vector<std::string> bound;
};

// All that differs.
struct SourceDiff {
  // The head, whole, in the order in which it was given.
  std::vector<HeadSegment> head;
  // One for every segment that differs, MOVED as well, in the order of the
  // head; a SPLIT is one change, with its parts' words together in `now`.
  // REMOVED stand after what preceded them. Without impact and revision.
  std::vector<v1::SourceChange> changes;
};

// Compares what a translation is bound to with the segments of a later
// revision, both with digests and divided by the same rules. In this order:
//
// 1. The same digest, in the same unit if it is there, else elsewhere:
//    unchanged; MOVED when it stands in another order, block or field; NON_TEXT
//    when only its marks differ.
// 2. The same folded digest: NON_TEXT when the words are the same, otherwise
//    PUNCTUATION.
// 3. Within a block, and then between what is paired already, in order, by how
//    many words are shared: EDITED; SPLIT and MERGED where the words of one are
//    found in several. Half must be shared. Within a block also what does not
//    stand in that order, up to a few that changed places.
// 4. Within a block, of what is left, where one has all words of the other:
//    EDITED. The rest is ADDED or REMOVED.
//
// Nothing is called unchanged that is not, except for spaces at the end of a
// segment. A cell of a table is the same only together with its column and its
// row.
//
// Ids newly given are the unit, "." and a number greater than `last_numbers`
// says for that unit, which is advanced. Null: greater than all in `bound`.
//
// Pure and thread-safe. Below a millisecond for 100 segments; for many it grows
// as n log n, since stretches in which everything differs are not compared each
// with each beyond a bound.
SourceDiff DiffSource(
    const google::protobuf::RepeatedPtrField<v1::SourceSegment>& bound,
    std::vector<v1::SourceSegment> head,
    google::protobuf::Map<std::string, int32_t>* last_numbers);

}  // namespace courant

#endif  // COURANT_SERVICES_TRANSLATION_TEXT_SOURCE_DIFF_H_
