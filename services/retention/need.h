#ifndef COURANT_SERVICES_RETENTION_NEED_H_
#define COURANT_SERVICES_RETENTION_NEED_H_

#include <cstdint>
#include <vector>

#include "courant/storage/v1/record.pb.h"
#include "storage/base/ids.h"

namespace courant {

// Why the text of a revision stays. Everything that is read of old texts is in
// this list, and nothing else may be.
enum class Need {
  // It can go.
  kNone,
  // It is gone already: a kill took it, or a trim.
  kGone,
  // It is of rights, or of the history itself: what partners might have had at
  // any time has to be known, and so does what was let go.
  kNeverGoes,
  // It is the newest revision.
  kNewest,
  // It was replaced so lately that it is kept: by a change that is in the part
  // of the log that is kept whole.
  kRecent,
  // Callers outside see it still: the revisions after it are not for them.
  kToldOutside,
  // Of a translation: it has the texts that the newest revision has.
  kContent,
  // What was made from it is bound to it: a publication compares with it.
  kBound,
  // Partners have a notice about the change, whose words are in it, or may get
  // one yet.
  kNotice,
  // A subscriber has put the change aside.
  kParked,
};

// All that decides it.
struct TextFacts {
  // Of the revision.
  storage::v1::Resource resource = storage::v1::ARTICLE;
  Sequence sequence;
  int64_t revision = 0;
  bool is_there = true;
  // The change that made the next revision; 0 when there is none.
  Sequence replaced_by{0};
  // The row of its article, or translation, as it is now.
  storage::v1::ArticleRow newest;
  // Revisions of the article that newest texts of others are bound to.
  std::vector<int64_t> bound;
  bool has_notice = false;
  bool is_parked = false;
};

// Why the text is needed, when all changes from `until` on are to keep theirs.
// Pure.
Need NeedOf(const TextFacts& text, Sequence until);

}  // namespace courant

#endif  // COURANT_SERVICES_RETENTION_NEED_H_
