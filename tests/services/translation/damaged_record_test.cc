// A record that is damaged is refused wherever it is read, and never served as
// a translation that says nothing.

#include <string>

#include "courant/v1/translation_service.pb.h"
#include "gtest/gtest.h"
#include "tests/services/translation/desk_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

class DamagedRecordTest : public ::testing::Test {
 protected:
  void SetUp() override {
    COURANT_ASSERT_OK_AND_ASSIGN(source_, desk_.Create(ASource()));
    COURANT_ASSERT_OK_AND_ASSIGN(translation_,
                                 desk_.Request(source_.name(), "es"));
  }

  // Makes what the change `sequence` holds unreadable, under a record that is
  // whole.
  void Damage(int64_t sequence) {
    ASSERT_THAT(desk_.Rewrite(sequence,
                              [](storage::Entry& entry) {
                                entry.article = "\x0a\x7fshort";
                              }),
                IsOk());
  }

  template <typename Response>
  void ExpectRefused(const char* method,
                     const google::protobuf::Message& request) {
    const auto answer = desk_.Call<Response>(method, request);
    EXPECT_THAT(answer, StatusIs(absl::StatusCode::kDataLoss));
    EXPECT_EQ(ReasonIn(answer.status()), "DATA_CORRUPTED");
  }

  DeskFixture desk_;
  v1::Article source_;
  v1::Translation translation_;
};

TEST_F(DamagedRecordTest, IsNotRead) {
  Damage(desk_.Tail());
  v1::GetTranslationRequest request;
  request.set_name(translation_.name());
  ExpectRefused<v1::Translation>("GetTranslation", request);
}

TEST_F(DamagedRecordTest, IsNotListed) {
  Damage(desk_.Tail());
  for (const std::string& parent :
       {source_.name(), std::string("articles/-")}) {
    v1::ListTranslationsRequest request;
    request.set_parent(parent);
    ExpectRefused<v1::ListTranslationsResponse>("ListTranslations", request);
  }
}

TEST_F(DamagedRecordTest, IsNoWorkForAnybody) {
  Damage(desk_.Tail());
  v1::ClaimNextTranslationRequest request;
  request.add_languages("es");
  request.add_source_languages("ko");
  const int64_t before = desk_.Tail();
  ExpectRefused<v1::Translation>("ClaimNextTranslation", request);
  EXPECT_EQ(desk_.Tail(), before);
}

TEST_F(DamagedRecordTest, IsNoAnswerToARetry) {
  ASSERT_THAT(desk_.Translate(translation_.name()), IsOk());
  v1::PublishTranslationRequest request;
  request.add_names(translation_.name());
  request.set_request_id("1b2f7a3c-8d4e-4f5a-9b6c-7d8e9f0a1b2c");
  ASSERT_THAT(
      desk_.Call<v1::PublishTranslationResponse>("PublishTranslation", request),
      IsOk());
  ASSERT_THAT(
      desk_.Call<v1::PublishTranslationResponse>("PublishTranslation", request),
      IsOk());
  Damage(desk_.Tail());
  ExpectRefused<v1::PublishTranslationResponse>("PublishTranslation", request);
}

}  // namespace
}  // namespace courant
