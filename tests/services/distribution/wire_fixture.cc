#include "tests/services/distribution/wire_fixture.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(30);

std::string Joined(const std::vector<grpc::Slice>& message) {
  std::string bytes;
  for (const grpc::Slice& slice : message) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

}  // namespace

void WakeCounter::Wake() {
  MutexLock lock(mu_);
  ++count_;
  changed_.SignalAll();
}

int WakeCounter::count() const {
  MutexLock lock(mu_);
  return count_;
}

bool WakeCounter::WaitForMoreThan(int seen) {
  const absl::Time deadline = absl::Now() + kPatience;
  MutexLock lock(mu_);
  while (count_ <= seen) {
    if (changed_.WaitFor(mu_, deadline - absl::Now())) return false;
  }
  return true;
}

std::string ElementBytes(const SharedChange& change) {
  std::vector<grpc::Slice> pieces;
  const absl::Status status =
      change.AppendElement(Audience::kInternal, v1::Change::ENTERED, &pieces);
  EXPECT_TRUE(status.ok()) << status;
  std::string bytes;
  for (const grpc::Slice& piece : pieces) {
    bytes.append(reinterpret_cast<const char*>(piece.begin()), piece.size());
  }
  return bytes;
}

WireFixture::WireFixture(ChangeHub::Options options) {
  const absl::Status opened = store.Open();
  EXPECT_THAT(opened, IsOk());
  if (!opened.ok()) return;
  metrics.emplace(*store.registry);
  hub.emplace(store.store->change_log(), *metrics, std::move(options));
  key_.emplace(*TokenKey::FromSecret(std::string(TokenKey::kSecretBytes, 'k')));
  positions.emplace(store.store->change_log(),
                    LogIdentity{.log_id = LogIdFrom(store.store->log_id()),
                                .epochs = store.store->epochs()},
                    *key_);
  store.store->applier().SetListener(&*hub);
}

WireFixture::~WireFixture() {
  if (store.store != nullptr) store.store->applier().SetListener(nullptr);
}

void WireFixture::Write(int count, const std::string& language, size_t bytes) {
  const int first = written_;
  written_ += count;
  const auto committed = store.store->committer().Commit(
      {.actor = "test"},
      [&](const storage::DecisionContext& context)
          -> absl::StatusOr<storage::Decision> {
        storage::Decision decision;
        for (int i = first; i < first + count; ++i) {
          storage::ChangeDraft draft{.kind = v1::Change::DRAFTED,
                                     .article_id = absl::StrCat("a", i)};
          draft.article.set_language(language);
          draft.article.mutable_headline()->set_value(std::string(bytes, 'x'));
          draft.attributes.set_language(language);
          draft.attributes.set_state(v1::Article::DRAFT);
          draft.attributes.set_list_time_us(
              absl::ToUnixMicros(context.commit_time));
          decision.push_back(std::move(draft));
        }
        return decision;
      });
  EXPECT_THAT(committed, IsOk());
}

StreamClient::StreamClient(WireFixture& wire,
                           const v1::SubscribeChangesRequest& request,
                           absl::Duration progress_interval,
                           FollowingViewer viewer)
    : stream_(*wire.hub, *wire.positions, request.SerializeAsString(), wakes_,
              std::move(viewer), progress_interval) {}

absl::StatusOr<std::optional<v1::SubscribeChangesResponse>>
StreamClient::Next() {
  std::vector<grpc::Slice> message;
  const absl::StatusOr<StreamSource::Pull> pull = stream_.Next(&message);
  if (!pull.ok()) return pull.status();
  if (*pull == StreamSource::Pull::kEnd) return absl::OutOfRangeError("end");
  if (*pull == StreamSource::Pull::kNothing) return std::nullopt;
  v1::SubscribeChangesResponse response;
  EXPECT_TRUE(response.ParseFromString(Joined(message)));
  switch (response.event_case()) {
    case v1::SubscribeChangesResponse::kStarted:
      position_ =
          static_cast<uint64_t>(response.started().resume_after_sequence());
      token_ = response.started().resume_token();
      in_snapshot_ = response.started().in_snapshot();
      break;
    case v1::SubscribeChangesResponse::kBatch: {
      const v1::ChangeBatch& batch = response.batch();
      const uint64_t before = position_;
      Continue(batch.after_sequence(), batch.sequence(), batch.resume_token());
      EXPECT_GT(batch.changes_size(), 0);
      uint64_t last = before;
      for (const v1::Change& change : batch.changes()) {
        const auto sequence = static_cast<uint64_t>(change.sequence());
        EXPECT_LE(sequence, position_);
        if (change.kind() == v1::Change::RIGHTS_REVOKED) {
          EXPECT_EQ(change.disposition(), v1::Change::LEFT);
          EXPECT_GE(sequence, last);
          EXPECT_FALSE(change.has_article());
          last = sequence;
          revoked_.emplace_back(sequence, change.resource());
          continue;
        }
        if (change.disposition() == v1::Change::SNAPSHOT) {
          EXPECT_TRUE(in_snapshot_);
          EXPECT_GT(change.resource(), last_of_snapshot_);
          last_of_snapshot_ = change.resource();
        } else {
          EXPECT_GT(sequence, last);
          last = sequence;
        }
        delivered_.push_back(sequence);
        changes_.push_back(change);
        bytes_ += change.ByteSizeLong();
      }
      batches_.push_back(batch.changes_size());
      break;
    }
    case v1::SubscribeChangesResponse::kProgress:
      Continue(response.progress().after_sequence(),
               response.progress().sequence(),
               response.progress().resume_token());
      break;
    case v1::SubscribeChangesResponse::kSnapshotComplete:
      complete_ = response.snapshot_complete();
      Continue(complete_->after_sequence(), complete_->sequence(),
               complete_->resume_token());
      EXPECT_TRUE(in_snapshot_);
      in_snapshot_ = false;
      break;
    case v1::SubscribeChangesResponse::kDrain:
      EXPECT_EQ(response.drain().after_sequence(), position_);
      token_ = response.drain().resume_token();
      break;
    case v1::SubscribeChangesResponse::kRights:
      EXPECT_GE(
          response.rights().revoked_count(),
          std::count_if(revoked_.begin(), revoked_.end(), [&](const auto& one) {
            return one.first ==
                   static_cast<uint64_t>(response.rights().sequence());
          }));
      Continue(response.rights().after_sequence(), response.rights().sequence(),
               response.rights().resume_token());
      break;
    case v1::SubscribeChangesResponse::kNotices:
      break;  // Moves nothing.
    case v1::SubscribeChangesResponse::EVENT_NOT_SET:
      ADD_FAILURE() << "an empty message";
  }
  return response;
}

void StreamClient::Continue(int64_t after, int64_t sequence,
                            const std::string& token) {
  EXPECT_EQ(after, position_) << "a gap or a repeat";
  EXPECT_GE(sequence, after);
  position_ = static_cast<uint64_t>(sequence);
  token_ = token;
}

absl::Status StreamClient::Drain() {
  while (true) {
    const int woken = wakes_->count();
    const auto message = Next();
    if (!message.ok()) return message.status();
    // A long piece of work is done in parts, each of which asks for the next.
    if (!message->has_value() && wakes_->count() == woken) {
      return absl::OkStatus();
    }
  }
}

}  // namespace courant
