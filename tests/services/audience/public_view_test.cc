#include "services/audience/public_view.h"

#include <set>
#include <string>

#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"
#include "tests/services/editorial/rules/random_article.h"
#include "tests/services/editorial/rules/sample_article.h"

namespace courant {
namespace {

std::set<std::string> FieldsIn(const v1::Article& article) {
  std::vector<const google::protobuf::FieldDescriptor*> present;
  article.GetReflection()->ListFields(article, &present);
  std::set<std::string> names;
  for (const auto* field : present) names.insert(field->name());
  return names;
}

// An article with something in every field, also in those that only the server
// sets.
v1::Article EveryField() {
  v1::Article article = FilledArticle();
  const auto& reflection = *article.GetReflection();
  const auto& fields = *v1::Article::descriptor();
  const std::set<std::string> filled = FieldsIn(article);
  for (int i = 0; i < fields.field_count(); ++i) {
    const auto* const field = fields.field(i);
    if (filled.count(field->name()) > 0) continue;
    switch (field->cpp_type()) {
      case google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE:
        reflection.MutableMessage(&article, field);
        break;
      case google::protobuf::FieldDescriptor::CPPTYPE_STRING:
        reflection.SetString(&article, field, "kestrel");
        break;
      case google::protobuf::FieldDescriptor::CPPTYPE_INT64:
        reflection.SetInt64(&article, field, 1);
        break;
      case google::protobuf::FieldDescriptor::CPPTYPE_ENUM:
        reflection.SetEnumValue(&article, field, 1);
        break;
      default:
        ADD_FAILURE() << field->name() << " is of a type that is not filled";
    }
  }
  article.mutable_status_note()->set_reason("a hold");
  return article;
}

TEST(PublicViewTest, LeavesOutWhatIsTheHousesAndNothingElse) {
  const v1::Article article = EveryField();
  const auto& fields = *v1::Article::descriptor();
  std::set<std::string> all;
  for (int i = 0; i < fields.field_count(); ++i) {
    all.insert(fields.field(i)->name());
  }
  ASSERT_EQ(FieldsIn(article), all) << "the article of this test lacks some";
  // A field that is added to the contract is left out until somebody decides.
  std::set<std::string> kept = all;
  for (const char* inside : {"actor", "kill_request", "schedule_time"}) {
    kept.erase(inside);
  }
  const v1::Article view = PublicView(article);
  std::set<std::string> seen = FieldsIn(view);
  // May have become empty.
  for (const char* emptied : {"editorial_notes", "media"}) seen.insert(emptied);
  EXPECT_EQ(seen, kept);
  EXPECT_EQ(view.headline().value(), article.headline().value());
}

TEST(PublicViewTest, LeavesOutWhatIsBetweenEditors) {
  v1::Article article = SampleArticle();
  for (const bool publishable : {false, true, false}) {
    auto& note = *article.add_editorial_notes();
    note.mutable_text()->set_value(publishable ? "said" : "kestrel");
    note.set_publishable(publishable);
  }
  article.add_contributors()->set_contact("kestrel");
  article.mutable_contributors(0)->set_affiliation("said");
  article.add_media()->add_contributors()->set_contact("kestrel");
  article.mutable_change_note()->mutable_note_editors()->set_value("kestrel");
  article.mutable_change_note()->mutable_note_public()->set_value("said");
  v1::Provenance& provenance = *article.mutable_provenance();
  provenance.set_source_system("said");
  provenance.add_cleaning()->set_source_text("kestrel");
  (*provenance.mutable_unmapped())["kestrel"] = "kestrel";
  v1::StatusNote& note = *article.mutable_status_note();
  note.set_actor("kestrel");
  note.set_requested_by("kestrel");
  note.set_previous_state(v1::Article::EMBARGOED);
  note.set_reason("said");
  article.set_actor("kestrel");
  article.mutable_kill_request()->set_reason("kestrel");
  article.GetReflection()->MutableUnknownFields(&article)->AddLengthDelimited(
      999, "kestrel");

  const v1::Article view = PublicView(article);
  EXPECT_EQ(view.SerializeAsString().find("kestrel"), std::string::npos)
      << view.DebugString();
  ASSERT_EQ(view.editorial_notes_size(), 1);
  EXPECT_EQ(view.editorial_notes(0).text().value(), "said");
  EXPECT_EQ(view.contributors(0).affiliation(), "said");
  EXPECT_EQ(view.change_note().note_public().value(), "said");
  EXPECT_EQ(view.provenance().source_system(), "said");
  EXPECT_EQ(view.status_note().reason(), "said");
  EXPECT_EQ(view.status_note().previous_state(),
            v1::Article::STATE_UNSPECIFIED);
}

TEST(PublicViewTest, LeavesOutMediaWhoseOwnEmbargoHadNotEnded) {
  v1::Article article = ParseArticle(R"pb(
    revision_create_time { seconds: 100 }
    media {
      id: "m1"
      embargo_until { seconds: 100 }
    }
    media {
      id: "m2"
      embargo_until { seconds: 100 nanos: 1 }
      caption { value: "kestrel" }
    }
    media { id: "m3" }
    body {
      id: "a"
      media { media_id: "m1" }
    }
    body {
      id: "b"
      media { media_id: "m2" }
    }
    body {
      id: "c"
      paragraph { text { text: "m2" } }
    }
    change_note {
      corrections { where: "media/m2/caption" was: "kestrel" }
      corrections { where: "media/m1/caption" was: "said" }
      diffs { where: "media/m2/credit" now: "kestrel" }
      diffs { where: "media" now: "said" }
    }
  )pb");
  const v1::Article view = PublicView(article);
  EXPECT_EQ(view.SerializeAsString().find("kestrel"), std::string::npos);
  ASSERT_EQ(view.media_size(), 2);
  EXPECT_EQ(view.media(0).id(), "m1");
  EXPECT_EQ(view.media(1).id(), "m3");
  ASSERT_EQ(view.body_size(), 2);
  EXPECT_EQ(view.body(0).id(), "a");
  EXPECT_EQ(view.body(1).id(), "c");
  EXPECT_EQ(view.change_note().corrections_size(), 1);
  EXPECT_EQ(view.change_note().diffs_size(), 1);
}

TEST(PublicViewTest, SaysWhatStoodInTheRevisionBeforeToWhoMayKnow) {
  const v1::Article article = ParseArticle(R"pb(
    change_note {
      class: UPDATE
      fields: "body"
      note_public { value: "said" }
      corrections { where: "headline" was: "kestrel" now: "said" }
      diffs { where: "body/a" was: "kestrel" }
    }
  )pb");
  v1::Article view = PublicView(article, {Sight::kText});
  EXPECT_EQ(view.SerializeAsString().find("kestrel"), std::string::npos);
  EXPECT_EQ(view.change_note().note_public().value(), "said");
  EXPECT_EQ(view.change_note().fields_size(), 1);
  view = PublicView(article, {Sight::kText, /*past_words=*/true});
  EXPECT_EQ(view.change_note().corrections_size(), 1);
  EXPECT_EQ(view.change_note().diffs_size(), 1);
}

TEST(PublicViewTest, OfAStubHasNoWordOfTheTextAndNobodysName) {
  v1::Article article = FilledArticle();
  article.mutable_headline()->set_value("kestrel");
  article.set_actor("kestrel");
  article.mutable_status_note()->set_actor("kestrel");
  article.mutable_status_note()->set_reason("a hold");
  const v1::Article view = PublicView(article, {Sight::kStub});
  EXPECT_EQ(view.SerializeAsString().find("kestrel"), std::string::npos);
  EXPECT_EQ(view.name(), article.name());
  EXPECT_EQ(view.status_note().reason(), "a hold");
  EXPECT_EQ(PublicView(article, {Sight::kText}).headline().value(), "kestrel");
}

}  // namespace
}  // namespace courant
