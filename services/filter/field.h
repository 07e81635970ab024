#ifndef COURANT_SERVICES_FILTER_FIELD_H_
#define COURANT_SERVICES_FILTER_FIELD_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace courant {

// What a filter can compare. Each is a field of courant.storage.v1.Attributes.
enum class FilterField : uint8_t {
  kSection,      // any of `sections`
  kLanguage,     // `language`
  kSubject,      // any of `subjects`
  kStory,        // `story`
  kState,        // `state`
  kKind,         // `kind`
  kSource,       // `source`
  kUrgency,      // `urgency`
  kPublishTime,  // `list_time_us`
};

// Which fields a request offers.
enum class FieldSet : uint8_t {
  kChanges,   // all but publish_time: streams and lists of changes
  kArticles,  // all: lists of articles
  kProducts,  // what stays when an article is corrected: not state, either
};

namespace filter {

// As written in a filter, e.g. "publish_time".
absl::string_view NameOf(FilterField field);

// The field called `name`, in exactly that spelling; nothing if there is none.
std::optional<FilterField> FieldCalled(absl::string_view name);

// Whether `set` offers `field`.
bool Offers(FieldSet set, FilterField field);

// The names that `set` offers, for messages: "section, language, ...".
std::string NamesIn(FieldSet set);

// What somebody who wrote `word` probably meant: the one of `names` that
// differs least, without regard to case; nothing if none is near.
std::optional<std::string> Nearest(absl::string_view word,
                                   absl::Span<const std::string> names);

// The field name of `set` nearest to `word`.
std::optional<std::string> NearestField(absl::string_view word, FieldSet set);

}  // namespace filter
}  // namespace courant

#endif  // COURANT_SERVICES_FILTER_FIELD_H_
