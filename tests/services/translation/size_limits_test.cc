// How much a translation may hold, also when its source has grown since.

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "courant/v1/translation_service.pb.h"
#include "gtest/gtest.h"
#include "tests/services/translation/desk_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

// The headline, and sentences in paragraphs of a thousand.
v1::Article WithSentences(int count) {
  v1::Article article = ASource();
  article.clear_decks();
  article.clear_body();
  article.clear_media();
  for (int i = 0; i < count; ++i) {
    if (i % 1000 == 0) {
      article.add_body()->mutable_paragraph()->mutable_text();
    }
    absl::StrAppend(article.mutable_body(article.body_size() - 1)
                        ->mutable_paragraph()
                        ->mutable_text()
                        ->mutable_text(),
                    "It rained on day ", i, ". ");
  }
  return article;
}

void ExpectTooLong(const absl::Status& status, const char* limit) {
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(ReasonIn(status), "FIELD_TOO_LONG");
  EXPECT_TRUE(absl::StrContains(status.message(), limit)) << status;
}

TEST(SizeLimitsTest, OfSegmentsHoldWhenTheSourceHasGrown) {
  DeskFixture desk;
  COURANT_ASSERT_OK_AND_ASSIGN(v1::Article source,
                               desk.Create(WithSentences(10)));
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::Translation made,
                               desk.Request(source.name(), "es"));
  v1::Article longer = WithSentences(5000);
  longer.set_name(source.name());
  ASSERT_THAT(desk.Update(longer, {"body"}), IsOk());
  const int64_t before = desk.Tail();
  ExpectTooLong(desk.Request(source.name(), "fr").status(), "5000");
  v1::RebaseTranslationRequest rebase;
  rebase.set_name(made.name());
  ExpectTooLong(
      desk.Call<v1::Translation>("RebaseTranslation", rebase).status(), "5000");
  EXPECT_EQ(desk.Tail(), before);
  // One less, and the headline, is the most there can be.
  longer = WithSentences(4999);
  longer.set_name(source.name());
  ASSERT_THAT(desk.Update(longer, {"body"}), IsOk());
  EXPECT_THAT(desk.Call<v1::Translation>("RebaseTranslation", rebase), IsOk());
}

TEST(SizeLimitsTest, OfBytesHoldForWhatIsWritten) {
  DeskFixture desk;
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::Article source,
                               desk.Create(WithSentences(1200)));
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::Translation made,
                               desk.Request(source.name(), "es"));
  v1::ClaimTranslationRequest claim;
  claim.set_name(made.name());
  COURANT_ASSERT_OK_AND_ASSIGN(
      const v1::Translation claimed,
      desk.Call<v1::Translation>("ClaimTranslation", claim));
  v1::BatchUpdateSegmentsRequest write;
  write.set_name(made.name());
  write.set_fencing_token(claimed.task().lease().fencing_token());
  absl::Status written;
  int batches = 0;
  for (int at = 0; written.ok() && at + 200 <= 1200; at += 200, ++batches) {
    write.clear_updates();
    for (int i = at; i < at + 200; ++i) {
      v1::SegmentUpdate& update = *write.add_updates();
      update.set_segment(made.content().segments(i).id());
      update.mutable_target()->set_text(std::string(8 << 10, 'x'));
    }
    written = desk.Call<v1::Translation>("BatchUpdateSegments", write).status();
  }
  // Five times 1.6 MB are within 8 MiB, six times are not.
  EXPECT_EQ(batches, 6);
  ExpectTooLong(written, "8388608");
}

}  // namespace
}  // namespace courant
