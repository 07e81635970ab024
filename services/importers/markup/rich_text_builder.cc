#include "services/importers/markup/rich_text_builder.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/importers/unicode_text.h"

namespace courant::importers {
namespace {

constexpr absl::string_view kSpaces = " \t\n\r\f";

// `text` without line ends in front and without white space behind.
absl::string_view TrimLines(absl::string_view text) {
  const absl::string_view words = TrimSpace(text);
  if (words.empty()) return text.substr(0, 0);
  const size_t begin = text.find_first_not_of('\n');
  const auto end =
      static_cast<size_t>(words.data() + words.size() - text.data());
  return text.substr(begin, end - begin);
}

// Cuts a text to its `length` code points from `start` on.
void Trim(absl::string_view kept, int start, int length, v1::RichText& text) {
  const std::string words(kept);
  text.set_text(words);
  v1::RichText trimmed;
  for (v1::Mark& mark : *text.mutable_marks()) {
    const int begin = std::clamp(mark.start() - start, 0, length);
    const int end = std::clamp(mark.end() - start, 0, length);
    if (begin >= end) continue;
    v1::Mark& moved = *trimmed.add_marks();
    moved = std::move(mark);
    moved.set_start(begin);
    moved.set_end(end);
  }
  text.mutable_marks()->Swap(trimmed.mutable_marks());
}

}  // namespace

void RichTextBuilder::AppendVerbatim(absl::string_view text) {
  for (OpenMark& open : open_) {
    if (open.start < 0) open.start = length_;
  }
  text_.mutable_text()->append(text.data(), text.size());
  length_ += CountCodePoints(text);
}

void RichTextBuilder::Append(absl::string_view text) {
  if (keep_space_) {
    AppendVerbatim(text);
    return;
  }
  while (!text.empty()) {
    const size_t words = text.find_first_not_of(kSpaces);
    space_pending_ |= words != 0;
    if (words == absl::string_view::npos) return;
    text.remove_prefix(words);
    // Also after a line end there is no space.
    if (space_pending_ && length_ > 0 && text_.text().back() != '\n') {
      text_.mutable_text()->push_back(' ');
      ++length_;
    }
    space_pending_ = false;
    const size_t end = std::min(text.find_first_of(kSpaces), text.size());
    AppendVerbatim(text.substr(0, end));
    text.remove_prefix(end);
  }
}

void RichTextBuilder::Break() {
  space_pending_ = false;
  if (length_ == 0) return;
  text_.mutable_text()->push_back('\n');
  ++length_;
}

void RichTextBuilder::Open(v1::Mark mark) {
  open_.push_back({std::move(mark), -1});
}

void RichTextBuilder::Finish(const OpenMark& open) {
  if (open.start < 0 || open.start >= length_) return;
  v1::Mark& mark = *text_.add_marks();
  mark = open.mark;
  mark.set_start(open.start);
  mark.set_end(length_);
}

void RichTextBuilder::Close() {
  if (open_.empty()) return;
  Finish(open_.back());
  open_.pop_back();
}

bool RichTextBuilder::blank() const { return IsBlank(text_.text()); }

v1::RichText RichTextBuilder::Take() {
  for (size_t i = open_.size(); i > 0; --i) {
    Finish(open_[i - 1]);
    open_[i - 1].start = -1;
  }
  v1::RichText taken = std::move(text_);
  text_.Clear();
  length_ = 0;
  space_pending_ = false;
  const absl::string_view whole = taken.text();
  const absl::string_view kept =
      keep_space_ ? TrimLines(whole) : TrimSpace(whole);
  const int start = CountCodePoints(
      whole.substr(0, static_cast<size_t>(kept.data() - whole.data())));
  Trim(kept, kept.empty() ? 0 : start, CountCodePoints(kept), taken);
  return taken;
}

void AppendLine(const v1::RichText& more, v1::RichText& text) {
  if (text.text().empty()) {
    text = more;
    return;
  }
  absl::StrAppend(text.mutable_text(), "\n");
  const int shift = CountCodePoints(text.text());
  absl::StrAppend(text.mutable_text(), more.text());
  for (const v1::Mark& mark : more.marks()) {
    v1::Mark& moved = *text.add_marks();
    moved = mark;
    moved.set_start(mark.start() + shift);
    moved.set_end(mark.end() + shift);
  }
}

}  // namespace courant::importers
