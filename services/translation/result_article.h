#ifndef COURANT_SERVICES_TRANSLATION_RESULT_ARTICLE_H_
#define COURANT_SERVICES_TRANSLATION_RESULT_ARTICLE_H_

#include "courant/v1/article.pb.h"
#include "courant/v1/translation.pb.h"

// What is published of a translation. Pure and thread-safe.
namespace courant {

// The article that `translation`, with its content, makes of `source`, the
// revision that it is bound to: the blocks, media, sections and rights of the
// source with the words of the translation. Nothing is in it of what belongs to
// the source alone: ids in other systems, URLs, editors' notes, embargo and
// times, nor a word in the language of the source within the texts of the
// scope. A scope that is not the whole brings no other texts along: the article
// is partial, and its `translation_of.extent` says so.
v1::Article ResultOf(const v1::Article& source,
                     const v1::Translation& translation);

// Brings what ResultOf made into `before`, the revision of the result that is
// current: texts, media, sections, subjects. `published` is the revision of the
// source that `before` was published of. What editors set on the result stays:
// byline, rights, URLs, notes, and what they added to the rest; see
// hand_made.h.
v1::Article NextRevision(const v1::Article& before,
                         const v1::Article& published,
                         const v1::Article& result);

}  // namespace courant

#endif  // COURANT_SERVICES_TRANSLATION_RESULT_ARTICLE_H_
