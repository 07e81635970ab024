#ifndef COURANT_SERVICES_TRANSLATION_LANGUAGE_LOOKUP_H_
#define COURANT_SERVICES_TRANSLATION_LANGUAGE_LOOKUP_H_

#include <optional>
#include <string>
#include <vector>

#include "courant/v1/translation_service.pb.h"

// Which language version a reader gets. Pure and thread-safe.
namespace courant {

// What there is, and what is asked for.
struct LanguageQuestion {
  // Canonical BCP 47 tags, the original first.
  std::vector<std::string> available;
  // Language ranges in order of preference, as RFC 4647 has them.
  std::vector<std::string> ranges;
  // Take another script of the language when there is nothing else.
  bool allow_script_fallback = false;
};

// What was found.
struct LanguageAnswer {
  // The version to serve: one of `available`.
  std::string language;
  // The range that it serves: one of `ranges`.
  std::string range;
  // Why it was taken for that range.
  v1::LanguageVersion::Rule rule = v1::LanguageVersion::RULE_UNSPECIFIED;
};

// First RFC 4647 lookup (section 3.4) over all ranges: predictable, and what
// caches expect. Then, for those that found nothing, the distances of CLDR (ICU
// LocaleMatcher, without a default: a reader of French who is offered Korean
// and English gets neither). Neither serves a script that the range did not
// ask for, Simplified for Traditional Chinese, say, unless that is allowed. "*"
// stands for the original. Nothing when no version fits.
std::optional<LanguageAnswer> LookupLanguage(const LanguageQuestion& question);

}  // namespace courant

#endif  // COURANT_SERVICES_TRANSLATION_LANGUAGE_LOOKUP_H_
