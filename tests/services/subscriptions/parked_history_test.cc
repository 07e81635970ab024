// What is parked is a change of one history, and not whatever has its sequence.
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "courant/v1/subscription_service.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "prometheus/counter.h"
#include "services/subscriptions/session_table.h"
#include "services/subscriptions/subscription_writes.h"
#include "tests/services/distribution/wire_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using testing::ElementsAre;

constexpr char kName[] = "partners/site/subscriptions/all";

class ParkedHistoryTest : public testing::Test {
 protected:
  ParkedHistoryTest() {
    wire_.Write(5);
    EXPECT_THAT(
        rows().Run(
            [](storage::SubscriptionEdit& edit) -> absl::StatusOr<std::string> {
              edit.Put(kName, {}, /*is_new=*/true);
              return std::string();
            }),
        IsOk());
  }

  storage::SubscriptionStore& rows() {
    return wire_.store.store->subscriptions();
  }

  absl::Status Park(uint64_t sequence) {
    v1::ParkChangeRequest request;
    request.set_name(kName);
    request.set_change(absl::StrCat("changes/", sequence));
    request.set_reason("cannot be read");
    absl::Status status = absl::UnknownError("not answered");
    writes_.Park(
        {.actor = "test"}, request,
        [&](absl::StatusOr<std::string> answer) { status = answer.status(); });
    // What is submitted after it is answered after it.
    EXPECT_THAT(
        rows().Run(
            [](storage::SubscriptionEdit&) -> absl::StatusOr<std::string> {
              return std::string();
            }),
        IsOk());
    return status;
  }

  // Gives the row of what is parked at `sequence` another digest; none when it
  // is empty.
  void SetChain(uint64_t sequence, const std::string& chain) {
    EXPECT_THAT(rows().Run([&](storage::SubscriptionEdit& edit)
                               -> absl::StatusOr<std::string> {
      storage::v1::ParkedRow row;
      row.set_chain(chain);
      edit.Park(kName, Sequence(sequence), row);
      return std::string();
    }),
                IsOk());
  }

  std::vector<int64_t> Replayed() {
    v1::ReplayParkedChangesRequest request;
    request.set_name(kName);
    const auto answer = writes_.Replay({.actor = "test"}, request);
    EXPECT_THAT(answer, IsOk());
    v1::ReplayParkedChangesResponse response;
    EXPECT_TRUE(response.ParseFromString(answer.value_or("")));
    std::vector<int64_t> sequences;
    for (const v1::Change& change : response.changes()) {
      sequences.push_back(change.sequence());
    }
    return sequences;
  }

  WireFixture wire_;
  const TokenKey key_ =
      *TokenKey::FromSecret(std::string(TokenKey::kSecretBytes, 'k'));
  SessionTable sessions_{rows(), wire_.store.clock};
  prometheus::Counter commits_;
  SubscriptionWrites writes_{{.store = rows(),
                              .sessions = sessions_,
                              .hub = *wire_.hub,
                              .positions = *wire_.positions,
                              .key = key_,
                              .clock = wire_.store.clock},
                             commits_};
};

TEST_F(ParkedHistoryTest, GivesWhatWasParked) {
  ASSERT_THAT(Park(2), IsOk());
  ASSERT_THAT(Park(4), IsOk());
  EXPECT_THAT(Replayed(), ElementsAre(2, 4));
}

TEST_F(ParkedHistoryTest, DoesNotGiveWhatHasItsPlaceInAnotherHistory) {
  for (const uint64_t sequence : {2, 3, 4}) {
    ASSERT_THAT(Park(sequence), IsOk());
  }
  SetChain(3, std::string(16, 'x'));
  EXPECT_THAT(Replayed(), ElementsAre(2, 4));
  // Parked in the history that there is now.
  ASSERT_THAT(Park(3), IsOk());
  EXPECT_THAT(Replayed(), ElementsAre(2, 3, 4));
}

TEST_F(ParkedHistoryTest, TakesARowFromBeforeAtItsWord) {
  SetChain(3, "");
  EXPECT_THAT(Replayed(), ElementsAre(3));
}

}  // namespace
}  // namespace courant
