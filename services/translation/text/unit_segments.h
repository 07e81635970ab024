#ifndef COURANT_SERVICES_TRANSLATION_TEXT_UNIT_SEGMENTS_H_
#define COURANT_SERVICES_TRANSLATION_TEXT_UNIT_SEGMENTS_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "courant/v1/translation.pb.h"

// The segments of one unit, and the text that they make. Internal to
// translation/text. Pure and thread-safe.
namespace courant::text {

// Which segments belong to which unit.
class UnitSegments {
 public:
  // Looks at `content` once; keeps nothing of it.
  explicit UnitSegments(const v1::TranslationContent& content);

  // Places in `content.segments()`, in order; none for a unit not known.
  const std::vector<int>& Of(absl::string_view unit) const;

  // All units, in the order of their first segments.
  const std::vector<std::string>& units() const { return order_; }

 private:
  absl::flat_hash_map<std::string, std::vector<int>> segments_;
  std::vector<std::string> order_;
};

// Whether `language` puts spaces between sentences.
bool WritesSpaces(absl::string_view language);

// Whether PutTogether puts a space between `before` and `after`, neither of
// which is empty.
bool NeedsSpace(absl::string_view before, absl::string_view after,
                bool writes_spaces);

// The targets of `segments` as one text: see AssembleUnit.
v1::RichText PutTogether(const std::vector<const v1::Segment*>& segments,
                         bool writes_spaces);

}  // namespace courant::text

#endif  // COURANT_SERVICES_TRANSLATION_TEXT_UNIT_SEGMENTS_H_
