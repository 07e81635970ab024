#ifndef COURANT_SERVICES_EDITORIAL_RULES_TEXT_PLACES_H_
#define COURANT_SERVICES_EDITORIAL_RULES_TEXT_PLACES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "courant/v1/article.pb.h"

// Where the words of an article stand, by the names that corrections and diffs
// use for it (ChangeNote.Correction.where). Pure and thread-safe.
namespace courant {

// One text of an article. Points into the article that it was found in.
struct TextPlace {
  // "headline", "decks/2", "body/p3", "media/m1/caption". Several texts share
  // one name where a block has several: the items of a list, cells of a table.
  std::string where;
  std::string* text;
  // The marks on `text`; null where it cannot have any.
  google::protobuf::RepeatedPtrField<v1::Mark>* marks;
};

// Every text of `article`, in reading order; also those that are empty, but
// none that is not there: looking changes nothing.
std::vector<TextPlace> TextPlacesOf(v1::Article* article);

// The words of one place, and its name.
struct TextAt {
  std::string where;
  // Texts that share the name are joined by line feeds.
  std::string text;
};

// The words of `article` by place, in reading order; none is empty.
std::vector<TextAt> TextsOf(const v1::Article& article);

// True when `where` names `place`, by itself or as "body", which stands for
// wherever in the body it is.
bool Covers(absl::string_view where, absl::string_view place);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_RULES_TEXT_PLACES_H_
