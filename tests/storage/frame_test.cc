#include "storage/frame.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/entry_builder.h"
#include "tests/testing/status_matchers.h"

namespace courant::storage {
namespace {

Entry EntryAfter(const Tail& tail, uint64_t offset, const ChainDigest& chain) {
  ChangeDraft draft{.kind = courant::v1::Change::DRAFTED, .article_id = "a"};
  draft.article.mutable_headline()->set_value("한반도 비핵화");
  return MakeEntry(std::move(draft),
                   {.sequence = Sequence(tail.last_sequence.value() + offset),
                    .commit_time = absl::FromUnixSeconds(100),
                    .chain_before = chain},
                   {.actor = "test"});
}

Frame FrameAfter(const Tail& tail) {
  std::vector<Entry> entries;
  entries.push_back(EntryAfter(tail, 1, tail.digest));
  entries.push_back(EntryAfter(tail, 2, entries.back().chain));
  return MakeFrame(tail, Epoch(1), absl::FromUnixSeconds(100),
                   std::move(entries));
}

TEST(FrameTest, AnEntryComesBackAsItWas) {
  const Entry entry = EntryAfter(Tail(), 1, ChainDigest());
  COURANT_ASSERT_OK_AND_ASSIGN(const Entry back,
                               DecodeEntry(EncodeEntry(entry)));
  EXPECT_EQ(back.facts_bytes, entry.facts_bytes);
  EXPECT_EQ(back.article, entry.article);
  EXPECT_EQ(back.chain, entry.chain);
}

TEST(FrameTest, FramesFollowEachOther) {
  const Frame first = FrameAfter(Tail());
  EXPECT_THAT(VerifyFollows(Tail(), first), IsOk());
  const Frame second = FrameAfter(first.TailAfter());
  EXPECT_THAT(VerifyFollows(first.TailAfter(), second), IsOk());
  EXPECT_EQ(second.TailAfter().last_sequence, Sequence(4));
  EXPECT_THAT(VerifyFollows(Tail(), second),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST(FrameTest, AControlFrameFollowsAndMovesNoSequence) {
  const Frame first = FrameAfter(Tail());
  const Frame control =
      MakeFrame(first.TailAfter(), Epoch(2), absl::FromUnixSeconds(101), {});
  EXPECT_THAT(VerifyFollows(first.TailAfter(), control), IsOk());
  EXPECT_EQ(control.TailAfter().last_sequence, Sequence(2));
  EXPECT_NE(control.TailAfter().digest, first.TailAfter().digest);
}

TEST(FrameTest, AnyChangedFactBreaksTheChain) {
  Frame frame = FrameAfter(Tail());
  frame.entries[0].facts_bytes.back() ^= 1;
  EXPECT_THAT(
      VerifyFollows(Tail(), frame),
      StatusIs(absl::StatusCode::kDataLoss, testing::HasSubstr("chain")));
}

TEST(FrameTest, TakingTheTextAwayKeepsTheChain) {
  Frame frame = FrameAfter(Tail());
  frame.entries[0].article.clear();
  EXPECT_THAT(VerifyFollows(Tail(), frame), IsOk());
}

TEST(FrameTest, AFrameForANewerReaderIsNotRead) {
  Frame frame = FrameAfter(Tail());
  frame.header.set_min_reader_level(kReaderLevel + 1);
  EXPECT_THAT(VerifyFollows(Tail(), frame),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       testing::HasSubstr("newer")));
}

}  // namespace
}  // namespace courant::storage
