#include "services/audience/notice.h"

namespace courant {

v1::Article NoticeOf(const v1::Article& article) {
  v1::Article notice;
  notice.set_name(article.name());
  notice.set_urn(article.urn());
  notice.set_revision(article.revision());
  notice.set_etag(article.etag());
  notice.set_change_sequence(article.change_sequence());
  notice.set_state(article.state());
  notice.set_pub_status(article.pub_status());
  notice.set_language(article.language());
  notice.set_slugline(article.slugline());
  for (const v1::Section& section : article.sections()) {
    if (!section.code().empty()) {
      notice.add_sections()->set_code(section.code());
    }
  }
  for (const v1::Subject& subject : article.subjects()) {
    if (!subject.qcode().empty()) {
      notice.add_subjects()->set_qcode(subject.qcode());
    }
  }
  notice.set_urgency(article.urgency());
  if (article.has_create_time()) {
    *notice.mutable_create_time() = article.create_time();
  }
  if (article.has_revision_create_time()) {
    *notice.mutable_revision_create_time() = article.revision_create_time();
  }
  if (article.has_publish_time()) {
    *notice.mutable_publish_time() = article.publish_time();
  }
  if (article.has_first_published()) {
    *notice.mutable_first_published() = article.first_published();
    notice.set_first_published_precision(article.first_published_precision());
  }
  if (article.has_embargo_until()) {
    *notice.mutable_embargo_until() = article.embargo_until();
  }
  return notice;
}

}  // namespace courant
