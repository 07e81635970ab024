#include "services/distribution/resume_token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "storage/errors/reason.h"
#include "tests/services/rpc/token_mutator.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using ::testing::HasSubstr;

template <typename Bytes>
Bytes Counting(Bytes bytes, int first) {
  std::iota(bytes.begin(), bytes.end(), static_cast<char>(first));
  return bytes;
}

TokenKey TestKey(int first = 0) {
  return *TokenKey::FromSecret(
      Counting(std::string(TokenKey::kSecretBytes, '\0'), first));
}

LogId TestLog(int first = 0xa0) { return Counting(LogId(), first); }

ResumeToken TestToken() {
  ResumeToken token;
  token.log_id = TestLog();
  token.position.epoch = Epoch(3);
  token.position.sequence = Sequence(1048577);
  token.position.digest = Counting(DigestPrefix(), 0xd0);
  token.filter_fingerprint = Filter().fingerprint();
  return token;
}

absl::StatusOr<ResumeToken> Open(absl::string_view text) {
  return OpenResumeToken(TestKey(), TestLog(), text, "resume_token");
}

void ExpectInvalid(const absl::Status& status, absl::string_view why) {
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument,
                               HasSubstr(std::string(why))));
  EXPECT_EQ(ReasonOf(status), v1::RESUME_TOKEN_INVALID);
  ASSERT_TRUE(BadRequestOf(status));
  EXPECT_EQ(BadRequestOf(status)->field_violations(0).field(), "resume_token");
}

// Computed with another implementation of HMAC-SHA-256. Clients keep tokens
// for years: a text that was once good must stay good.
TEST(ResumeTokenTest, FormatIsForEver) {
  constexpr char kGolden[] =
      "AQGgoaKjpKWmp6ipqqusra6vAAAAAAAAAAMAAAAAABAAAdDR0tPU1dbXLQaABTjTlMJkNz8B"
      "ie5p0DDYrgt8kLQd";
  EXPECT_EQ(MintResumeToken(TestKey(), TestToken()), kGolden);
  EXPECT_THAT(Open(kGolden), IsOkAndHolds(TestToken()));
}

TEST(ResumeTokenTest, FormatInASnapshotIsForEver) {
  constexpr char kGolden[] =
      "AgGgoaKjpKWmp6ipqqusra6vAAAAAAAAAAMAAAAAABAAAdDR0tPU1dbXLQaABTjTlM"
      "JoYXJib3VyLXRhbGtz491xsj5hMcJr7qE-ditytg";
  ResumeToken token = TestToken();
  token.position.snapshot_key = "harbour-talks";
  EXPECT_EQ(MintResumeToken(TestKey(), token), kGolden);
  EXPECT_THAT(Open(kGolden), IsOkAndHolds(token));
  // Before the first article is not the same as in no snapshot.
  for (const std::string& key : {std::string(), std::string(64, 'z')}) {
    token.position.snapshot_key = key;
    EXPECT_THAT(Open(MintResumeToken(TestKey(), token)), IsOkAndHolds(token));
  }
}

TEST(ResumeTokenTest, ExtremesComeBack) {
  ResumeToken token;
  token.log_id = TestLog();
  EXPECT_THAT(Open(MintResumeToken(TestKey(), token)), IsOkAndHolds(token));
  token.position = {Epoch(~uint64_t{0}), Sequence(~uint64_t{0}),
                    Counting(DigestPrefix(), 0xf8)};
  token.filter_fingerprint = ~uint64_t{0};
  EXPECT_THAT(Open(MintResumeToken(TestKey(), token)), IsOkAndHolds(token));
}

TEST(ResumeTokenTest, TokensOfAnotherLogAreToldApart) {
  ResumeToken token = TestToken();
  token.log_id = TestLog(0x10);
  ExpectInvalid(Open(MintResumeToken(TestKey(7), token)).status(),
                "is of another log");
  // Even when the key is the same, as in a copy of the database.
  ExpectInvalid(Open(MintResumeToken(TestKey(), token)).status(),
                "is of another log");
}

TEST(ResumeTokenTest, ForgeriesAreRefused) {
  ExpectInvalid(Open(MintResumeToken(TestKey(7), TestToken())).status(),
                "was not made by this wire");
}

TEST(ResumeTokenTest, OtherTextsAreRefused) {
  const TokenKey key = TestKey();
  const std::string text = MintResumeToken(key, TestToken());
  const std::string payload = *UntrustedPayload(text);
  for (const std::string& other :
       {std::string(), std::string("earliest"), std::string(88, 'A'),
        std::string(1025, 'A'), std::string(1 << 20, 'A'), text + "=",
        text + "\n", " " + text, text.substr(1), text + text,
        // A page token, other lengths, a version and a key to come.
        key.Seal(TokenPurpose::kPage, payload),
        key.Seal(TokenPurpose::kResume, payload + "x"),
        key.Seal(TokenPurpose::kResume, payload.substr(1)),
        key.Seal(TokenPurpose::kResume, "\x03" + payload.substr(1)),
        key.Seal(TokenPurpose::kResume,
                 "\x02" + payload.substr(1) + std::string(65, 'a')),
        key.Seal(TokenPurpose::kResume, "\x01\x02" + payload.substr(2))}) {
    ExpectInvalid(Open(other).status(), "resume_token");
  }
}

TEST(ResumeTokenTest, KeepsBothKeys) {
  for (const char* snapshot : {"", "harbour-talks"}) {
    for (const char* rights : {"", "tide"}) {
      ResumeToken token = TestToken();
      token.position.rights_key = rights;
      EXPECT_EQ(*Open(MintResumeToken(TestKey(), token)), token);
      token.position.snapshot_key = snapshot;
      EXPECT_EQ(*Open(MintResumeToken(TestKey(), token)), token);
    }
  }
  // The longest that there can be.
  ResumeToken token = TestToken();
  token.position.rights_key = std::string(64, 'r');
  token.position.snapshot_key = std::string(64, 's');
  EXPECT_EQ(*Open(MintResumeToken(TestKey(), token)), token);
}

TEST(ResumeTokenTest, KeysThatDoNotFitAreRefused) {
  const std::string fixed =
      UntrustedPayload(MintResumeToken(TestKey(), TestToken()))->substr(1);
  const std::string longest(64, 'k');
  for (const std::string& keys :
       {std::string("\x03"), std::string("\x03\x01"), std::string("\x03\x01kk"),
        "\x03\x41" + longest + "k", std::string("\x04"),
        "\x04\x01k" + longest + "k"}) {
    const std::string payload = keys[0] + fixed + keys.substr(1);
    ExpectInvalid(Open(TestKey().Seal(TokenPurpose::kResume, payload)).status(),
                  "resume_token");
  }
}

TEST(ResumeTokenTest, AVersionToComeIsNamed) {
  const std::string payload =
      *UntrustedPayload(MintResumeToken(TestKey(), TestToken()));
  ExpectInvalid(
      Open(TestKey().Seal(TokenPurpose::kResume, "\x05" + payload.substr(1)))
          .status(),
      "of a version of the server");
}

TEST(ResumeTokenTest, ErrorsNameTheFieldOfTheRequest) {
  const auto token =
      OpenResumeToken(TestKey(), TestLog(), "nonsense", "page_token");
  EXPECT_EQ(BadRequestOf(token.status())->field_violations(0).field(),
            "page_token");
}

TEST(ResumeTokenTest, NoMutationOfTokensIsOne) {
  std::vector<std::string> tokens;
  for (uint64_t sequence = 0; sequence < 8; ++sequence) {
    ResumeToken token = TestToken();
    token.position.sequence = Sequence(sequence);
    token.filter_fingerprint = sequence * 977;
    if (sequence % 2 == 1) {
      token.position.snapshot_key = std::string(sequence * 8, 'k');
    }
    if (sequence % 4 >= 2) {
      token.position.rights_key = std::string(sequence * 8, 'r');
    }
    tokens.push_back(MintResumeToken(TestKey(), token));
  }
  const TokenKey key = TestKey();
  TokenMutator mutator(tokens, MutationSeed());
  for (int i = 0; i < WantedMutations(); ++i) {
    const std::string text = mutator.Next();
    const auto token = OpenResumeToken(key, TestLog(), text, "resume_token");
    ASSERT_EQ(ReasonOf(token.status()), v1::RESUME_TOKEN_INVALID)
        << "mutation " << i << ": " << text;
  }
}

TEST(ResumeTokenTest, IsGoodForItsFilterAlone) {
  const auto sport = Filter::Parse("section=sport", FieldSet::kChanges);
  ASSERT_THAT(sport, IsOk());
  ResumeToken token = TestToken();
  EXPECT_THAT(CheckTokenFilter(token, Filter(), "resume_token"), IsOk());
  const absl::Status mismatch = CheckTokenFilter(token, *sport, "resume_token");
  EXPECT_EQ(ReasonOf(mismatch), v1::FILTER_MISMATCH);
  EXPECT_EQ(ErrorInfoOf(mismatch)->metadata().at("filter"),
            "section=\"sport\"");
  EXPECT_EQ(BadRequestOf(mismatch)->field_violations(0).field(),
            "resume_token");

  token.filter_fingerprint = sport->fingerprint();
  EXPECT_THAT(CheckTokenFilter(token, *sport, "resume_token"), IsOk());
  EXPECT_THAT(CheckTokenFilter(token, Filter(), "page_token"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("page_token: was given for another filter "
                                 "than that of this request, no filter")));
}

TEST(ResumeTokenTest, PositionsGrowAlongAStream) {
  using Key = std::optional<std::string>;
  const auto at = [](uint64_t sequence, Key key, Key rights = std::nullopt) {
    LogPosition position;
    position.sequence = Sequence(sequence);
    position.snapshot_key = std::move(key);
    position.rights_key = std::move(rights);
    return position;
  };
  const std::vector<LogPosition> stream = {at(3, ""),
                                           at(3, "a"),
                                           at(4, "a", ""),
                                           at(4, "a", "a"),
                                           at(4, "a"),
                                           at(4, "b"),
                                           at(4, std::nullopt),
                                           at(5, std::nullopt, ""),
                                           at(5, std::nullopt, "c"),
                                           at(5, std::nullopt)};
  for (size_t i = 0; i < stream.size(); ++i) {
    for (size_t j = 0; j < stream.size(); ++j) {
      EXPECT_EQ(IsFurther(stream[i], stream[j]), i > j) << i << " " << j;
    }
  }
}

TEST(ResumeTokenTest, PrefixesAreTheFirstBytes) {
  EXPECT_EQ(PrefixOf("0123456789abcdef"),
            (DigestPrefix{'0', '1', '2', '3', '4', '5', '6', '7'}));
  EXPECT_EQ(LogIdFrom(std::string(16, 'x'))[15], 'x');
}

}  // namespace
}  // namespace courant
