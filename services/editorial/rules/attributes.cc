#include "services/editorial/rules/attributes.h"

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "google/protobuf/timestamp.pb.h"
#include "services/editorial/rules/times.h"

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

// Up to the next microsecond, so that what is due has come in every clock.
int64_t RoundedUp(absl::Time time) {
  return absl::ToUnixMicros(time + absl::Microseconds(1) -
                            absl::Nanoseconds(1));
}

int64_t DueMicroseconds(const v1::Article& article) {
  const absl::Time due = DueTime(article);
  return due == absl::InfiniteFuture() ? 0 : RoundedUp(due);
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
  attributes.set_due_time_us(DueMicroseconds(article));
  attributes.set_was_public(article.has_publish_time());
  if (article.has_embargo_until()) {
    attributes.set_embargo_until_us(RoundedUp(ToTime(article.embargo_until())));
  }
  attributes.set_rights_status(article.rights().status());
  attributes.set_data_mining(article.rights().data_mining());
  if (article.has_expires_at()) {
    attributes.set_expires_at_us(RoundedUp(ToTime(article.expires_at())));
  }
  if (article.has_translation_of()) {
    attributes.set_source_article_id(std::string(
        absl::StripPrefix(article.translation_of().article(), "articles/")));
  }
  for (const v1::AliasId& alias : article.alias_ids()) {
    attributes.add_alias_ids(absl::StrCat(
        alias.source_system(), absl::string_view("\0", 1), alias.id()));
  }
  return attributes;
}

}  // namespace courant
