#include "services/importers/byte_source.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/importers/import_format.h"

namespace courant::importers {
namespace {

constexpr absl::string_view kByteOrderMark("\xef\xbb\xbf", 3);

}  // namespace

ByteSource::ByteSource(std::istream& in) : in_(in), start_(in.tellg()) {
  // A stream that cannot seek says so by failing; it can still be read.
  if (start_ < 0) in_.clear(in_.rdstate() & ~std::ios::failbit);
  if (absl::StartsWith(Ahead(), kByteOrderMark)) next_ = kByteOrderMark.size();
}

absl::string_view ByteSource::Ahead() {
  if (next_ == block_.size()) Fill();
  return absl::string_view(block_).substr(next_);
}

bool ByteSource::Fill() {
  block_offset_ += static_cast<int64_t>(block_.size());
  next_ = 0;
  block_.resize(kDetectBytes);
  in_.read(block_.data(), static_cast<std::streamsize>(block_.size()));
  block_.resize(static_cast<size_t>(in_.gcount()));
  if (in_.bad()) {
    status_ = absl::DataLossError(
        absl::StrCat("the file could not be read behind byte ", block_offset_));
    block_.clear();
  }
  return !block_.empty();
}

absl::Status ByteSource::SkipTo(ReadPosition position) {
  in_.clear();
  if (start_ < 0 || position.offset < 0 || !in_.seekg(0, std::ios::end) ||
      in_.tellg() - start_ < position.offset ||
      !in_.seekg(start_ + position.offset)) {
    in_.clear();
    return absl::FailedPreconditionError(
        absl::StrCat("cannot go on at byte ", position.offset,
                     ": it is behind the end, or the input is not a file"));
  }
  block_.clear();
  next_ = 0;
  block_offset_ = position.offset;
  lines_ = position.lines;
  after_return_ = false;
  return absl::OkStatus();
}

}  // namespace courant::importers
