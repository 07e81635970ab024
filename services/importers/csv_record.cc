#include "services/importers/csv_record.h"

#include "absl/strings/str_cat.h"
#include "services/importers/finish_item.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant::importers {
namespace {

enum class State { kFieldStart, kPlain, kQuoted, kAfterQuote };

// Puts a record together from its bytes. What is over a limit is read to its
// end and not kept.
class RecordBuilder {
 public:
  RecordBuilder(char separator, CsvRecord& record)
      : separator_(separator), record_(record) {
    record_.fields.assign(1, "");
    record_.bytes.clear();
  }

  // Takes one byte. False for the line end behind the record, which is not part
  // of it.
  bool Take(char byte, int64_t line) {
    const bool line_end = byte == '\n' || byte == '\r';
    if (line_end && state_ != State::kQuoted) return false;
    if (record_.bytes.size() == kMaxCsvRecordBytes) {
      too_long_ = true;
    } else {
      record_.bytes.push_back(byte);
    }
    if (state_ != State::kQuoted && byte == separator_) {
      NextField();
    } else if (byte == '"' && state_ == State::kFieldStart) {
      state_ = State::kQuoted;
      quote_line_ = line;
    } else if (byte == '"' && state_ == State::kQuoted) {
      state_ = State::kAfterQuote;
    } else if (byte == '"' && state_ == State::kAfterQuote) {
      state_ = State::kQuoted;  // Two quotes stand for one.
      Keep(byte);
    } else {
      if (state_ == State::kAfterQuote && stray_field_ == 0) {
        stray_field_ = record_.fields.size();
      }
      if (state_ != State::kQuoted) state_ = State::kPlain;
      Keep(byte);
    }
    return true;
  }

  // What was wrong with the record, once it has ended.
  absl::Status Finish() const {
    const std::string where = absl::StrCat("line ", record_.line);
    if (too_long_) {
      return TooLong(where, "the record is longer than 8 MiB",
                     kMaxCsvRecordBytes);
    }
    if (too_many_) {
      return TooLong(where, "the record has more than 1,000 columns",
                     kMaxCsvColumns);
    }
    if (state_ == State::kQuoted) {
      return ItemError(v1::MALFORMED_REQUEST, record_.line,
                       absl::StrCat("line ", quote_line_, ", column ",
                                    record_.fields.size()),
                       "", "the quote that opens here is never closed");
    }
    if (stray_field_ != 0) {
      return ItemError(v1::MALFORMED_REQUEST, record_.line,
                       absl::StrCat(where, ", column ", stray_field_), "",
                       "has text behind its closing quote; a quote within a "
                       "quoted field is written twice");
    }
    return absl::OkStatus();
  }

 private:
  void NextField() {
    state_ = State::kFieldStart;
    if (record_.fields.size() == kMaxCsvColumns) {
      too_many_ = true;
    } else {
      record_.fields.emplace_back();
    }
  }

  void Keep(char byte) {
    if (!too_long_ && !too_many_) record_.fields.back().push_back(byte);
  }

  absl::Status TooLong(absl::string_view where, absl::string_view what,
                       size_t limit) const {
    return MakeFieldError(
        v1::FIELD_TOO_LONG, {{std::string(where), std::string(what)}},
        {{"line", absl::StrCat(record_.line)}, {"limit", absl::StrCat(limit)}});
  }

  const char separator_;
  CsvRecord& record_;
  State state_ = State::kFieldStart;
  int64_t quote_line_ = 0;  // Where the latest quote opened.
  size_t stray_field_ = 0;  // First field with text behind its quote, from 1.
  bool too_long_ = false;
  bool too_many_ = false;
};

}  // namespace

absl::StatusOr<bool> TakeCsvRecord(ByteSource& source, char separator,
                                   CsvRecord& record) {
  if (source.Peek() == ByteSource::kEnd) {
    COURANT_RETURN_IF_ERROR(source.status());
    return false;
  }
  record.line = source.position().lines + 1;
  RecordBuilder builder(separator, record);
  for (int byte = source.Get(); byte != ByteSource::kEnd; byte = source.Get()) {
    const int64_t line = source.position().lines + 1;
    if (builder.Take(static_cast<char>(byte), line)) continue;
    if (byte == '\r' && source.Peek() == '\n') source.Get();
    break;
  }
  COURANT_RETURN_IF_ERROR(source.status());
  COURANT_RETURN_IF_ERROR(builder.Finish());
  return true;
}

}  // namespace courant::importers
