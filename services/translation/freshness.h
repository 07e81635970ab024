#ifndef COURANT_SERVICES_TRANSLATION_FRESHNESS_H_
#define COURANT_SERVICES_TRANSLATION_FRESHNESS_H_

#include <cstddef>
#include <deque>
#include <utility>

#include "courant/v1/article.pb.h"
#include "courant/v1/translation.pb.h"
#include "services/translation/text/source_diff.h"

// What a revision of the source makes of a translation. Functions are pure and
// thread-safe.
namespace courant {

// What a change of this kind means when it comes with a revision of this class:
//
//                               refile   update, none   correction
//   moved                        none        none          none
//   marks                        MINOR       MINOR         MINOR
//   punctuation, case, spaces    MINOR       MINOR         CRITICAL
//   words                        MINOR       NORMAL        CRITICAL
//
// Punctuation can carry the meaning ("1,000" and "1.000"): whoever calls it a
// correction is believed. A caption that is under another picture now, or a
// name under another quotation, is as other words: see SubjectOf.
v1::SourceChange::Impact ImpactOf(v1::SourceChange::Kind kind,
                                  v1::ChangeNote::Class revision_class);

// A revision of a source, and how the translations of that source differ from
// it. Languages that are bound to the same words have one comparison together:
// a correction of an article in forty of them costs one. Not thread-safe.
class SourceComparison {
 public:
  // `head` follows `before`.
  SourceComparison(v1::Article before, v1::Article head)
      : before_(std::move(before)), head_(std::move(head)) {}

  const v1::Article& before() const { return before_; }

  // Compares `translation`, with its content, to the head: sets
  // `source_changes`, `freshness` and `compared_revision`. A change that was
  // there before keeps its impact and revision; one whose words differ from
  // what they were when it was compared last gets what this revision means, and
  // never less than it had: for words that nothing bound stands for, what they
  // had in `before`. What only stands elsewhere now, and tells of the same,
  // means nothing, whatever befell it. `standing` is what stopped articles make
  // of it, which goes before. Returns true when something is not what it was.
  bool Update(v1::Translation::Freshness standing,
              v1::Translation* translation);

  // How many differences were worked out so far.
  size_t worked_out() const { return known_.size(); }

 private:
  using Segments = google::protobuf::RepeatedPtrField<v1::SourceSegment>;

  struct Known {
    v1::Translation::Scope scope;
    Segments bound;
    SourceDiff diff;
  };

  // How the head differs from what `translation` is bound to.
  const SourceDiff& DiffFor(const v1::Translation& translation);

  const v1::Article before_;
  const v1::Article head_;
  std::deque<Known> known_;
};

// Sets `freshness` alone, as `standing` and `source_changes` say. Returns true
// when it is not what it was.
bool SettleFreshness(v1::Translation::Freshness standing,
                     v1::Translation* translation);

}  // namespace courant

#endif  // COURANT_SERVICES_TRANSLATION_FRESHNESS_H_
