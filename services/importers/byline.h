#ifndef COURANT_SERVICES_IMPORTERS_BYLINE_H_
#define COURANT_SERVICES_IMPORTERS_BYLINE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "courant/v1/article.pb.h"
#include "services/importers/imported_item.h"

namespace courant::importers {

// Bylines as newspapers print them, in English and Korean. Pure, thread-safe
// functions.

// A byline whose addresses were taken out: readers get the name, never the
// address.
struct CleanByline {
  // As printed, without addresses and what was left of them.
  std::string text;
  // E-mail addresses, in order.
  std::vector<std::string> addresses;
  // Brackets from which an address was taken before we saw it: "< >".
  std::vector<std::string> remains;
};

// Takes the addresses out of a byline: "By Su-Yeol, Maeng < >" gives "By
// Su-Yeol, Maeng" and the remains "< >". What else there is stays as printed.
CleanByline TakeAddressesOut(absl::string_view line);

// Whether a line of its own is a byline, addresses aside: "By Jane Roe",
// "Photos by Jane Roe", "Jane Roe, Staff Reporter", "홍길동 기자", "글=홍길동
// 기자". A sentence that begins with "By" is not.
bool IsByline(absl::string_view line);

// The people that a clean byline names, each with the whole name as printed and
// its parts only when they can be told, then with how sure they are:
// * 0.8 "By Su-Yeol, Maeng" and "By Maeng, Su-Yeol": the hyphen shows which is
//   the given name. 0.5 without one: given name first.
// * 0.9 for three syllables of Hangul, family name first, and for four that
//   begin with a family name of two; 0.7 for two. Others stay whole.
// Names in Hangul are "ko-Hang"; the language of others is not known: in Latin
// they may be of any.
std::vector<v1::Contributor> ContributorsOf(absl::string_view byline);

// Adds a printed byline, on `line` of the source, to the article: cleaned, with
// contributors, addresses in the first one's `contact`, and a note of what was
// taken out. A second one follows the first behind a line feed.
void AddByline(absl::string_view printed, int64_t line, ImportedItem& item);

}  // namespace courant::importers

#endif  // COURANT_SERVICES_IMPORTERS_BYLINE_H_
