#include "services/cli/error_text.h"

#include "gtest/gtest.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

TEST(ErrorTextTest, ShowsTheMessageAndTheReason) {
  EXPECT_EQ(ErrorText(MakeError(v1::RESOURCE_NOT_FOUND, "no articles/x here",
                                {{"resource", "articles/x"}})),
            "courant: no articles/x here [RESOURCE_NOT_FOUND]\n");
}

TEST(ErrorTextTest, OneWrongFieldIsSaidOnce) {
  EXPECT_EQ(ErrorText(RequiredField("article.language")),
            "courant: article.language: is required and was empty "
            "[FIELD_REQUIRED]\n");
}

TEST(ErrorTextTest, WrongFieldsStandOnALineEach) {
  EXPECT_EQ(ErrorText(MakeFieldError(v1::FIELD_INVALID,
                                     {{"article.language", "is no tag"},
                                      {"article.urgency", "must be 0 to 9"}})),
            "courant: 2 fields are wrong [FIELD_INVALID]\n"
            "  article.language: is no tag\n"
            "  article.urgency: must be 0 to 9\n");
}

TEST(ErrorTextTest, AddsWhatTheMessageDoesNotSay) {
  EXPECT_EQ(ErrorText(MakeError(v1::ILLEGAL_TRANSITION, "articles/x is KILLED",
                                {{"state", "KILLED"}, {"allowed", "none"}})),
            "courant: articles/x is KILLED [ILLEGAL_TRANSITION]\n"
            "  allowed: none\n");
}

TEST(ErrorTextTest, HintsStandLastInTheirOrder) {
  absl::Status error = absl::UnavailableError("no server answers");
  error = WithHint(WithHint(error, "start one"), "or try again");
  EXPECT_EQ(ErrorText(error),
            "courant: no server answers\n  start one\n  or try again\n");
}

TEST(ErrorTextTest, SaysWhereWhenTold) {
  EXPECT_EQ(ErrorText(absl::NotFoundError("cannot be read"), "wire.csv"),
            "courant: wire.csv: cannot be read\n");
}

TEST(ErrorTextTest, AnErrorWithoutMessageShowsItsCode) {
  EXPECT_EQ(ErrorText(absl::PermissionDeniedError("")),
            "courant: permission denied\n");
}

TEST(ErrorTextTest, WhatTheServerSaysCannotRewriteTheScreen) {
  EXPECT_EQ(ErrorText(absl::InternalError("a\x1b[2J\nb")),
            "courant: a\uFFFD[2J b\n");
}

TEST(ExitCodeTest, TellsBadUsageFromFailure) {
  EXPECT_EQ(ExitCodeOf(absl::OkStatus()), kExitOk);
  EXPECT_EQ(ExitCodeOf(absl::InvalidArgumentError("x")), kExitFailed);
  EXPECT_EQ(ExitCodeOf(UsageError("x")), kExitUsage);
}

}  // namespace
}  // namespace courant
