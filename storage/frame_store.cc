#include "storage/frame_store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"
#include "storage/log_verifier.h"

namespace courant::storage {
namespace {

absl::Status Broken(absl::string_view what) {
  return MakeError(courant::v1::DATA_CORRUPTED,
                   absl::StrCat("the change log is damaged: ", what,
                                "; stop the server and restore a backup"));
}

absl::StatusOr<v1::FrameHeader> ParseHeader(absl::string_view bytes) {
  v1::FrameHeader header;
  if (!header.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Broken("a frame header cannot be read");
  }
  return header;
}

// Checks that no change is stored behind the newest frame.
absl::Status CheckEnd(const Database& database, const Tail& tail) {
  const auto it = database.Iterate(Family::kChange);
  it->SeekToLast();
  COURANT_RETURN_IF_ERROR(FromRocksDb(it->status(), "read the change log"));
  const uint64_t last =
      it->Valid() ? DecodeNumber(FromSlice(it->key())).value_or(0) : 0;
  if (last != tail.last_sequence.value()) {
    return Broken(absl::StrCat("it ends at change ", last,
                               ", its newest frame at ",
                               tail.last_sequence.value()));
  }
  return absl::OkStatus();
}

absl::StatusOr<Frame> LoadEntries(const Database& database,
                                  v1::FrameHeader header) {
  Frame frame;
  for (uint64_t i = 0; i < header.change_count(); ++i) {
    const uint64_t sequence = header.first_sequence() + i;
    COURANT_ASSIGN_OR_RETURN(
        const std::optional<std::string> bytes,
        database.Get(Family::kChange, EncodeNumber(sequence)));
    if (!bytes) return Broken(absl::StrCat("change ", sequence, " missing"));
    COURANT_ASSIGN_OR_RETURN(Entry entry, DecodeEntry(*bytes));
    frame.entries.push_back(std::move(entry));
  }
  frame.header = std::move(header);
  return frame;
}

}  // namespace

void StageFrame(const Frame& frame, StateBatch& state) {
  state.PutBlind(Family::kFrame, EncodeNumber(frame.index().value()),
                 frame.header.SerializeAsString());
  for (const Entry& entry : frame.entries) {
    state.PutBlind(Family::kChange, EncodeNumber(entry.sequence().value()),
                   EncodeEntry(entry));
  }
}

absl::StatusOr<Tail> LoadTail(const Database& database, int check_changes) {
  const auto it = database.Iterate(Family::kFrame);
  it->SeekToLast();
  COURANT_RETURN_IF_ERROR(FromRocksDb(it->status(), "read the newest frame"));
  Tail tail;
  if (it->Valid()) {
    Frame frame;
    COURANT_ASSIGN_OR_RETURN(frame.header, ParseHeader(FromSlice(it->value())));
    tail = frame.TailAfter();
  }
  const uint64_t last = tail.last_sequence.value();
  const auto span = static_cast<uint64_t>(check_changes);
  COURANT_RETURN_IF_ERROR(CheckEnd(database, tail));
  LogVerifier verifier(database, tail);
  COURANT_RETURN_IF_ERROR(
      verifier.Run(Sequence(last > span ? last - span + 1 : 1)).status());
  return tail;
}

absl::StatusOr<std::vector<Frame>> LoadFrames(const Database& database,
                                              FrameIndex from,
                                              size_t max_bytes) {
  std::vector<Frame> frames;
  size_t bytes = 0;
  uint64_t expected = std::max<uint64_t>(from.value(), 1);
  const auto it = database.Iterate(Family::kFrame);
  for (it->Seek(EncodeNumber(expected)); it->Valid() && bytes < max_bytes;
       it->Next(), ++expected) {
    COURANT_ASSIGN_OR_RETURN(v1::FrameHeader header,
                             ParseHeader(FromSlice(it->value())));
    if (header.index() != expected) {
      if (!frames.empty()) return Broken("a frame is missing");
      return absl::OutOfRangeError(absl::StrCat(
          "frame ", expected, " was trimmed; the oldest is ", header.index()));
    }
    COURANT_ASSIGN_OR_RETURN(Frame frame,
                             LoadEntries(database, std::move(header)));
    for (const Entry& entry : frame.entries) {
      bytes += entry.article.size() + entry.facts_bytes.size();
    }
    frames.push_back(std::move(frame));
  }
  COURANT_RETURN_IF_ERROR(FromRocksDb(it->status(), "read frames"));
  return frames;
}

absl::StatusOr<std::optional<v1::FrameHeader>> LoadHeader(
    const Database& database, FrameIndex index) {
  COURANT_ASSIGN_OR_RETURN(
      const std::optional<std::string> bytes,
      database.Get(Family::kFrame, EncodeNumber(index.value())));
  if (!bytes) return std::nullopt;
  COURANT_ASSIGN_OR_RETURN(v1::FrameHeader header, ParseHeader(*bytes));
  return header;
}

}  // namespace courant::storage
