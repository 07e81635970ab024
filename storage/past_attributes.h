#ifndef COURANT_STORAGE_PAST_ATTRIBUTES_H_
#define COURANT_STORAGE_PAST_ATTRIBUTES_H_

#include "courant/storage/v1/record.pb.h"

namespace courant::storage {

// Different attributes that an article's row remembers, at most. One that
// changes more often is taken to have had any.
inline constexpr int kMaxPastAttributes = 32;

// Sets `past` of `row`, the row after `previous`: what filters compare in
// earlier revisions, and what these say of their rights, each once and none
// that is as now; that of `previous` always. So whoever may have had
// one of them can be found when the article is taken back, whatever it is now.
// Empty for most articles. Pure.
void SetPast(const v1::ArticleRow& previous, v1::ArticleRow* row);

}  // namespace courant::storage

#endif  // COURANT_STORAGE_PAST_ATTRIBUTES_H_
