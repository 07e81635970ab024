#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "courant/storage/v1/record.pb.h"
#include "services/filter/filter.h"
#include "storage/errors/reason.h"

// Any text is a filter or an error with a reason. A filter's canonical form is
// the same filter, and is its own canonical form. The first byte of the input
// says which fields are allowed; an article with a bit of everything is
// matched.
namespace courant {
namespace {

storage::v1::Attributes Sample() {
  storage::v1::Attributes attributes;
  attributes.add_sections("sport");
  attributes.add_sections("news");
  attributes.set_language("zh-Hant-TW");
  attributes.add_subjects("a:b");
  attributes.set_story("stories/a");
  attributes.set_state(v1::Article::PUBLISHED);
  attributes.set_kind(v1::Article::TEXT);
  attributes.set_source("x");
  return attributes;
}

void Check(bool promise) {
  if (!promise) std::abort();
}

void TryFilter(absl::string_view text, FieldSet fields) {
  const auto filter = Filter::Parse(text, fields);
  if (!filter.ok()) {
    const v1::ErrorReason reason = ReasonOf(filter.status());
    Check(reason == v1::FILTER_INVALID || reason == v1::FILTER_TOO_LONG);
    return;
  }
  const auto again = Filter::Parse(filter->canonical(), fields);
  Check(again.ok());
  Check(again->canonical() == filter->canonical());
  Check(again->fingerprint() == filter->fingerprint());
  Check(again->TimeWindow() == filter->TimeWindow());
  Check(again->RequiredEqualities() == filter->RequiredEqualities());
  const storage::v1::Attributes sample = Sample();
  Check(again->Matches(sample) == filter->Matches(sample));
}

}  // namespace
}  // namespace courant

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const absl::string_view text(reinterpret_cast<const char*>(data + 1),
                               size - 1);
  courant::TryFilter(text, data[0] % 2 == 0 ? courant::FieldSet::kArticles
                                            : courant::FieldSet::kChanges);
  return 0;
}
