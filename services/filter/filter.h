#ifndef COURANT_SERVICES_FILTER_FILTER_H_
#define COURANT_SERVICES_FILTER_FILTER_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "courant/storage/v1/record.pb.h"
#include "services/filter/field.h"

namespace courant {

// Which articles, or which changes of articles, somebody wants: a subset of
// the filter language of AIP-160, compiled. README.md has the grammar and what
// each field compares.
//
//   COURANT_ASSIGN_OR_RETURN(
//       const Filter filter,
//       Filter::Parse("section=sport AND language:(en OR cy)",
//                     FieldSet::kChanges));
//   if (filter.Matches(facts.after())) ...
//
// OR binds tighter than AND, as AIP-160 has it and unlike most languages:
//
//   kind=TEXT AND section=sport OR section=news
//
// wants texts of either section. canonical() shows the parentheses.
//
// A value type: immutable, cheap to copy, thread-safe.
class Filter {
 public:
  // Most bytes, as written and in canonical form.
  static constexpr size_t kMaxBytes = 2000;

  // Everything.
  Filter();

  // Reads `text`, UTF-8; empty is everything. `allowed` says which fields the
  // request offers.
  //
  // Errors, naming the request field `filter`:
  //   FILTER_INVALID   it cannot be read; metadata `position` in code points
  //   FILTER_TOO_LONG  more than kMaxBytes, or 64 comparisons; metadata `limit`
  static absl::StatusOr<Filter> Parse(absl::string_view text, FieldSet allowed);

  // Whether an article with `attributes` is wanted. What partners may have is
  // in nothing but everything: it has none of what filters compare. Does not
  // allocate; at most 64 comparisons of short strings.
  bool Matches(const storage::v1::Attributes& attributes) const;

  // The filter in its one spelling, empty for everything. Parse() takes it and
  // gives an equal filter. Filters written differently that say the same in
  // the same order have the same.
  const std::string& canonical() const;

  // XXH3 of canonical(): names the filter in tokens. Part of their format.
  uint64_t fingerprint() const;

  // True for a filter without comparisons.
  bool matches_everything() const { return canonical().empty(); }

  // One value that whatever matches has in `field`, spelled as stored: among
  // `sections` or `subjects`, or as the only value of another field. State
  // and kind are given by name.
  struct Equality {
    FilterField field;
    std::string value;
    bool operator==(const Equality&) const = default;
  };

  // What follows from the comparisons with `=` that all have to hold, in
  // written order; never publish_time. Serves to choose an index: what is
  // found there must still be matched.
  std::vector<Equality> RequiredEqualities() const;

  // Times from `begin_us` on and before `end_us`, microseconds since 1970 UTC.
  struct TimeRange {
    int64_t begin_us = std::numeric_limits<int64_t>::min();
    int64_t end_us = std::numeric_limits<int64_t>::max();

    // True when no time is in it.
    bool empty() const { return begin_us >= end_us; }
    bool operator==(const TimeRange&) const = default;
  };

  // A range outside of which nothing matches: what follows from the
  // comparisons of publish_time that all have to hold. All times if none.
  TimeRange TimeWindow() const;

 private:
  struct Compiled;

  explicit Filter(std::shared_ptr<const Compiled> compiled);

  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_FILTER_FILTER_H_
