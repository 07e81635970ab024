#include "services/audience/notice.h"

#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
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
  const v1::Article notice = PublicView(article, {Sight::kNotice});
  EXPECT_EQ(notice.name(), article.name());
  EXPECT_EQ(notice.slugline(), "harbour-talks");
  EXPECT_EQ(notice.urgency(), 2);
  EXPECT_EQ(notice.embargo_until().seconds(), 1'800'000'000);
  EXPECT_EQ(notice.SerializeAsString().find("kestrel"), std::string::npos);
  EXPECT_EQ(notice.actor(), "");
  EXPECT_EQ(notice.body_size(), 0);
  EXPECT_EQ(notice.media_size(), 0);
  EXPECT_FALSE(notice.has_rights());
}

// Field by field, so that the contract (Access in partner.proto) and what goes
// out cannot drift apart.
TEST(NoticeTest, HasWhatTheContractListsAndNothingElse) {
  v1::Article article = FilledArticle();
  article.mutable_translation_of()->set_article("articles/kestrel");
  article.add_alias_ids()->set_id("kestrel");
  article.set_story("stories/kestrel");
  article.mutable_status_note()->set_reason("kestrel");
  // Those that only the server sets.
  article.set_name("articles/tide");
  article.set_urn("urn:newsml:example.com:20260101:tide");
  article.set_revision(2);
  article.set_etag("e");
  article.set_change_sequence(7);
  article.set_state(v1::Article::EMBARGOED);
  article.set_pub_status(v1::Article::PUB_STATUS_USABLE);
  article.mutable_create_time()->set_seconds(1);
  article.mutable_revision_create_time()->set_seconds(2);
  article.mutable_publish_time()->set_seconds(3);
  article.mutable_embargo_until()->set_seconds(4);
  std::set<std::string> listed = {"name",
                                  "urn",
                                  "revision",
                                  "etag",
                                  "state",
                                  "pub_status",
                                  "language",
                                  "sections",
                                  "subjects",
                                  "slugline",
                                  "urgency",
                                  "change_sequence",
                                  "create_time",
                                  "publish_time",
                                  "revision_create_time",
                                  "embargo_until",
                                  "first_published",
                                  "first_published_precision"};
  const v1::Article notice = NoticeOf(article);
  std::vector<const google::protobuf::FieldDescriptor*> present;
  notice.GetReflection()->ListFields(notice, &present);
  for (const google::protobuf::FieldDescriptor* field : present) {
    EXPECT_EQ(listed.erase(std::string(field->name())), 1u) << field->name();
  }
  EXPECT_THAT(listed, testing::IsEmpty());
  for (const v1::Section& section : notice.sections()) {
    EXPECT_EQ(section.labels_size(), 0);
    EXPECT_EQ(section.zone(), "");
  }
}

}  // namespace
}  // namespace courant
