#include "services/retention/need.h"

#include <functional>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace courant {
namespace {

// A text that can go: revision 3 of 9, replaced by the change before the first
// that is kept whole.
constexpr Sequence kUntil(100);
TextFacts Dispensable() {
  TextFacts text{.resource = storage::v1::ARTICLE,
                 .sequence = Sequence(30),
                 .revision = 3,
                 .replaced_by = Sequence(99),
                 .bound = {2, 4}};
  text.newest.set_sequence(900);
  text.newest.set_revision(9);
  return text;
}

TEST(NeedTest, WhatIsOldAndNeededForNothingCanGo) {
  EXPECT_EQ(NeedOf(Dispensable(), kUntil), Need::kNone);
  TextFacts translation = Dispensable();
  translation.resource = storage::v1::TRANSLATION;
  translation.newest.set_content_sequence(29);
  EXPECT_EQ(NeedOf(translation, kUntil), Need::kNone);
}

TEST(NeedTest, OneReasonIsEnough) {
  struct Case {
    const char* name;
    Need need;
    std::function<void(TextFacts&)> change;
  };
  const std::vector<Case> cases = {
      {"newest revision", Need::kNewest,
       [](TextFacts& text) { text.newest.set_sequence(30); }},
      {"nothing replaced it", Need::kNewest,
       [](TextFacts& text) { text.replaced_by = Sequence(0); }},
      {"replaced by the first that is kept whole", Need::kRecent,
       [](TextFacts& text) { text.replaced_by = kUntil; }},
      {"replaced later", Need::kRecent,
       [](TextFacts& text) { text.replaced_by = Sequence(500); }},
      {"seen outside, one internal revision behind it", Need::kToldOutside,
       [](TextFacts& text) {
         text.newest.set_revision(4);
         text.newest.set_internal_revisions(1);
       }},
      {"seen outside, six behind it", Need::kToldOutside,
       [](TextFacts& text) { text.newest.set_internal_revisions(6); }},
      {"content of a translation", Need::kContent,
       [](TextFacts& text) {
         text.resource = storage::v1::TRANSLATION;
         text.newest.set_content_sequence(30);
       }},
      {"others are bound to it", Need::kBound,
       [](TextFacts& text) { text.bound.push_back(3); }},
      {"a notice about it", Need::kNotice,
       [](TextFacts& text) { text.has_notice = true; }},
      {"put aside", Need::kParked,
       [](TextFacts& text) { text.is_parked = true; }},
      {"gone already", Need::kGone,
       [](TextFacts& text) { text.is_there = false; }},
  };
  for (const Case& one : cases) {
    TextFacts text = Dispensable();
    one.change(text);
    EXPECT_EQ(NeedOf(text, kUntil), one.need) << one.name;
  }
}

TEST(NeedTest, NothingButTextsEverGoes) {
  for (int resource = 0; resource < storage::v1::Resource_ARRAYSIZE;
       ++resource) {
    TextFacts text = Dispensable();
    text.resource = static_cast<storage::v1::Resource>(resource);
    const bool goes = text.resource == storage::v1::ARTICLE ||
                      text.resource == storage::v1::TRANSLATION;
    EXPECT_EQ(NeedOf(text, kUntil), goes ? Need::kNone : Need::kNeverGoes)
        << resource;
  }
}

// Revisions that are not for callers outside, and are not the newest, are seen
// by nobody.
TEST(NeedTest, InternalRevisionsBetweenCanGo) {
  TextFacts text = Dispensable();
  text.newest.set_internal_revisions(7);
  EXPECT_EQ(NeedOf(text, kUntil), Need::kNone);
  text.newest.set_internal_revisions(9);  // Nothing was ever public.
  EXPECT_EQ(NeedOf(text, kUntil), Need::kNone);
}

}  // namespace
}  // namespace courant
