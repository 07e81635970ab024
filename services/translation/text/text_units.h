#ifndef COURANT_SERVICES_TRANSLATION_TEXT_TEXT_UNITS_H_
#define COURANT_SERVICES_TRANSLATION_TEXT_TEXT_UNITS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "courant/v1/article.pb.h"
#include "courant/v1/translation.pb.h"

// Which texts of an article are translated, and what each is called. Pure and
// thread-safe.
namespace courant {

// One text of an article: what a translation is compared by. Points into the
// article that it was found in.
struct TextUnit {
  // "headline", "decks/1", "kicker", "short_title", "summary"; "body/{block}"
  // of a paragraph, heading or preformatted text, "body/{block}/items/2",
  // "body/{block}/paragraphs/1", "body/{block}/attribution",
  // "body/{block}/caption", "body/{block}/rows/2/cells/1",
  // "body/{block}/fallback"; "media/{id}/caption", "media/{id}/alt". Numbers
  // are from 1.
  std::string unit;
  v1::TextField field;
  // Never empty.
  const std::string* text;
  // The marks on `text`, in code points; null where it cannot have any.
  const google::protobuf::RepeatedPtrField<v1::Mark>* marks;
  // The tag of a text that can be in another language than its article; null
  // for those that cannot. Empty: in that of the article.
  const std::string* language;
};

// The same, of an article that may be changed.
struct MutableTextUnit {
  std::string unit;
  v1::TextField field;
  std::string* text;
  google::protobuf::RepeatedPtrField<v1::Mark>* marks;
  std::string* language;
};

// The texts of `article` that `scope` takes in, in reading order; none is
// empty. SCOPE_UNSPECIFIED is read as FULL. Names are unique where the ids of
// blocks and media are, which holds for every stored article.
std::vector<TextUnit> TextUnitsOf(const v1::Article& article,
                                  v1::Translation::Scope scope);
std::vector<MutableTextUnit> MutableTextUnitsOf(v1::Article* article,
                                                v1::Translation::Scope scope);

// The thing that the text `unit` tells of, where the texts around it do not say
// that: "media/m1" for what is under that picture, "body/q1" for the name of
// who said the quotation q1, or for what is above the table. Such a text means
// something else when it stands elsewhere. Empty for others.
absl::string_view SubjectOf(absl::string_view unit);

}  // namespace courant

#endif  // COURANT_SERVICES_TRANSLATION_TEXT_TEXT_UNITS_H_
