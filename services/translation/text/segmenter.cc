#include "services/translation/text/segmenter.h"

#include <unicode/brkiter.h>
#include <unicode/utext.h>

#include <algorithm>
#include <memory>

#include "absl/strings/match.h"
#include "services/translation/text/code_points.h"
#include "services/translation/text/sentence_rules.h"

namespace courant {
namespace {

// The part of a BCP 47 tag that says which language it is.
absl::string_view PrimarySubtag(absl::string_view language) {
  return language.substr(0, language.find_first_of("-_"));
}

// ICU's iterator for `language`, of this thread. Null when ICU has none: its
// data is missing.
icu::BreakIterator* Iterator(absl::string_view language) {
  const auto make = [](const char* locale) {
    UErrorCode error = U_ZERO_ERROR;
    auto* made =
        icu::BreakIterator::createSentenceInstance(icu::Locale(locale), error);
    return std::unique_ptr<icu::BreakIterator>(U_SUCCESS(error) ? made
                                                                : nullptr);
  };
  // One language has rules of its own: its question mark is a semicolon.
  if (absl::EqualsIgnoreCase(language, "el")) {
    thread_local const std::unique_ptr<icu::BreakIterator> kGreek = make("el");
    return kGreek.get();
  }
  thread_local const std::unique_ptr<icu::BreakIterator> kRoot = make("");
  return kRoot.get();
}

// Adds to `places`, as code points, where Unicode's rules let sentences end.
void AddPlaces(absl::string_view text, const text::CodePoints& points,
               icu::BreakIterator* iterator, std::vector<size_t>* places) {
  UErrorCode error = U_ZERO_ERROR;
  UText view = UTEXT_INITIALIZER;
  utext_openUTF8(&view, text.data(), static_cast<int64_t>(text.size()), &error);
  iterator->setText(&view, error);
  if (U_SUCCESS(error)) {
    for (int32_t end = iterator->first(); end != icu::BreakIterator::DONE;
         end = iterator->next()) {
      const auto found =
          std::lower_bound(points.offsets.begin(), points.offsets.end(),
                           static_cast<uint32_t>(end));
      places->push_back(static_cast<size_t>(found - points.offsets.begin()));
    }
  }
  utext_close(&view);
}

}  // namespace

std::vector<size_t> SentenceEnds(absl::string_view text,
                                 absl::string_view language) {
  if (text.empty()) return {};
  const absl::string_view primary = PrimarySubtag(language);
  const text::CodePoints points(text);
  const text::SentenceRules rules(points, primary);
  std::vector<size_t> places = rules.MorePlaces();
  if (icu::BreakIterator* iterator = Iterator(primary)) {
    AddPlaces(text, points, iterator, &places);
  }
  std::sort(places.begin(), places.end());
  std::vector<size_t> ends;
  size_t sentence = 0;
  // Places between which there are only spaces are one: looked at once, or a
  // thousand line feeds would be looked at a million times.
  size_t looked_at = 0;
  for (const size_t place : places) {
    if (place <= sentence || place <= looked_at) continue;
    looked_at = place;
    while (text::IsSpace(points.at(looked_at))) ++looked_at;
    const size_t next = rules.NextSentence(sentence, place);
    if (next == 0) continue;
    ends.push_back(points.offsets[next]);
    sentence = next;
  }
  ends.push_back(text.size());
  return ends;
}

}  // namespace courant
