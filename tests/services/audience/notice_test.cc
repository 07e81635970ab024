#include "services/audience/notice.h"

#include <string>

#include "gtest/gtest.h"
#include "services/audience/public_view.h"
#include "tests/services/editorial/rules/random_article.h"

namespace courant {
namespace {

TEST(NoticeTest, HelpsToPlanAndHasNotAWordThatIsToBePublished) {
  v1::Article article = FilledArticle();
  article.set_slugline("harbour-talks");
  article.set_urgency(2);
  article.mutable_embargo_until()->set_seconds(1'800'000'000);
  article.mutable_headline()->set_value("kestrel");
  article.mutable_summary()->set_value("kestrel");
  article.mutable_body()->Clear();
  article.add_body()->mutable_paragraph()->mutable_text()->set_text("kestrel");
  const v1::Article notice = PublicView(article, Sight::kNotice);
  EXPECT_EQ(notice.name(), article.name());
  EXPECT_EQ(notice.slugline(), "harbour-talks");
  EXPECT_EQ(notice.urgency(), 2);
  EXPECT_EQ(notice.embargo_until().seconds(), 1'800'000'000);
  EXPECT_EQ(notice.SerializeAsString().find("kestrel"), std::string::npos);
  EXPECT_EQ(notice.actor(), "");
  EXPECT_EQ(notice.body_size(), 0);
  EXPECT_EQ(notice.media_size(), 0);
  EXPECT_FALSE(notice.has_rights());
  // Nothing that a stub has not, but for these three.
  v1::Article rest = NoticeOf(article);
  rest.clear_slugline();
  rest.clear_urgency();
  rest.clear_embargo_until();
  v1::Article stub = PublicView(article, Sight::kStub);
  EXPECT_EQ(PublicView(rest).SerializeAsString(), stub.SerializeAsString());
}

}  // namespace
}  // namespace courant
