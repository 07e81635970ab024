#include "storage/past_attributes.h"

#include <set>
#include <string>

namespace courant::storage {
namespace {

// What filters of changes compare, and who could read it.
v1::Attributes Comparable(const v1::Attributes& attributes) {
  v1::Attributes comparable;
  *comparable.mutable_sections() = attributes.sections();
  comparable.set_language(attributes.language());
  *comparable.mutable_subjects() = attributes.subjects();
  comparable.set_story(attributes.story());
  comparable.set_state(attributes.state());
  comparable.set_kind(attributes.kind());
  comparable.set_source(attributes.source());
  comparable.set_urgency(attributes.urgency());
  comparable.set_was_public(attributes.was_public());
  return comparable;
}

}  // namespace

void SetPast(const v1::ArticleRow& previous, v1::ArticleRow* row) {
  row->set_past_is_more(previous.past_is_more());
  std::set<std::string> known = {
      Comparable(row->attributes()).SerializeAsString()};
  const auto remember = [&](const v1::Attributes& past) {
    if (!known.insert(past.SerializeAsString()).second) return;
    if (row->past_size() == kMaxPastAttributes) {
      row->set_past_is_more(true);
      return;
    }
    *row->add_past() = past;
  };
  for (const v1::Attributes& past : previous.past()) remember(past);
  remember(Comparable(previous.attributes()));
}

}  // namespace courant::storage
