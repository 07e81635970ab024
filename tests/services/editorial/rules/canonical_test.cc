#include "services/editorial/rules/canonical.h"

#include <string>

#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "services/editorial/rules/output_only.h"
#include "services/editorial/rules/validation.h"
#include "tests/services/editorial/rules/random_article.h"
#include "tests/services/editorial/rules/sample_article.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::util::MessageDifferencer;

TEST(CanonicalizeTest, BringsEveryLanguageTagIntoCanonicalForm) {
  v1::Article article = FilledArticle();
  int tags = 0;
  const auto is_tag = [](const FieldDescriptor& field) {
    return field.name() == "language";
  };
  VisitFields(&article, "",
              [&](Message* message, const FieldDescriptor* field, int,
                  const std::string&) {
                if (!is_tag(*field)) return;
                ++tags;
                message->GetReflection()->SetString(
                    message, field, tags % 2 == 0 ? "KO-kr" : "EN-us");
              });
  EXPECT_GT(tags, 15);
  // A first revision has no note to look at.
  v1::Article previous;
  Canonicalize(&previous, &article);
  tags = 0;
  VisitFields(&article, "",
              [&](Message* message, const FieldDescriptor* field, int,
                  const std::string& path) {
                if (!is_tag(*field)) return;
                ++tags;
                EXPECT_EQ(message->GetReflection()->GetString(*message, field),
                          tags % 2 == 0 ? "ko-KR" : "en-US")
                    << path;
              });
}

TEST(CanonicalizeTest, LeavesWordsAlone) {
  v1::Article article = SampleArticle();
  article.mutable_headline()->set_value("  e\u0301 “Peace”\t\n");
  v1::Article want = article;
  Canonicalize(nullptr, &article);
  EXPECT_EQ(article.headline().value(), want.headline().value());
}

TEST(CanonicalizeTest, FillsInWhatTheServerGives) {
  v1::Article article = ParseArticle(R"pb(
    language: "ko"
    sections { labels { value: "Recent News" } }
    sections {
      code: "given"
      labels { value: "Other" }
    }
    body { paragraph { text { text: "a" } } }
    body {
      id: "mine"
      paragraph { text { text: "b" } }
    }
    media { kind: PICTURE }
  )pb");
  Canonicalize(nullptr, &article);
  EXPECT_EQ(article.kind(), v1::Article::TEXT);
  EXPECT_EQ(article.sections(0).code(), "recent-news");
  EXPECT_EQ(article.sections(1).code(), "given");
  EXPECT_EQ(article.body(0).id(), "p1");
  EXPECT_EQ(article.body(1).id(), "mine");
  EXPECT_EQ(article.media(0).id(), "m1");
}

TEST(CanonicalizeTest, KeepsAKindThatIsSet) {
  v1::Article article = ParseArticle("kind: VIDEO");
  Canonicalize(nullptr, &article);
  EXPECT_EQ(article.kind(), v1::Article::VIDEO);
}

TEST(CanonicalizeTest, DropsMessagesWithNothingInThemButNoTimes) {
  v1::Article article = ParseArticle(R"pb(
    dateline {
      text {}
      place {}
    }
    short_title { text {} }
    first_published {}
    provenance { ingested_at {} }
    decks {}
  )pb");
  Canonicalize(nullptr, &article);
  EXPECT_FALSE(article.has_dateline());
  EXPECT_FALSE(article.has_short_title());
  EXPECT_TRUE(article.has_first_published());
  EXPECT_TRUE(article.provenance().has_ingested_at());
  EXPECT_EQ(article.decks_size(), 1);
}

TEST(CanonicalizeTest, AFirstRevisionHasNoNoteOnWhatChanged) {
  v1::Article article = ParseArticle("change_note { class: CORRECTION }");
  const v1::Article previous = article;
  Canonicalize(&previous, &article);
  EXPECT_TRUE(article.has_change_note());
  Canonicalize(nullptr, &article);
  EXPECT_FALSE(article.has_change_note());
}

TEST(CanonicalizeTest, TwiceIsTheSameAsOnceAndTheResultIsValid) {
  v1::Article previous = SampleArticle();
  Canonicalize(nullptr, &previous);
  previous.set_revision(1);
  for (const v1::Article* before :
       {static_cast<v1::Article*>(nullptr), &previous}) {
    v1::Article once = SampleArticle();
    AddParagraph("One more", &once);
    Canonicalize(before, &once);
    v1::Article twice = once;
    Canonicalize(before, &twice);
    EXPECT_TRUE(MessageDifferencer::Equals(once, twice));
    EXPECT_THAT(ValidateArticle(once, "article"), IsOk());
  }
}

TEST(ClearOutputOnlyTest, LeavesNoFieldThatIsOutputOnlyAndAllOthers) {
  v1::Article article = FilledArticle();
  v1::Article want = article;
  ClearOutputOnly(&article);
  int left = 0;
  VisitFields(&article, "",
              [&](Message*, const FieldDescriptor* field, int,
                  const std::string& path) {
                EXPECT_FALSE(IsOutputOnly(*field)) << path;
                ++left;
              });
  int output_only = 0;
  int all = 0;
  VisitFields(&want, "",
              [&](Message*, const FieldDescriptor* field, int,
                  const std::string& path) {
                ++all;
                // With a message goes all that is in it.
                const bool within = absl::StartsWith(path, "status_note") ||
                                    absl::StartsWith(path, "kill_request") ||
                                    absl::StrContains(path, ".diffs");
                if (within || IsOutputOnly(*field)) ++output_only;
              });
  EXPECT_EQ(left, all - output_only);
}

TEST(ClearOutputOnlyTest, MakesNoMessageThatWasNotThere) {
  v1::Article article;
  ClearOutputOnly(&article);
  EXPECT_EQ(article.ByteSizeLong(), 0u);
}

// The list in output_only.cc says the same as the comments of the contract.
TEST(IsOutputOnlyTest, TakesWhatTheContractSays) {
  std::vector<std::string> names;
  for (const auto* type :
       {v1::Article::descriptor(), v1::ChangeNote::descriptor(),
        v1::TranslationOf::descriptor(), v1::Rights::descriptor()}) {
    for (int i = 0; i < type->field_count(); ++i) {
      if (IsOutputOnly(*type->field(i))) {
        names.push_back(type->name() + "." + type->field(i)->name());
      }
    }
  }
  EXPECT_THAT(
      names,
      testing::ElementsAre(
          "Article.name", "Article.urn", "Article.revision", "Article.etag",
          "Article.change_sequence", "Article.state", "Article.pub_status",
          "Article.create_time", "Article.revision_create_time",
          "Article.publish_time", "Article.schedule_time", "Article.actor",
          "Article.status_note", "Article.kill_request", "ChangeNote.fields",
          "ChangeNote.diffs", "TranslationOf.language",
          "TranslationOf.extent"));
}

}  // namespace
}  // namespace courant
