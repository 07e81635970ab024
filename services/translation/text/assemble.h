#ifndef COURANT_SERVICES_TRANSLATION_TEXT_ASSEMBLE_H_
#define COURANT_SERVICES_TRANSLATION_TEXT_ASSEMBLE_H_

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "courant/v1/article.pb.h"
#include "courant/v1/translation.pb.h"

// From segments to the texts of an article, and back. Pure and thread-safe.
namespace courant {

// The text of `unit` in the translation: the targets of its segments, put
// together in their order. Where one ends and the next begins without a space,
// one is put between them when `language` writes spaces between sentences
// (Chinese, Japanese and Thai, for example, do not). Marks are shifted, sorted
// by where they begin, and those that were cut where two segments meet are one
// again. A segment belongs to the unit of its first source segment. Empty when
// nothing is translated.
v1::RichText AssembleUnit(const v1::TranslationContent& content,
                          absl::string_view unit, absl::string_view language);

// Writes the units of `scope` into `article`, a copy of the source: its blocks
// stay, their words become those of the translation. Units without targets are
// left as they are. Language tags of the single texts that are written are
// cleared (they are in the article's language now), and so is what says that a
// program cut them.
void ApplyTargets(const v1::TranslationContent& content,
                  v1::Translation::Scope scope, absl::string_view language,
                  v1::Article* article);

// The other way, after somebody edited the result by hand: brings what differs
// into the segments that it touches. Words that took the place of several
// segments go to the first of them; those that are left without words are
// joined to it, so that their sources stay said. A segment whose words were
// taken out, without any in their place, becomes empty and INITIAL; so do all
// of a unit that is not in `article` any more. States are otherwise left, as
// are authors and ids.
//
// Afterwards AssembleUnit gives what `article` has, for every unit of `scope`
// that `content` knows; marks that touch and are alike count as one. Units that
// it does not know are passed over. True when anything changed. Versions are
// set on what changed.
bool AbsorbArticle(const v1::Article& article, v1::Translation::Scope scope,
                   absl::string_view language, v1::TranslationContent* content);

// Segment.version: 64 bits over target (words and marks) and state. Never 0.
uint64_t SegmentVersion(const v1::Segment& segment);

// The content of a translation in which nothing is translated: one INITIAL
// segment per source segment, `last_numbers` from their ids, `rules_version` of
// these rules, versions set.
v1::TranslationContent NewContent(std::vector<v1::SourceSegment> source);

}  // namespace courant

#endif  // COURANT_SERVICES_TRANSLATION_TEXT_ASSEMBLE_H_
