#include "services/editorial/rules/formats.h"

#include <simdjson.h>
#include <unicode/uloc.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/editorial/rules/identifiers.h"
#include "services/editorial/rules/language_tag.h"
#include "services/editorial/rules/violations.h"

namespace courant {
namespace {

constexpr size_t kSha256Bytes = 32;
constexpr size_t kMaxPieceIdBytes = 32;
constexpr size_t kMaxSectionCodeBytes = 64;
constexpr size_t kMaxJsonDepth = 64;

bool IsCode(absl::string_view text, size_t max_bytes) {
  return !text.empty() && text.size() <= max_bytes &&
         std::all_of(text.begin(), text.end(), [](unsigned char byte) {
           return absl::ascii_islower(byte) || absl::ascii_isdigit(byte) ||
                  byte == '-';
         });
}

// Letters outside of ASCII are allowed: pages of the real world have them.
// Spaces and what would break out of an attribute are not.
bool HasOnlyUrlCharacters(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char byte) {
    return byte > 0x20 && byte != 0x7F && byte != '<' && byte != '>' &&
           byte != '"' && byte != '\\';
  });
}

// `host[:port]`, perhaps after `user@`.
bool IsAuthority(absl::string_view authority) {
  authority = authority.substr(authority.rfind('@') + 1);
  const size_t end_of_address = authority.rfind(']');
  const size_t colon = authority.find(
      ':', end_of_address == absl::string_view::npos ? 0 : end_of_address);
  const absl::string_view host = authority.substr(0, colon);
  const absl::string_view port = colon == absl::string_view::npos
                                     ? absl::string_view()
                                     : authority.substr(colon + 1);
  return !host.empty() && port.size() <= 5 &&
         std::all_of(port.begin(), port.end(), absl::ascii_isdigit);
}

bool IsHttpUrl(absl::string_view url) {
  if (!HasOnlyUrlCharacters(url)) return false;
  const size_t size = absl::StartsWithIgnoreCase(url, "https://")  ? 8
                      : absl::StartsWithIgnoreCase(url, "http://") ? 7
                                                                   : 0;
  if (size == 0) return false;
  url.remove_prefix(size);
  return IsAuthority(url.substr(0, url.find_first_of("/?#")));
}

bool IsMailtoUrl(absl::string_view url) {
  if (!absl::StartsWithIgnoreCase(url, "mailto:")) return false;
  const absl::string_view address = url.substr(7);
  const size_t at = address.find('@');
  return HasOnlyUrlCharacters(address) && at != 0 &&
         at != absl::string_view::npos && at + 1 < address.size();
}

bool IsUri(absl::string_view uri) {
  const size_t colon = uri.find(':');
  if (colon == 0 || colon == absl::string_view::npos ||
      colon + 1 == uri.size() || !absl::ascii_isalpha(uri[0])) {
    return false;
  }
  const absl::string_view scheme = uri.substr(0, colon);
  return HasOnlyUrlCharacters(uri) &&
         std::all_of(scheme.begin(), scheme.end(), [](unsigned char byte) {
           return absl::ascii_isalnum(byte) || byte == '+' || byte == '-' ||
                  byte == '.';
         });
}

bool IsResourceName(absl::string_view collection, absl::string_view name) {
  return absl::ConsumePrefix(&name, collection) && IsResourceId(name);
}

bool IsQcode(absl::string_view qcode) {
  const size_t colon = qcode.find(':');
  return colon != 0 && colon != absl::string_view::npos &&
         colon + 1 < qcode.size() && HasOnlyUrlCharacters(qcode);
}

bool IsCountry(absl::string_view country) {
  if (country.size() != 2) return false;
  const char* const* code = uloc_getISOCountries();
  while (*code != nullptr && country != *code) ++code;
  return *code != nullptr;
}

bool IsMediaType(absl::string_view type) {
  const auto is_token = [](absl::string_view token) {
    return !token.empty() &&
           std::all_of(token.begin(), token.end(), [](unsigned char byte) {
             return absl::ascii_isalnum(byte) ||
                    absl::StrContains("!#$&-^_.+", static_cast<char>(byte));
           });
  };
  const absl::string_view essence =
      absl::StripTrailingAsciiWhitespace(type.substr(0, type.find(';')));
  const size_t slash = essence.find('/');
  return slash != absl::string_view::npos &&
         is_token(essence.substr(0, slash)) &&
         is_token(essence.substr(slash + 1));
}

bool IsJson(absl::string_view json) {
  simdjson::dom::parser parser;
  if (parser.allocate(json.size(), kMaxJsonDepth) != simdjson::SUCCESS) {
    return false;
  }
  return parser.parse(json.data(), json.size()).error() == simdjson::SUCCESS;
}

// What would be right, after "is not". Not for languages.
absl::string_view Wanted(Format format) {
  switch (format) {
    case Format::kHttpUrl:
      return "an absolute http or https URL; use one such as "
             "\"https://example.org/a\"";
    case Format::kLinkUrl:
      return "an absolute http, https or mailto URL";
    case Format::kUri:
      return "an absolute URI; begin with a scheme, as in "
             "\"https://example.org/a\" or \"urn:x:y\"";
    case Format::kArticleName:
      return "the name of an article; use \"articles/{article}\", where "
             "{article} is 1 to 64 characters of [a-z0-9-], first a letter or "
             "digit";
    case Format::kStoryName:
      return "the name of a story; use \"stories/{story}\", where {story} is "
             "1 to 64 characters of [a-z0-9-], first a letter or digit";
    case Format::kPieceId:
      return "an id; use 1 to 32 characters of [a-z0-9-]";
    case Format::kSectionCode:
      return "a section code; use 1 to 64 characters of [a-z0-9-]";
    case Format::kQcode:
      return "a qcode; use \"scheme:code\" without spaces, as in "
             "\"medtop:20000639\"";
    case Format::kCountry:
      return "a country; use an ISO 3166-1 code of two capital letters, as in "
             "\"KR\"";
    case Format::kMediaType:
      return "a media type; use \"type/subtype\", as in \"image/jpeg\"";
    case Format::kJson:
      return "a JSON value of at most 64 levels";
    default:
      return "right";
  }
}

}  // namespace

bool HasFormat(Format format, absl::string_view value) {
  switch (format) {
    case Format::kAny:
      return true;
    case Format::kLanguage:
      return CanonicalLanguageTag(value).has_value();
    case Format::kHttpUrl:
      return IsHttpUrl(value);
    case Format::kLinkUrl:
      return IsHttpUrl(value) || IsMailtoUrl(value);
    case Format::kUri:
      return IsUri(value);
    case Format::kArticleName:
      return IsResourceName("articles/", value);
    case Format::kStoryName:
      return IsResourceName("stories/", value);
    case Format::kPieceId:
      return IsCode(value, kMaxPieceIdBytes);
    case Format::kSectionCode:
      return IsCode(value, kMaxSectionCodeBytes);
    case Format::kQcode:
      return IsQcode(value);
    case Format::kCountry:
      return IsCountry(value);
    case Format::kMediaType:
      return IsMediaType(value);
    case Format::kJson:
      return IsJson(value);
    case Format::kSha256:
      return value.size() == kSha256Bytes;
  }
  return false;
}

std::string FormatAdvice(Format format, absl::string_view value) {
  if (format == Format::kLanguage) return LanguageTagAdvice(value);
  if (format == Format::kSha256) {
    return absl::StrCat("has ", value.size(), " bytes; a SHA-256 has ",
                        kSha256Bytes);
  }
  // A policy may be secret and long: it is not quoted.
  if (format == Format::kJson) return absl::StrCat("is not ", Wanted(format));
  return absl::StrCat(Quoted(value), " is not ", Wanted(format));
}

}  // namespace courant
