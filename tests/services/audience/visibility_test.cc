#include "services/audience/visibility.h"

#include <map>
#include <set>
#include <string>

#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"

namespace courant {
namespace {

using v1::Article;
using v1::Change;

struct PublicSight {
  Sight never_public;
  Sight was_public;
};

// What the public sees, by state. A state that is added to the contract has to
// be added here.
const std::map<Article::State, PublicSight>& Expected() {
  static const auto& expected = *new std::map<Article::State, PublicSight>{
      {Article::STATE_UNSPECIFIED, {Sight::kNothing, Sight::kNothing}},
      {Article::DRAFT, {Sight::kNothing, Sight::kNothing}},
      {Article::SCHEDULED, {Sight::kNothing, Sight::kNothing}},
      {Article::EMBARGOED, {Sight::kNothing, Sight::kNothing}},
      {Article::PUBLISHED, {Sight::kText, Sight::kText}},
      {Article::CORRECTED, {Sight::kText, Sight::kText}},
      {Article::WITHHELD, {Sight::kNothing, Sight::kStub}},
      {Article::WITHDRAWN, {Sight::kNothing, Sight::kStub}},
      {Article::KILLED, {Sight::kNothing, Sight::kStub}},
      {Article::EXPIRED, {Sight::kNothing, Sight::kStub}},
  };
  return expected;
}

TEST(SightTest, IsThatOfTheTableInEveryState) {
  const auto& states = *Article::State_descriptor();
  ASSERT_EQ(static_cast<size_t>(states.value_count()), Expected().size());
  for (const auto& [state, expected] : Expected()) {
    SCOPED_TRACE(Article::State_Name(state));
    for (const bool was_public : {false, true}) {
      EXPECT_EQ(SightOf(Audience::kInternal, state, was_public), Sight::kText);
      EXPECT_EQ(SightOf(Audience::kPublic, state, was_public),
                was_public ? expected.was_public : expected.never_public);
      storage::v1::Attributes attributes;
      attributes.set_state(state);
      attributes.set_was_public(was_public);
      EXPECT_EQ(SightOf(Audience::kPublic, attributes),
                SightOf(Audience::kPublic, state, was_public));
    }
  }
}

TEST(SightTest, OfAStateThatIsNotKnownIsNothingOutside) {
  EXPECT_EQ(SightOf(Audience::kPublic, static_cast<Article::State>(99), true),
            Sight::kNothing);
}

// change.proto: "From here on: internal callers alone."
TEST(IsToldTest, LeavesOutTheKindsOfTheHouse) {
  const auto& kinds = *Change::Kind_descriptor();
  for (int i = 0; i < kinds.value_count(); ++i) {
    const auto kind = static_cast<Change::Kind>(kinds.value(i)->number());
    SCOPED_TRACE(Change::Kind_Name(kind));
    EXPECT_TRUE(IsTold(Audience::kInternal, kind));
    EXPECT_EQ(IsTold(Audience::kPublic, kind),
              kind > Change::KIND_UNSPECIFIED && kind < Change::DRAFTED);
  }
  EXPECT_FALSE(IsTold(Audience::kPublic, static_cast<Change::Kind>(99)));
}

TEST(DispositionTest, SaysWhatBecameOfWhatWasSeen) {
  const auto say = [](Sight before, Sight after) {
    const auto disposition = DispositionOf(before, after);
    return disposition ? Change::Disposition_Name(*disposition) : "none";
  };
  EXPECT_EQ(say(Sight::kText, Sight::kText), "CHANGED");
  EXPECT_EQ(say(Sight::kText, Sight::kStub), "LEFT");
  EXPECT_EQ(say(Sight::kText, Sight::kNothing), "LEFT");
  EXPECT_EQ(say(Sight::kStub, Sight::kText), "ENTERED");
  EXPECT_EQ(say(Sight::kStub, Sight::kStub), "LEFT");
  EXPECT_EQ(say(Sight::kStub, Sight::kNothing), "LEFT");
  EXPECT_EQ(say(Sight::kNothing, Sight::kText), "ENTERED");
  EXPECT_EQ(say(Sight::kNothing, Sight::kStub), "LEFT");
  EXPECT_EQ(say(Sight::kNothing, Sight::kNothing), "none");
  EXPECT_EQ(say(Sight::kNothing, Sight::kNotice), "ENTERED");
  EXPECT_EQ(say(Sight::kNotice, Sight::kNotice), "CHANGED");
  EXPECT_EQ(say(Sight::kNotice, Sight::kText), "ENTERED");
  EXPECT_EQ(say(Sight::kNotice, Sight::kNothing), "LEFT");
  EXPECT_EQ(say(Sight::kText, Sight::kNotice), "LEFT");
}

}  // namespace
}  // namespace courant
