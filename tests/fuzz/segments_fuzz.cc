#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/translation/text/assemble.h"
#include "services/translation/text/code_points.h"
#include "services/translation/text/segmenter.h"
#include "services/translation/text/source_diff.h"
#include "services/translation/text/source_segments.h"

// Any bytes are sentences that put together give the bytes again. Of any two
// texts the difference is complete: every old segment is continued or removed,
// no id is used twice, and the spans lead from the one to the other. Any text
// that stands in the place of a translation is found in its segments. The first
// byte says which language; a zero byte divides paragraphs, 0xff the old text
// from the new.
namespace courant {
namespace {

void Check(bool promise) {
  if (!promise) std::abort();
}

void CheckSentences(absl::string_view text, absl::string_view language) {
  size_t before = 0;
  for (const size_t end : SentenceEnds(text, language)) {
    Check(end > before && end <= text.size());
    before = end;
  }
  Check(before == text.size());
}

v1::Article ArticleOf(absl::string_view text, absl::string_view language) {
  v1::Article article;
  article.set_language(std::string(language));
  while (!text.empty()) {
    const absl::string_view paragraph = text.substr(0, text.find('\0'));
    v1::Block& block = *article.add_body();
    block.set_id(absl::StrCat("p", article.body_size()));
    v1::RichText& rich = *block.mutable_paragraph()->mutable_text();
    rich.set_text(std::string(paragraph));
    text.remove_prefix(std::min(text.size(), paragraph.size() + 1));
  }
  return article;
}

std::string Applied(const v1::SourceChange& change) {
  const text::CodePoints was(change.was());
  const text::CodePoints now(change.now());
  std::string made;
  size_t at = 0;
  for (const v1::DiffSpan& span : change.spans()) {
    const auto was_start = static_cast<size_t>(span.was_start());
    const auto now_start = static_cast<size_t>(span.now_start());
    Check(at <= was_start && span.was_start() <= span.was_end() &&
          span.now_start() <= span.now_end());
    made.append(change.was(), was.offsets[at],
                was.offsets[was_start] - was.offsets[at]);
    made.append(change.now(), now.offsets[now_start],
                now.offsets[static_cast<size_t>(span.now_end())] -
                    now.offsets[now_start]);
    at = static_cast<size_t>(span.was_end());
  }
  return made.append(change.was(), was.offsets[at]);
}

void CheckDiff(const v1::Article& was, const v1::Article& now) {
  v1::TranslationContent content =
      NewContent(DivideSource(was, v1::Translation::FULL));
  const SourceDiff diff = DiffSource(content.source_segments(),
                                     DivideSource(now, v1::Translation::FULL),
                                     content.mutable_last_numbers());
  std::set<std::string> ids;
  std::set<std::string> continued;
  for (const HeadSegment& head : diff.head) {
    Check(ids.insert(head.segment.id()).second);
    continued.insert(head.bound.begin(), head.bound.end());
  }
  for (const v1::SourceChange& change : diff.changes) {
    if (change.kind() == v1::SourceChange::REMOVED) {
      Check(continued.insert(change.segments(0)).second);
    } else if (change.kind() != v1::SourceChange::ADDED &&
               change.kind() != v1::SourceChange::MOVED) {
      Check(Applied(change) == change.now());
    }
  }
  Check(continued.size() ==
        static_cast<size_t>(content.source_segments_size()));
}

void CheckAbsorb(const v1::Article& was, const v1::Article& now,
                 absl::string_view language) {
  v1::TranslationContent content =
      NewContent(DivideSource(was, v1::Translation::FULL));
  // The translation says what its source says.
  for (int i = 0; i < content.segments_size(); ++i) {
    *content.mutable_segments(i)->mutable_target() =
        content.source_segments(i).text();
  }
  AbsorbArticle(now, v1::Translation::FULL, language, &content);
  std::set<std::string> known;
  for (const v1::SourceSegment& source : content.source_segments()) {
    known.insert(source.unit());
  }
  for (const v1::Block& block : now.body()) {
    const std::string unit = absl::StrCat("body/", block.id());
    if (!known.contains(unit)) continue;
    Check(AssembleUnit(content, unit, language).text() ==
          block.paragraph().text().text());
  }
}

}  // namespace
}  // namespace courant

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  constexpr absl::string_view kLanguages[] = {"ko", "en", "zh", "de", "el", ""};
  const absl::string_view language = kLanguages[data[0] % 6];
  const absl::string_view bytes(reinterpret_cast<const char*>(data + 1),
                                size - 1);
  courant::CheckSentences(bytes, language);
  const size_t middle = bytes.find('\xff');
  const courant::v1::Article was =
      courant::ArticleOf(bytes.substr(0, middle), language);
  const courant::v1::Article now = courant::ArticleOf(
      middle == absl::string_view::npos ? "" : bytes.substr(middle + 1),
      language);
  courant::CheckDiff(was, now);
  courant::CheckAbsorb(was, now, language);
  return 0;
}
