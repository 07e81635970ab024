#include "services/importers/json/json_items.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/importers/finish_item.h"
#include "services/importers/unicode_text.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant::importers {
namespace {

// Follows brackets and strings, byte by byte.
class Brackets {
 public:
  // Takes the next byte.
  void Take(int byte) {
    if (in_string_) {
      if (escaped_) {
        escaped_ = false;
      } else if (byte == '\\') {
        escaped_ = true;
      } else if (byte == '"') {
        in_string_ = false;
      }
      return;
    }
    if (byte == '"') {
      in_string_ = true;
    } else if (byte == '{' || byte == '[') {
      ++depth_;
    } else if (byte == '}' || byte == ']') {
      --depth_;
    }
  }

  bool in_string() const { return in_string_; }
  // Brackets that are open.
  int64_t depth() const { return depth_; }
  bool closed() const { return depth_ <= 0 && !in_string_; }

 private:
  bool in_string_ = false;
  bool escaped_ = false;
  int64_t depth_ = 0;
};

bool IsJsonSpace(int byte) {
  return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

// Whether a line is an object from end to end.
bool IsWholeObject(absl::string_view line) {
  if (line.size() < 2 || line.front() != '{' || line.back() != '}') {
    return false;
  }
  Brackets brackets;
  for (size_t i = 0; i < line.size(); ++i) {
    brackets.Take(static_cast<unsigned char>(line[i]));
    if (brackets.closed() && i + 1 < line.size()) return false;
  }
  return brackets.closed();
}

// Whether at least half of the lines, and more than one, are whole objects. The
// last one may be cut off.
bool HasObjectPerLine(absl::string_view ahead) {
  int whole = 0;
  int others = 0;
  for (const absl::string_view line : absl::StrSplit(ahead, '\n')) {
    const absl::string_view trimmed = absl::StripAsciiWhitespace(line);
    if (trimmed.empty()) continue;
    ++(IsWholeObject(trimmed) ? whole : others);
  }
  return whole > 1 && whole >= others;
}

}  // namespace

JsonItems::JsonItems(std::istream& in)
    : source_(in),
      layout_([this] {
        const absl::string_view ahead =
            absl::StripLeadingAsciiWhitespace(source_.Ahead());
        if (absl::StartsWith(ahead, "[")) return Layout::kArray;
        return HasObjectPerLine(ahead) ? Layout::kLines : Layout::kSequence;
      }()),
      start_(source_.position().offset) {}

void JsonItems::SkipSpace() {
  while (IsJsonSpace(source_.Peek())) source_.Get();
}

absl::Status JsonItems::EndWith(absl::string_view what) {
  const int64_t line = source_.position().lines + 1;
  while (source_.Get() != ByteSource::kEnd) continue;
  ended_ = true;
  return ItemError(v1::MALFORMED_REQUEST, line, absl::StrCat("line ", line), "",
                   what);
}

absl::StatusOr<bool> JsonItems::FindItem() {
  SkipSpace();
  if (layout_ == Layout::kArray) {
    if (first_) {
      source_.Get();
      first_ = false;
      SkipSpace();
    } else if (source_.Peek() == ',') {
      source_.Get();
      SkipSpace();
    } else if (source_.Peek() != ']' && source_.Peek() != ByteSource::kEnd) {
      return EndWith("has no comma between two items of the array");
    }
    if (source_.Peek() == ']') {
      source_.Get();
      SkipSpace();
      if (source_.Peek() != ByteSource::kEnd) {
        return EndWith("has something behind the array");
      }
      return false;
    }
    if (source_.Peek() == ByteSource::kEnd && source_.status().ok()) {
      return EndWith("ends before the array does");
    }
  }
  return source_.Peek() != ByteSource::kEnd;
}

absl::Status JsonItems::TakeItem(int64_t line) {
  text_.clear();
  bool too_long = false;
  Brackets brackets;
  while (true) {
    const int next = source_.Peek();
    if (next == ByteSource::kEnd) break;
    if (layout_ == Layout::kLines) {
      if (next == '\n') break;
    } else if (brackets.closed()) {
      // Between brackets there is nothing but a value without any.
      if (!text_.empty() && (text_.back() == '}' || text_.back() == ']')) break;
      if (IsJsonSpace(next) || next == ',' || next == ']') break;
    }
    brackets.Take(source_.Get());
    if (text_.size() == kMaxItemBytes) {
      too_long = true;
      text_.back() = static_cast<char>(next);
    } else {
      text_.push_back(static_cast<char>(next));
    }
  }
  COURANT_RETURN_IF_ERROR(source_.status());
  if (too_long) {
    return MakeFieldError(
        v1::FIELD_TOO_LONG,
        {{absl::StrCat("line ", line), "begins an item of more than 8 MiB"}},
        {{"line", absl::StrCat(line)}, {"limit", absl::StrCat(kMaxItemBytes)}});
  }
  if (layout_ != Layout::kLines && !brackets.closed()) {
    ended_ = true;
    return ItemError(v1::MALFORMED_REQUEST, line, absl::StrCat("line ", line),
                     "", "begins an item that the file does not end");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<JsonItem>> JsonItems::Next() {
  if (ended_) return std::nullopt;
  const ReadPosition start = source_.position();
  absl::StatusOr<bool> found = FindItem();
  if (!source_.status().ok()) {
    ended_ = true;
    return source_.status();
  }
  COURANT_RETURN_IF_ERROR(found.status());
  if (!*found) {
    ended_ = true;
    return std::nullopt;
  }
  const int64_t line = source_.position().lines + 1;
  const absl::Status taken = TakeItem(line);
  if (!source_.status().ok()) ended_ = true;
  COURANT_RETURN_IF_ERROR(taken);
  if (text_.empty()) return EndWith("has no item where one should be");
  if (const std::optional<BadText> bad = FindBadText(text_)) {
    return ItemError(
        bad->reason, line, absl::StrCat("line ", line), "",
        absl::StrCat(bad->what, " at byte ", bad->offset + 1, " of the item"));
  }
  return JsonItem{absl::StripTrailingAsciiWhitespace(text_), line, start};
}

absl::Status JsonItems::SkipTo(ReadPosition position) {
  COURANT_RETURN_IF_ERROR(source_.SkipTo(position));
  first_ = position.offset <= start_;
  ended_ = false;
  return absl::OkStatus();
}

}  // namespace courant::importers
