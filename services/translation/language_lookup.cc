#include "services/translation/language_lookup.h"

#include <unicode/localematcher.h>
#include <unicode/locid.h>

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace courant {
namespace {

using v1::LanguageVersion;

icu::Locale LocaleOf(absl::string_view tag) {
  UErrorCode error = U_ZERO_ERROR;
  icu::Locale locale = icu::Locale::forLanguageTag(
      icu::StringPiece(tag.data(), static_cast<int32_t>(tag.size())), error);
  return U_SUCCESS(error) ? locale : icu::Locale("und");
}

// The script that texts in this language are in: what the tag says, or else
// what is likely.
std::string ScriptOf(absl::string_view tag) {
  icu::Locale locale = LocaleOf(tag);
  UErrorCode error = U_ZERO_ERROR;
  locale.addLikelySubtags(error);
  return U_SUCCESS(error) ? locale.getScript() : "";
}

// `range` without its last subtag, and without a single letter that would then
// stand at the end; empty when nothing is left.
absl::string_view Shortened(absl::string_view range) {
  const size_t dash = range.rfind('-');
  if (dash == absl::string_view::npos) return {};
  range = range.substr(0, dash);
  const size_t before = range.rfind('-');
  const size_t last = before == absl::string_view::npos ? 0 : before + 1;
  if (range.size() - last == 1) return Shortened(range);
  return range;
}

class Lookup {
 public:
  explicit Lookup(const LanguageQuestion& question) : question_(question) {}

  // RFC 4647, 3.4.
  std::optional<LanguageAnswer> ByRange(const std::string& range) const {
    LanguageVersion::Rule rule = LanguageVersion::EXACT;
    for (absl::string_view rest = range; !rest.empty();
         rest = Shortened(rest)) {
      for (const std::string& tag : question_.available) {
        if (absl::EqualsIgnoreCase(tag, rest) && SameScript(range, tag)) {
          return LanguageAnswer{tag, range, rule};
        }
      }
      rule = LanguageVersion::LOOKUP;
    }
    return std::nullopt;
  }

  std::optional<LanguageAnswer> ByLikeness(const std::string& range) const {
    UErrorCode error = U_ZERO_ERROR;
    icu::LocaleMatcher::Builder builder;
    builder.setNoDefaultLocale();
    for (const std::string& tag : question_.available) {
      if (SameScript(range, tag)) builder.addSupportedLocale(LocaleOf(tag));
    }
    const icu::LocaleMatcher matcher = builder.build(error);
    const icu::Locale* best = matcher.getBestMatch(LocaleOf(range), error);
    if (U_FAILURE(error) || best == nullptr) return std::nullopt;
    for (const std::string& tag : question_.available) {
      if (LocaleOf(tag) == *best) {
        return LanguageAnswer{tag, range, LanguageVersion::NEAR};
      }
    }
    return std::nullopt;
  }

 private:
  bool SameScript(absl::string_view range, absl::string_view tag) const {
    return question_.allow_script_fallback || ScriptOf(range) == ScriptOf(tag);
  }

  const LanguageQuestion& question_;
};

}  // namespace

std::optional<LanguageAnswer> LookupLanguage(const LanguageQuestion& question) {
  if (question.available.empty()) return std::nullopt;
  const Lookup lookup(question);
  for (const std::string& range : question.ranges) {
    if (range == "*") {
      return LanguageAnswer{question.available.front(), range,
                            LanguageVersion::ANY};
    }
    if (auto found = lookup.ByRange(range)) return found;
  }
  for (const std::string& range : question.ranges) {
    if (auto found = lookup.ByLikeness(range)) return found;
  }
  return std::nullopt;
}

}  // namespace courant
