#ifndef COURANT_SERVICES_AUDIENCE_VISIBILITY_H_
#define COURANT_SERVICES_AUDIENCE_VISIBILITY_H_

#include <optional>

#include "courant/storage/v1/record.pb.h"
#include "courant/v1/change.pb.h"
#include "services/audience/audience.h"

// Who sees what of an article: the one decision that every read, list and
// stream asks. Pure and thread-safe; it looks at stored attributes alone, so
// that asking costs nothing and comes before anything is read.
namespace courant {

// How much of an article somebody sees; more is greater.
enum class Sight {
  kNothing,  // It does not exist.
  kStub,     // That it was there, and why it must not be used: see stub.h.
  kNotice,   // That it will come: see notice.h. To partners alone.
  kText,     // Its text.
};

// How much of a revision is shown to somebody.
struct Shown {
  Sight sight = Sight::kText;
  // Of kText: also what it says of the text of the revision before, as by
  // `change_note.diffs`. Only to who may have that one, too. The public may
  // whenever a revision says so: a change of what is public made it.
  bool past_words = false;
};

// What `audience` sees of an article in `state`. `was_public`: everybody could
// read it in this revision or in an earlier one.
//
//                                    internal   public
//   draft, scheduled, under embargo  text       nothing
//   published, corrected             text       text
//   withheld, withdrawn, expired, killed:
//     was public before              text       stub
//     was not                        text       nothing
//
// What was stopped while it was under embargo stays unknown outside: a stub
// would say that there was something. For the house a killed article is what is
// stored of it. A state that is not known here is nothing to the public.
// Everything is nothing to partners: what they see their rights say, see
// viewer.h.
Sight SightOf(Audience audience, v1::Article::State state, bool was_public);

// The same for the article whose attributes these are.
Sight SightOf(Audience audience, const storage::v1::Attributes& attributes);

// Whether an article in `state` is not stopped: neither withheld, withdrawn,
// expired nor killed.
bool MayBeUsed(v1::Article::State state);

// Whether `audience` is told of changes of this kind at all: the public is not
// told of those that change.proto keeps for internal callers, nor of any that
// is not known here. What it is told of still depends on the article.
bool IsTold(Audience audience, v1::Change::Kind kind);

// What a change means to somebody who saw `before` of the article and sees
// `after` of it now. Nothing: it is none of their business.
//
//   before \ after   text      notice    stub   nothing
//   text             CHANGED   LEFT      LEFT   LEFT
//   notice           ENTERED   CHANGED   LEFT   LEFT
//   stub             ENTERED   ENTERED   LEFT   LEFT
//   nothing          ENTERED   ENTERED   LEFT   none
//
// What is stopped has left, each time that something is said of it: what is to
// be done with copies may have become stricter. A filter that an article does
// not match makes it nothing, before this is asked.
std::optional<v1::Change::Disposition> DispositionOf(Sight before, Sight after);

}  // namespace courant

#endif  // COURANT_SERVICES_AUDIENCE_VISIBILITY_H_
