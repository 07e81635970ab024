#include "storage/log_verifier.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant::storage {
namespace {

constexpr size_t kVerifyReadaheadBytes = 2 << 20;
constexpr uint64_t kToldEvery = 10'000;

absl::Status NotWhole(uint64_t sequence, absl::string_view what) {
  return MakeError(courant::v1::DATA_CORRUPTED,
                   absl::StrCat("change ", sequence, " ", what,
                                "; stop the server and restore a backup"));
}

bool DecodeHeader(const rocksdb::Slice& bytes, v1::FrameHeader& header) {
  return header.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

}  // namespace

LogVerifier::LogVerifier(const Database& database, const Tail& tail)
    : database_(database),
      tail_(tail),
      frames_(database.Iterate(Family::kFrame)) {}

absl::StatusOr<VerifiedLog> LogVerifier::Run(
    Sequence floor, const VerifyProgress& on_progress) {
  if (floor <= Sequence(1)) {
    chain_ = ChainDigest();
    frames_->SeekToFirst();
  } else {
    SeekFrame(floor);
  }
  const auto it =
      database_.Iterate(Family::kChange, nullptr, kVerifyReadaheadBytes);
  uint64_t expected = floor.value();
  for (it->Seek(EncodeNumber(expected));
       expected <= tail_.last_sequence.value(); it->Next(), ++expected) {
    COURANT_RETURN_IF_ERROR(FromRocksDb(it->status(), "read the change log"));
    if (!it->Valid() || FromSlice(it->key()) != EncodeNumber(expected)) {
      return NotWhole(expected, "is missing");
    }
    const absl::StatusOr<Entry> entry = DecodeEntry(FromSlice(it->value()));
    if (!entry.ok()) return NotWhole(expected, "is damaged");
    COURANT_RETURN_IF_ERROR(CheckChange(*entry, expected));
    COURANT_RETURN_IF_ERROR(CheckArticle(*entry));
    COURANT_RETURN_IF_ERROR(CheckFrame(*entry));
    if (on_progress && seen_.changes % kToldEvery == 0) {
      on_progress(Sequence(expected), tail_.last_sequence);
    }
  }
  if (seen_.changes > 0 && *chain_ != tail_.digest) {
    return NotWhole(tail_.last_sequence.value(),
                    "is not what the newest frame ends with");
  }
  for (const auto& [sequence, by] : unexplained_) {
    // A kill may have come while this was reading.
    if (by <= tail_.last_sequence.value()) {
      return NotWhole(sequence,
                      absl::StrCat("has lost its article, and change ", by,
                                   " did not take it away"));
    }
  }
  seen_.last_sequence = tail_.last_sequence;
  return seen_;
}

void LogVerifier::SeekFrame(Sequence sequence) {
  v1::FrameHeader header;
  frames_->SeekToLast();
  while (frames_->Valid() && DecodeHeader(frames_->value(), header) &&
         header.first_sequence() > sequence.value()) {
    frames_->Prev();
  }
  // Before the oldest that is kept: begin with that one.
  if (!frames_->Valid() && frames_->status().ok()) frames_->SeekToFirst();
}

absl::Status LogVerifier::CheckChange(const Entry& entry, uint64_t expected) {
  if (entry.sequence().value() != expected) {
    return NotWhole(expected, "has the facts of another");
  }
  if (chain_ && chain_->Extend(entry.facts_bytes) != entry.chain) {
    return NotWhole(expected, "breaks the chain");
  }
  chain_ = entry.chain;
  ++seen_.changes;
  return absl::OkStatus();
}

absl::Status LogVerifier::CheckArticle(const Entry& entry) {
  const uint64_t sequence = entry.sequence().value();
  if (entry.erased_by != Sequence(0)) {
    unexplained_[sequence] = entry.erased_by.value();
    ++seen_.erased;
  } else if (Sha256(entry.article) != entry.facts.article_sha256()) {
    return NotWhole(sequence, "has an article with another digest");
  } else {
    ++seen_.articles;
  }
  for (const uint64_t erased : entry.facts.erased_sequences()) {
    const auto found = unexplained_.find(erased);
    if (found == unexplained_.end()) {
      // Explained by an earlier one, or not kept any more, or back.
      COURANT_ASSIGN_OR_RETURN(
          const std::optional<std::string> bytes,
          database_.Get(Family::kChange, EncodeNumber(erased)));
      if (bytes && DecodeArticle(Sequence(erased), *bytes).ok()) {
        return NotWhole(erased, absl::StrCat("has an article that change ",
                                             sequence, " took away"));
      }
    } else if (found->second == sequence) {
      unexplained_.erase(found);
    }
  }
  return absl::OkStatus();
}

absl::Status LogVerifier::CheckFrame(const Entry& entry) {
  // Frames before the first change that is kept, and control frames.
  for (; frames_->Valid(); frames_->Next()) {
    v1::FrameHeader header;
    if (!DecodeHeader(frames_->value(), header)) {
      return NotWhole(entry.sequence().value(), "is in a damaged frame");
    }
    const uint64_t last = header.first_sequence() + header.change_count() - 1;
    if (last > entry.sequence().value() ||
        header.index() > tail_.index.value()) {
      break;
    }
    if (frame_before_ &&
        (header.index() != frame_before_->index() + 1 ||
         header.prev_digest() != frame_before_->digest() ||
         header.commit_time_us() < frame_before_->commit_time_us())) {
      return NotWhole(entry.sequence().value(),
                      "is in a frame that does not follow the one before");
    }
    if (last == entry.sequence().value() && header.change_count() > 0 &&
        header.digest() != entry.chain.bytes()) {
      return NotWhole(entry.sequence().value(),
                      "is not what its frame ends with");
    }
    if (header.change_count() == 0) {
      // A control frame is chained like a change.
      chain_ = ChainDigest::FromBytes(header.digest());
    }
    frame_before_ = std::move(header);
    ++seen_.frames;
  }
  return FromRocksDb(frames_->status(), "read frames");
}

}  // namespace courant::storage
