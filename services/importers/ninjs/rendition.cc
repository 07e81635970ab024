#include "services/importers/ninjs/rendition.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/importers/finish_item.h"
#include "services/importers/ninjs/fields.h"

namespace courant::importers::ninjs {
namespace {

bool IsMediaType(absl::string_view type) {
  const auto is_token = [](absl::string_view token) {
    return !token.empty() &&
           std::all_of(token.begin(), token.end(), [](unsigned char c) {
             return absl::ascii_isalnum(c) ||
                    absl::StrContains("!#$&-^_.+", static_cast<char>(c));
           });
  };
  const absl::string_view essence =
      absl::StripTrailingAsciiWhitespace(type.substr(0, type.find(';')));
  const size_t slash = essence.find('/');
  return slash != absl::string_view::npos &&
         is_token(essence.substr(0, slash)) &&
         is_token(essence.substr(slash + 1));
}

// Seconds as whole milliseconds; 0 when they are none.
int64_t TakeMilliseconds(JsonValue& rendition) {
  JsonValue* duration = FindMember(rendition, "duration");
  double seconds = 0;
  constexpr double kLongest = 1e9;
  if (duration == nullptr || !absl::SimpleAtod(duration->text, &seconds) ||
      !(seconds > 0 && seconds < kLongest)) {
    return 0;
  }
  const auto milliseconds = static_cast<int64_t>(std::llround(seconds * 1000));
  // The double that is nearest to so many milliseconds: none are lost.
  if (static_cast<double>(milliseconds) / 1000 != seconds) return 0;
  duration->used = true;
  return milliseconds;
}

std::string ContentTypeOf(const JsonValue& rendition) {
  return absl::AsciiStrToLower(PeekString(rendition, "contentType"));
}

}  // namespace

v1::Rendition TakeRendition(JsonValue& rendition) {
  constexpr int64_t kMost = std::numeric_limits<int32_t>::max();
  v1::Rendition made;
  made.set_name(TakeString(rendition, "name"));
  if (IsWebUrl(PeekString(rendition, "href"))) {
    made.set_href(TakeString(rendition, "href"));
  }
  if (IsMediaType(PeekString(rendition, "contentType"))) {
    made.set_content_type(TakeString(rendition, "contentType"));
  }
  made.set_width(
      static_cast<int32_t>(TakeInteger(rendition, "width", 1, kMost)));
  made.set_height(
      static_cast<int32_t>(TakeInteger(rendition, "height", 1, kMost)));
  made.set_size_bytes(TakeInteger(rendition, "sizeInBytes", 1,
                                  std::numeric_limits<int64_t>::max()));
  made.set_duration_ms(TakeMilliseconds(rendition));
  return made;
}

bool IsWebPage(const JsonValue& rendition) {
  const std::string type = ContentTypeOf(rendition);
  return absl::EqualsIgnoreCase(PeekString(rendition, "name"), "web") &&
         IsWebUrl(PeekString(rendition, "href")) &&
         (type.empty() || absl::StrContains(type, "html"));
}

v1::Media::Kind MediaKindOf(const JsonValue& rendition) {
  const std::string type = ContentTypeOf(rendition);
  if (absl::StartsWith(type, "image/")) return v1::Media::PICTURE;
  if (absl::StartsWith(type, "video/")) return v1::Media::VIDEO;
  if (absl::StartsWith(type, "audio/")) return v1::Media::AUDIO;
  if (absl::StartsWith(type, "application/pdf") ||
      absl::StartsWith(type, "text/")) {
    return v1::Media::DOCUMENT;
  }
  return v1::Media::KIND_UNSPECIFIED;
}

}  // namespace courant::importers::ninjs
