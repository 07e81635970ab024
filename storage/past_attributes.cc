#include "storage/past_attributes.h"

#include <set>
#include <string>

namespace courant::storage {
namespace {

// What filters of changes compare, and who could read it: also of partners.
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
  if (attributes.has_rights_status()) {
    comparable.set_rights_status(attributes.rights_status());
    comparable.set_data_mining(attributes.data_mining());
  }
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
      // The revision before is one that many have: rather an older one goes.
      row->set_past_is_more(true);
      *row->mutable_past(kMaxPastAttributes - 1) = past;
      return;
    }
    *row->add_past() = past;
  };
  for (const v1::Attributes& past : previous.past()) remember(past);
  remember(Comparable(previous.attributes()));
}

}  // namespace courant::storage
