#ifndef COURANT_SERVICES_TRANSLATION_HAND_MADE_H_
#define COURANT_SERVICES_TRANSLATION_HAND_MADE_H_

#include "courant/v1/article.pb.h"

namespace courant {

// Three versions of what a publication writes: headline, kicker, short title,
// summary, decks, body, media, sections and subjects.
struct PublishedVersions {
  // What was published last, its pieces and not its words: those may be in the
  // language of the source.
  const v1::Article& base;
  // What editors made of it since.
  const v1::Article& mine;
  // What is to be published, with the words of the translation.
  const v1::Article& next;
};

// Brings `next` into `article`, which begins as a copy of `mine`, and loses
// nothing that was made by hand:
//
// * A piece (block, medium, section, subject) that is in `mine` and was not in
//   `base` stays. It stands directly behind the piece that it was put behind,
//   before anything that the source brings there; where that one is gone,
//   behind the next one before it that is not, and else at the beginning. Where
//   the source has a new block or medium of the same id, this one gets another.
// * A piece that is not in `next` any more goes: the source dropped it. One
//   that is not in `mine` was taken out by hand and stays out, unless it has
//   words: they were translated again since.
// * Pieces stand in the order of `mine`. Where the source has put its pieces
//   into another order, in that of `next`.
// * The words of a piece are those of `next`, since what was edited by hand is
//   in the translation already; the rest of it (level, credit, files) is as it
//   was set by hand, if it was. Texts, items and rows that only `mine` has
//   stay; items and rows behind those of `next`.
// * A block that was made one of another kind stays so with the words of
//   `next`, if it has a place for them or has them already. Else it is that of
//   `next`, and what was made by hand is a block of its own, unless its words
//   are in the translation.
//
// Pure and thread-safe.
void MergeHandMade(const PublishedVersions& versions, v1::Article* article);

}  // namespace courant

#endif  // COURANT_SERVICES_TRANSLATION_HAND_MADE_H_
