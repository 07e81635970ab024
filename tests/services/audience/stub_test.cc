#include "services/audience/stub.h"

#include <string>

#include "gtest/gtest.h"
#include "tests/services/editorial/rules/random_article.h"

namespace courant {
namespace {

TEST(StubTest, HasTheNamesAndNotAWordOfTheText) {
  v1::Article article = FilledArticle();
  article.mutable_headline()->set_value("kestrel");
  article.set_slugline("kestrel");
  article.mutable_change_note()->mutable_note_public()->set_value("kestrel");
  for (v1::Section& section : *article.mutable_sections()) {
    section.set_code("local");
    section.set_zone("kestrel");
    section.add_labels()->set_value("kestrel");
  }
  const v1::Article stub = StubOf(article);
  EXPECT_EQ(stub.name(), article.name());
  EXPECT_EQ(stub.revision(), article.revision());
  EXPECT_EQ(stub.language(), article.language());
  EXPECT_EQ(stub.sections(0).code(), "local");
  EXPECT_EQ(stub.status_note().reason(), article.status_note().reason());
  EXPECT_EQ(stub.SerializeAsString().find("kestrel"), std::string::npos);
  // Nothing else is left: what a new field holds stays out until it is named.
  EXPECT_FALSE(stub.has_headline());
  EXPECT_EQ(stub.body_size(), 0);
  EXPECT_EQ(stub.media_size(), 0);
  EXPECT_EQ(stub.contributors_size(), 0);
  EXPECT_FALSE(stub.has_rights());
  EXPECT_FALSE(stub.has_provenance());
  EXPECT_FALSE(stub.has_kill_request());
}

}  // namespace
}  // namespace courant
