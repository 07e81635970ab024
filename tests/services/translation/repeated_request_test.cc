// A request that found nothing to change is answered the same when it is
// repeated, and does nothing then either.

#include <string>

#include "courant/v1/article_service.pb.h"
#include "gtest/gtest.h"
#include "tests/services/translation/desk_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

constexpr char kRequest[] = "5e2f5a0c-8a52-4c86-9d2f-0c3f1c6f9b11";

class RepeatedRequestTest : public ::testing::Test {
 protected:
  void SetUp() override {
    COURANT_ASSERT_OK_AND_ASSIGN(article_, desk_.Create(ASource()));
  }

  // Repeats `request`, which found nothing to change, behind another editor's
  // change.
  template <typename Request>
  void ExpectTheSameAnswer(const char* method, const Request& request) {
    COURANT_ASSERT_OK_AND_ASSIGN(const v1::Article first,
                                 desk_.Call<v1::Article>(method, request));
    EXPECT_EQ(first.SerializeAsString(), article_.SerializeAsString());
    ASSERT_EQ(desk_.Tail(), article_.change_sequence());
    v1::Article other = article_;
    other.mutable_headline()->set_value("Another headline");
    ASSERT_THAT(desk_.Update(other, {"headline"}), IsOk());
    const int64_t before = desk_.Tail();
    COURANT_ASSERT_OK_AND_ASSIGN(const v1::Article again,
                                 desk_.Call<v1::Article>(method, request));
    EXPECT_EQ(again.SerializeAsString(), article_.SerializeAsString());
    EXPECT_EQ(desk_.Tail(), before) << "it was done after all";
  }

  DeskFixture desk_;
  v1::Article article_;
};

TEST_F(RepeatedRequestTest, OfAnUpdate) {
  v1::UpdateArticleRequest request;
  request.mutable_article()->set_name(article_.name());
  *request.mutable_article()->mutable_headline() = article_.headline();
  request.mutable_update_mask()->add_paths("headline");
  request.set_request_id(kRequest);
  ExpectTheSameAnswer("UpdateArticle", request);
}

TEST_F(RepeatedRequestTest, OfARefile) {
  v1::RefileArticleRequest request;
  request.set_name(article_.name());
  *request.mutable_article()->mutable_headline() = article_.headline();
  request.mutable_update_mask()->add_paths("headline");
  request.set_request_id(kRequest);
  ExpectTheSameAnswer("RefileArticle", request);
}

}  // namespace
}  // namespace courant
