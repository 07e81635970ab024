#include "services/rpc/unary_call.h"

#include <memory>
#include <utility>

#include "grpcpp/support/slice.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

// Hands the bytes over without copying them.
grpc::ByteBuffer ToByteBuffer(std::string bytes) {
  auto* const owned = new std::string(std::move(bytes));
  const grpc::Slice slice(
      owned->data(), owned->size(),
      [](void* data) { delete static_cast<std::string*>(data); }, owned);
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace

UnaryCall::UnaryCall(MethodMetrics& metrics, std::atomic<size_t>& open,
                     CallTrail trail)
    : metrics_(metrics), open_(open), trail_(std::move(trail)) {
  open_.fetch_add(1, std::memory_order_relaxed);
  metrics_.Started();
  metrics_.Received();
}

void UnaryCall::Answer(absl::StatusOr<std::string> answer) {
  if (note_ == nullptr) return Send(std::move(answer));
  // The call, and the note with it, may go before End() returns.
  const std::unique_ptr<CallNote> note = std::move(note_);
  auto kept = std::make_unique<absl::StatusOr<std::string>>(std::move(answer));
  const absl::StatusOr<std::string>& told = *kept;
  note->End(told, [this, kept = std::move(kept)] { Send(std::move(*kept)); });
}

void UnaryCall::Send(absl::StatusOr<std::string> answer) {
  const absl::Duration took = absl::Now() - begin_;
  metrics_.Handled(answer.status().code(), took);
  trail_.End(answer.status(), took, /*messages=*/0);
  if (answer.ok()) metrics_.Sent();
  open_.fetch_sub(1, std::memory_order_relaxed);
  presence_.End();
  const grpc::Status status = trail_.ForOnlyAnswer(answer.status());
  Reply(status,
        answer.ok() ? ToByteBuffer(*std::move(answer)) : grpc::ByteBuffer());
}

void RegisteredCall::Reply(const grpc::Status& status,
                           grpc::ByteBuffer response) {
  // First, because gRPC 1.51 aborts on OK without a response.
  response_->Swap(&response);
  Finish(status);
}

void GenericCall::OnReadDone(bool ok) {
  if (!ok) {
    return Answer(MakeError(v1::MALFORMED_REQUEST, "there was no request"));
  }
  begin_(this, request_);
}

void GenericCall::Reply(const grpc::Status& status, grpc::ByteBuffer response) {
  if (!status.ok()) return Finish(status);
  response_.Swap(&response);
  StartWriteAndFinish(&response_, grpc::WriteOptions(), status);
}

}  // namespace courant
