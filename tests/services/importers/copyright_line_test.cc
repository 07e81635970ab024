#include "services/importers/copyright_line.h"

#include <gtest/gtest.h>

#include <string>

namespace courant::importers {
namespace {

TEST(CopyrightLineTest, NoticesNameTheirHolder) {
  struct {
    const char* line;
    CopyrightSign sign;
    const char* holder;
  } const cases[] = {
      {"<Copyright ⓒ The Harbour Courier, All rights reserved>",
       CopyrightSign::kStrong, "The Harbour Courier"},
      {"< Copyright ⓒ The Harbour Courier. All Rights Reserved. >",
       CopyrightSign::kStrong, "The Harbour Courier"},
      {"Copyright © 2018-2020 Quay Media Co., Ltd. All rights reserved",
       CopyrightSign::kStrong, "Quay Media Co., Ltd."},
      {"Copyright (c) 2019 by The Harbour Courier", CopyrightSign::kStrong,
       "The Harbour Courier"},
      {"(c) The Harbour Courier", CopyrightSign::kWeak, "The Harbour Courier"},
      {"© 2019, The Harbour Courier", CopyrightSign::kWeak,
       "The Harbour Courier"},
      {"<저작권자 ⓒ 항구신문, 무단 전재 및 재배포 금지>",
       CopyrightSign::kStrong, "항구신문"},
      {"ⓒ 항구신문, 무단전재-재배포 금지", CopyrightSign::kStrong, "항구신문"},
      {"[ⓒ 항구신문]", CopyrightSign::kWeak, "항구신문"},
      {"The Harbour Courier. All rights reserved.", CopyrightSign::kStrong,
       "The Harbour Courier"},
      {"무단 전재 및 재배포 금지", CopyrightSign::kStrong, ""},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(CopyrightSignOf(c.line), c.sign) << c.line;
    EXPECT_EQ(CopyrightHolderOf(c.line), c.holder) << c.line;
  }
}

TEST(CopyrightLineTest, TextAboutCopyrightIsNoNotice) {
  for (const char* line :
       {"Copyright law divides the council",
        "The council voted on copyright. It was close.",
        "저작권법 개정안 시의회 통과", "저작권을 둘러싼 논쟁이 이어졌다.",
        "시장은 무단 점유를 금지한다고 밝혔다.", "Photo ⓒ Harbour Pictures", "",
        "ships and sails"}) {
    EXPECT_EQ(CopyrightSignOf(line), CopyrightSign::kNone) << line;
  }
}

TEST(CopyrightLineTest, AWholeParagraphIsNoNotice) {
  EXPECT_EQ(CopyrightSignOf("Copyright © 2019 " + std::string(300, 'x')),
            CopyrightSign::kNone);
}

}  // namespace
}  // namespace courant::importers
