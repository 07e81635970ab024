#include "storage/frame.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"
#include "storage/keys.h"

// A frame's digest chains it to the one before:
//   chain(0)      = 16 zero bytes
//   chain(n)      = SHA-256(chain(n-1) facts(n)) [0, 16)
//   frame.digest  = chain(last change), or for a control frame
//                   SHA-256(prev_digest index batch_id) [0, 16)
// Facts hold the SHA-256 of the article, not the article: a kill can take the
// text away and the chain still holds.

namespace courant::storage {
namespace {

absl::Status Broken(absl::string_view what, const Frame& frame) {
  return MakeError(courant::v1::DATA_CORRUPTED,
                   absl::StrCat("frame ", frame.header.index(),
                                " does not follow the log: ", what));
}

// Metadata of the errors that say that an article was taken away, or let go.
constexpr char kErasedBy[] = "erased_by";
constexpr char kTrimmedBy[] = "trimmed_by";

// The sequence that the metadata `key` of `error` names.
std::optional<Sequence> SequenceIn(const absl::Status& error, const char* key) {
  const std::optional<google::rpc::ErrorInfo> info = ErrorInfoOf(error);
  if (!info) return std::nullopt;
  const auto found = info->metadata().find(key);
  uint64_t sequence = 0;
  if (found == info->metadata().end() ||
      !absl::SimpleAtoi(found->second, &sequence)) {
    return std::nullopt;
  }
  return Sequence(sequence);
}

absl::Status Erased(Sequence sequence, Sequence by) {
  return MakeError(
      courant::v1::RESOURCE_NOT_FOUND,
      absl::StrCat("the article of change ", sequence.value(),
                   " was taken away for ever by change ", by.value()),
      {{"resource", absl::StrCat("changes/", sequence.value())},
       {kErasedBy, by.ToString()}});
}

bool ParseRecord(absl::string_view bytes, v1::ChangeRecord& record) {
  return record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) &&
         record.chain().size() == ChainDigest::kSize &&
         record.article().empty() == (record.erased_by() != 0);
}

uint32_t LevelOf(const std::vector<Entry>& entries) {
  uint32_t level = 1;
  for (const Entry& entry : entries) {
    if (IsTrim(entry)) return 4;
    if (IsRights(entry.facts.row().attributes().resource())) {
      level = 3;
    } else if (!entry.facts.erased_sequences().empty()) {
      level = std::max(level, 2U);
    }
  }
  return level;
}

ChainDigest ControlDigest(const v1::FrameHeader& header) {
  return ChainDigest::FromBytes(header.prev_digest())
      .Extend(absl::StrCat(header.index(), "/", header.batch_id()));
}

}  // namespace

Tail Frame::TailAfter() const {
  return Tail{
      .index = index(),
      .epoch = Epoch(header.epoch()),
      .digest = ChainDigest::FromBytes(header.digest()),
      .last_sequence =
          Sequence(header.first_sequence() + header.change_count() - 1),
      .commit_time = absl::FromUnixMicros(header.commit_time_us()),
  };
}

std::string EncodeEntry(const Entry& entry) {
  v1::ChangeRecord record;
  record.set_facts(entry.facts_bytes);
  record.set_article(entry.article);
  record.set_chain(std::string(entry.chain.bytes()));
  record.set_erased_by(entry.erased_by.value());
  return record.SerializeAsString();
}

absl::StatusOr<Entry> DecodeEntry(absl::string_view bytes) {
  v1::ChangeRecord record;
  Entry entry;
  if (!ParseRecord(bytes, record) ||
      !entry.facts.ParseFromString(record.facts())) {
    return MakeError(courant::v1::DATA_CORRUPTED, "a change record is damaged");
  }
  entry.facts_bytes = std::move(*record.mutable_facts());
  entry.article = std::move(*record.mutable_article());
  entry.chain = ChainDigest::FromBytes(record.chain());
  entry.erased_by = Sequence(record.erased_by());
  return entry;
}

absl::StatusOr<std::string> DecodeArticle(Sequence sequence,
                                          absl::string_view bytes) {
  v1::ChangeRecord record;
  if (!ParseRecord(bytes, record)) {
    return MakeError(courant::v1::DATA_CORRUPTED,
                     absl::StrCat("change ", sequence.value(), " is damaged"));
  }
  if (record.erased_by() != 0) {
    return Erased(sequence, Sequence(record.erased_by()));
  }
  return std::move(*record.mutable_article());
}

absl::StatusOr<std::string> ArticleOf(const Entry& entry) {
  if (entry.erased_by != Sequence(0)) {
    return Erased(entry.sequence(), entry.erased_by);
  }
  return entry.article;
}

std::optional<Sequence> ErasedBy(const absl::Status& error) {
  return SequenceIn(error, kErasedBy);
}

absl::Status NotKept(Sequence sequence, Sequence by) {
  return MakeError(
      courant::v1::REVISION_NOT_KEPT,
      absl::StrCat("the text of change ", sequence.value(),
                   " is older than history is kept: it was let go by change ",
                   by.value(),
                   "; the newest revision is there, and what was replaced "
                   "since"),
      {{"resource", absl::StrCat("changes/", sequence.value())},
       {kTrimmedBy, by.ToString()}});
}

std::optional<Sequence> LetGoBy(const absl::Status& error) {
  return SequenceIn(error, kTrimmedBy);
}

bool IsTrim(const Entry& entry) {
  return entry.facts.row().attributes().resource() == v1::HISTORY;
}

Entry WithoutArticle(Entry entry, Sequence by) {
  if (entry.erased_by == Sequence(0)) {
    // Not clear(): the memory would go on holding the text.
    entry.article = std::string();
    entry.erased_by = by;
  }
  return entry;
}

Frame MakeFrame(const Tail& tail, Epoch epoch, absl::Time commit_time,
                std::vector<Entry> entries) {
  Frame frame;
  v1::FrameHeader& header = frame.header;
  header.set_index(tail.index.Next().value());
  header.set_epoch(epoch.value());
  header.set_batch_id(RandomBytes(16));
  header.set_prev_digest(std::string(tail.digest.bytes()));
  header.set_first_sequence(tail.last_sequence.Next().value());
  header.set_change_count(static_cast<uint32_t>(entries.size()));
  header.set_min_reader_level(LevelOf(entries));
  header.set_commit_time_us(absl::ToUnixMicros(commit_time));
  const ChainDigest digest =
      entries.empty() ? ControlDigest(header) : entries.back().chain;
  header.set_digest(std::string(digest.bytes()));
  frame.entries = std::move(entries);
  return frame;
}

absl::Status VerifyFollows(const Tail& tail, const Frame& frame) {
  const v1::FrameHeader& header = frame.header;
  if (header.min_reader_level() > kReaderLevel) {
    return absl::FailedPreconditionError(
        absl::StrCat("frame ", header.index(), " needs a reader of level ",
                     header.min_reader_level(), "; this program has level ",
                     kReaderLevel, ". Start a newer courantd"));
  }
  if (frame.index() != tail.index.Next()) return Broken("index", frame);
  if (header.epoch() < tail.epoch.value()) return Broken("epoch", frame);
  if (header.prev_digest() != tail.digest.bytes()) {
    return Broken("previous digest", frame);
  }
  if (header.first_sequence() != tail.last_sequence.Next().value() ||
      header.change_count() != frame.entries.size()) {
    return Broken("sequence", frame);
  }
  ChainDigest digest = tail.digest;
  for (const Entry& entry : frame.entries) {
    digest = digest.Extend(entry.facts_bytes);
    if (digest != entry.chain) return Broken("chain digest", frame);
  }
  if (frame.entries.empty()) digest = ControlDigest(header);
  if (header.digest() != digest.bytes()) return Broken("digest", frame);
  return absl::OkStatus();
}

}  // namespace courant::storage
