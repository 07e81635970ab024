#include "services/editorial/rules/attributes.h"

#include <cstdint>

#include "google/protobuf/timestamp.pb.h"

namespace courant {
namespace {

// Nanoseconds are never negative, so this rounds down before 1970 as well.
int64_t Microseconds(const google::protobuf::Timestamp& time) {
  return time.seconds() * 1000000 + time.nanos() / 1000;
}

int64_t ListTime(const v1::Article& article) {
  if (article.has_first_published()) {
    return Microseconds(article.first_published());
  }
  if (article.has_publish_time()) return Microseconds(article.publish_time());
  return Microseconds(article.create_time());
}

}  // namespace

storage::v1::Attributes AttributesOf(const v1::Article& article) {
  storage::v1::Attributes attributes;
  for (const v1::Section& section : article.sections()) {
    if (!section.code().empty()) attributes.add_sections(section.code());
  }
  attributes.set_language(article.language());
  for (const v1::Subject& subject : article.subjects()) {
    if (!subject.qcode().empty()) attributes.add_subjects(subject.qcode());
  }
  attributes.set_story(article.story());
  attributes.set_state(article.state());
  attributes.set_kind(article.kind());
  attributes.set_source(article.provenance().source_system());
  attributes.set_urgency(article.urgency());
  attributes.set_list_time_us(ListTime(article));
  return attributes;
}

}  // namespace courant
