#include "services/audit/chain/audit_verifier.h"

#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

// Of lines that are no records, together: what a crash can leave.
constexpr size_t kMaxTornBytes = 1 << 20;

// Reads lines, some thousand bytes at a time. A stream that fails is at its end
// and says that it is bad.
class LineReader {
 public:
  explicit LineReader(std::istream& in) : in_(in) {}

  // Reads up to a line break. False: nothing is left. `*ended` becomes false
  // when the file ends within the line, `*fits` when it is longer than it may
  // be; of such a line only the beginning is kept.
  bool Next(std::string* line, bool* ended, bool* fits) {
    line->clear();
    *ended = false;
    *fits = true;
    while (Fill()) {
      const char c = buffer_[at_++];
      if (c == '\n') {
        *ended = true;
        return true;
      }
      if (line->size() == kMaxTornBytes) {
        *fits = false;
        return true;
      }
      line->push_back(c);
    }
    return !line->empty();
  }

 private:
  // Whether there is a byte at `at_`.
  bool Fill() {
    if (at_ < size_) return true;
    in_.read(buffer_.data(), buffer_.size());
    size_ = static_cast<size_t>(in_.gcount());
    at_ = 0;
    return size_ > 0;
  }

  std::istream& in_;
  std::array<char, 1 << 15> buffer_;
  size_t at_ = 0;
  size_t size_ = 0;
};

}  // namespace

absl::Status AuditVerifier::At(int64_t line, absl::string_view what) const {
  return absl::DataLossError(absl::StrCat(file_, ":", line, ": ", what));
}

absl::Status AuditVerifier::Read(const std::string& name, std::istream& in) {
  file_ = name;
  line_ = 0;
  std::string line;
  bool ended = true;
  bool fits = true;
  LineReader lines(in);
  while (lines.Next(&line, &ended, &fits)) {
    ++line_;
    if (!fits) {
      return doubt_.ok() ? At(line_, "is too long for a record") : doubt_;
    }
    if (!ended) {
      COURANT_RETURN_IF_ERROR(
          Doubt(line,
                "is cut short: by a crash, which the server writes down when "
                "it starts again, or because it is being written just now"));
      break;
    }
    COURANT_RETURN_IF_ERROR(Take(line));
  }
  if (in.bad()) {
    return absl::UnknownError(absl::StrCat("cannot read ", name));
  }
  return absl::OkStatus();
}

absl::Status AuditVerifier::Doubt(absl::string_view line,
                                  absl::string_view why) {
  if (doubt_.ok()) {
    doubt_ = At(line_, why);
  } else {
    doubtful_.push_back('\n');
  }
  doubtful_.append(line.data(), line.size());
  return doubtful_.size() > kMaxTornBytes ? doubt_ : absl::OkStatus();
}

absl::Status AuditVerifier::CheckOrder(const AuditLineParts& parts) const {
  if (summary_.records == 0) return absl::OkStatus();
  const int64_t expected = summary_.last.number + 1;
  if (parts.number > expected) {
    return At(line_,
              absl::StrCat("is record ", parts.number, ", and ", expected,
                           " should be here: lines before it were "
                           "dropped, or it was moved"));
  }
  if (parts.number < expected) {
    return At(line_,
              absl::StrCat("is record ", parts.number, ", and ", expected,
                           " should be here: it was moved or put in "
                           "twice, or files are in the wrong order"));
  }
  if (parts.prev != summary_.last.hash) {
    return At(line_,
              "does not follow from the line before it: one of the two was "
              "replaced, or is of another log");
  }
  return absl::OkStatus();
}

absl::Status AuditVerifier::Take(absl::string_view line) {
  const std::optional<AuditLineParts> parts =
      line.size() < kMaxAuditLine ? ReadAuditLine(line) : std::nullopt;
  if (!parts) return Doubt(line, "is not a record: it was edited or cut");
  if (!parts->is_whole) {
    return Doubt(line, "was edited: its hash is not that of what it says");
  }
  if (!doubt_.ok()) {
    if (parts->event != "torn" || parts->facts != TornFacts(doubtful_)) {
      return doubt_;
    }
    doubt_ = absl::OkStatus();
    doubtful_.clear();
    ++summary_.torn;
  } else if (parts->event == "torn") {
    return At(line_, "says that a torn line is before it, and there is none");
  }
  COURANT_RETURN_IF_ERROR(CheckOrder(*parts));
  if (summary_.records == 0) {
    summary_.first_number = parts->number;
    summary_.first_prev = std::string(parts->prev);
    summary_.first_time = std::string(parts->time);
  }
  ++summary_.records;
  summary_.last_time = std::string(parts->time);
  summary_.last = parts->link();
  if (summary_.after_head) ++*summary_.after_head;
  if (!head_.empty() && parts->hash == head_) summary_.after_head = 0;
  return absl::OkStatus();
}

absl::Status AuditVerifier::Finish() const {
  COURANT_RETURN_IF_ERROR(doubt_);
  if (head_.empty() || summary_.after_head) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(
      file_, ":", line_, ": ends here, and no record has the hash ", head_,
      ": the end was cut off, or it is of another log"));
}

}  // namespace courant
