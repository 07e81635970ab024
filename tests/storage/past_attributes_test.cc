#include "storage/past_attributes.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace courant::storage {
namespace {

// The row after `previous` of an article in `section`.
v1::ArticleRow Next(const v1::ArticleRow& previous, const std::string& section,
                    int64_t list_time_us = 0) {
  v1::ArticleRow row;
  row.mutable_attributes()->add_sections(section);
  row.mutable_attributes()->set_list_time_us(list_time_us);
  SetPast(previous, &row);
  return row;
}

TEST(PastAttributesTest, RemembersEachOnceAndNotWhatIsNow) {
  v1::ArticleRow row;
  row.mutable_attributes()->add_sections("sport");
  row = Next(row, "sport");
  EXPECT_EQ(row.past_size(), 0);
  row = Next(row, "news");
  ASSERT_EQ(row.past_size(), 1);
  EXPECT_EQ(row.past(0).sections(0), "sport");
  row = Next(row, "arts");
  EXPECT_EQ(row.past_size(), 2);
  // It is sport again; what it was between stays.
  row = Next(row, "sport");
  ASSERT_EQ(row.past_size(), 2);
  EXPECT_EQ(row.past(0).sections(0), "news");
  EXPECT_EQ(row.past(1).sections(0), "arts");
  row = Next(row, "news");
  ASSERT_EQ(row.past_size(), 2);
  EXPECT_EQ(row.past(0).sections(0), "arts");
  EXPECT_EQ(row.past(1).sections(0), "sport");
}

TEST(PastAttributesTest, WhatNoFilterComparesIsNoDifference) {
  v1::ArticleRow row = Next({}, "sport", 1);
  const int first = row.past_size();  // Without a section, to begin with.
  row = Next(row, "sport", 2);
  EXPECT_EQ(row.past_size(), first);
}

// What is taken back is told to partners that could read it.
TEST(PastAttributesTest, RemembersWhatWasSaidOfRights) {
  v1::ArticleRow row = Next({}, "sport");
  row.mutable_attributes()->set_rights_status(courant::v1::Rights::CLEARED);
  row.mutable_attributes()->set_data_mining(courant::v1::Rights::PROHIBITED);
  row = Next(row, "sport");
  const v1::Attributes& past = row.past(row.past_size() - 1);
  EXPECT_EQ(past.rights_status(), courant::v1::Rights::CLEARED);
  EXPECT_EQ(past.data_mining(), courant::v1::Rights::PROHIBITED);
}

TEST(PastAttributesTest, SaysWhenItCannotRememberAll) {
  v1::ArticleRow row;
  for (int i = 0; i <= kMaxPastAttributes; ++i) {
    EXPECT_FALSE(row.past_is_more());
    row = Next(row, absl::StrCat("s", i));
  }
  EXPECT_TRUE(row.past_is_more());
  EXPECT_EQ(row.past_size(), kMaxPastAttributes);
  // But the one before always.
  row = Next(row, "s1");
  EXPECT_TRUE(row.past_is_more());
  EXPECT_EQ(row.past(row.past_size() - 1).sections(0),
            absl::StrCat("s", kMaxPastAttributes));
  row = Next(row, "t");
  row = Next(row, "u");
  EXPECT_EQ(row.past(row.past_size() - 1).sections(0), "t");
}

}  // namespace
}  // namespace courant::storage
