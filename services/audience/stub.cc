#include "services/audience/stub.h"

namespace courant {

v1::Article StubOf(const v1::Article& article) {
  v1::Article stub;
  stub.set_name(article.name());
  stub.set_urn(article.urn());
  stub.set_story(article.story());
  stub.set_revision(article.revision());
  stub.set_etag(article.etag());
  stub.set_change_sequence(article.change_sequence());
  stub.set_state(article.state());
  stub.set_pub_status(article.pub_status());
  stub.set_kind(article.kind());
  stub.set_language(article.language());
  for (const v1::Section& section : article.sections()) {
    if (!section.code().empty()) {
      stub.add_sections()->set_code(section.code());
    }
  }
  for (const v1::Subject& subject : article.subjects()) {
    if (!subject.qcode().empty()) {
      stub.add_subjects()->set_qcode(subject.qcode());
    }
  }
  if (article.has_translation_of()) {
    *stub.mutable_translation_of() = article.translation_of();
  }
  *stub.mutable_alias_ids() = article.alias_ids();
  if (article.has_create_time()) {
    *stub.mutable_create_time() = article.create_time();
  }
  if (article.has_revision_create_time()) {
    *stub.mutable_revision_create_time() = article.revision_create_time();
  }
  if (article.has_publish_time()) {
    *stub.mutable_publish_time() = article.publish_time();
  }
  if (article.has_first_published()) {
    *stub.mutable_first_published() = article.first_published();
    stub.set_first_published_precision(article.first_published_precision());
  }
  stub.set_actor(article.actor());
  if (article.has_status_note()) {
    *stub.mutable_status_note() = article.status_note();
  }
  return stub;
}

}  // namespace courant
