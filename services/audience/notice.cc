#include "services/audience/notice.h"

#include "services/audience/stub.h"

namespace courant {

v1::Article NoticeOf(const v1::Article& article) {
  v1::Article notice = StubOf(article);
  notice.set_slugline(article.slugline());
  notice.set_urgency(article.urgency());
  if (article.has_embargo_until()) {
    *notice.mutable_embargo_until() = article.embargo_until();
  }
  return notice;
}

}  // namespace courant
