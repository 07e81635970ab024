#include "services/importers/ninjs/state.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/importers/finish_item.h"
#include "services/importers/ninjs/date_time.h"
#include "services/importers/ninjs/fault.h"
#include "services/importers/ninjs/fields.h"
#include "services/importers/unicode_text.h"
#include "storage/base/status_macros.h"

namespace courant::importers::ninjs {
namespace {

// What a server takes; a longer version stays among the leftovers.
constexpr int kMaxVersionCodePoints = 200;
constexpr int kMaxAliasCodePoints = 500;
// The system of a URI that names none: such a URI is unique by itself.
constexpr char kAnySystem[] = "ninjs";

bool HasText(JsonValue& item) {
  const absl::Span<JsonValue> bodies = ElementsOf(item, "bodies");
  return std::any_of(bodies.begin(), bodies.end(), [](const JsonValue& body) {
    return !IsBlank(PeekString(body, "value"));
  });
}

absl::Status MapKind(JsonValue& item, ImportedItem& out) {
  v1::Article& article = *out.request.mutable_article();
  constexpr struct {
    absl::string_view type;
    v1::Article::Kind kind;
  } kKinds[] = {
      {"", v1::Article::TEXT},           {"text", v1::Article::TEXT},
      {"picture", v1::Article::PICTURE}, {"graphic", v1::Article::GRAPHIC},
      {"video", v1::Article::VIDEO},     {"audio", v1::Article::AUDIO},
  };
  const absl::string_view type = PeekString(item, "type");
  for (const auto& known : kKinds) {
    if (type != known.type) continue;
    article.set_kind(known.kind);
    MarkUsed(item, "type");
    return absl::OkStatus();
  }
  if (type == "composite" && HasText(item)) {
    article.set_kind(v1::Article::TEXT);
    out.remarks.push_back(
        "a composite with a text: imported as a text with what belongs to it");
    return absl::OkStatus();
  }
  return FaultAt(
      v1::FIELD_INVALID, FindMember(item, "type")->line, "$.type",
      absl::StrCat("is ", Quoted(type),
                   type == "composite" ? " without a text" : "",
                   ", which is not an article; text, picture, graphic, video, "
                   "audio and composite with a text are imported"));
}

absl::Status CheckPubStatus(JsonValue& item, Version version) {
  MarkUsed(item, "pubStatus");
  const absl::string_view status = PeekString(item, "pubStatus");
  if (status.empty() || status == "usable") return absl::OkStatus();
  return FaultAt(
      v1::FIELD_INVALID, FindMember(item, "pubStatus")->line,
      version == Version::k2 ? "$.pubstatus" : "$.pubStatus",
      absl::StrCat("is ", Quoted(status),
                   ": a notice about an article is not an article; hold or "
                   "withdraw the one that it is about"));
}

// "courier.example" for https://courier.example/a, urn:newsml:courier.example:
// and tag:courier.example,2026:.
std::string SystemOf(absl::string_view uri) {
  if (IsWebUrl(uri)) return HostOf(uri);
  absl::string_view rest = uri;
  if (absl::ConsumePrefix(&rest, "urn:newsml:") ||
      absl::ConsumePrefix(&rest, "tag:")) {
    return absl::AsciiStrToLower(rest.substr(0, rest.find_first_of(":,")));
  }
  return "";
}

std::optional<absl::Time> TakeTime(JsonValue& item, absl::string_view name) {
  MarkUsed(item, name);
  return ParseDateTime(PeekString(item, name));
}

void AddHop(const char* action, std::optional<absl::Time> time,
            v1::Provenance& provenance) {
  if (!time) return;
  v1::Provenance::Hop& hop = *provenance.add_hops();
  hop.set_party(provenance.source_system());
  hop.set_action(action);
  *hop.mutable_time() = TimestampOf(*time);
}

bool IsStoryName(absl::string_view name) {
  return absl::ConsumePrefix(&name, "stories/") && !name.empty() &&
         name.size() <= 64 && name[0] != '-' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
         });
}

void MapStory(JsonValue& item, v1::Article& article) {
  for (JsonValue& alias : ElementsOf(item, "altIds")) {
    if (!absl::EqualsIgnoreCase(PeekString(alias, "role"), "storyId") ||
        !IsStoryName(PeekString(alias, "value")) || !article.story().empty()) {
      continue;
    }
    article.set_story(TakeString(alias, "value"));
    MarkUsed(alias, "role");
  }
}

absl::Status MapIdentity(JsonValue& item, ImportedItem& out) {
  const JsonValue& uri = *FindMember(item, "uri");
  if (IsBlank(uri.text)) {
    return FaultAt(v1::FIELD_REQUIRED, uri.line, "$.uri", "is empty");
  }
  v1::Provenance& provenance =
      *out.request.mutable_article()->mutable_provenance();
  provenance.set_source_id(TakeString(item, "uri"));
  provenance.set_source_system(SystemOf(uri.text));
  if (!IsAbsoluteUri(uri.text)) {
    out.remarks.push_back(
        "$.uri is no absolute URI: an id within the system that it comes from");
  }
  return absl::OkStatus();
}

bool IsLater(const google::protobuf::Timestamp& time, absl::Time now) {
  return absl::FromUnixSeconds(time.seconds()) +
             absl::Nanoseconds(time.nanos()) >
         now;
}

}  // namespace

absl::Status MapState(JsonValue& item, Version version, ImportedItem& out) {
  COURANT_RETURN_IF_ERROR(CheckPubStatus(item, version));
  COURANT_RETURN_IF_ERROR(MapKind(item, out));
  COURANT_RETURN_IF_ERROR(MapIdentity(item, out));
  v1::Article& article = *out.request.mutable_article();
  article.set_language(TakeString(item, "language"));
  article.set_urgency(static_cast<int32_t>(TakeInteger(item, "urgency", 1, 9)));
  v1::Provenance& provenance = *article.mutable_provenance();
  AddHop("created", TakeTime(item, "firstCreated"), provenance);
  if (const auto time = TakeTime(item, "versionCreated")) {
    *provenance.mutable_source_version_time() = TimestampOf(*time);
  }
  if (CountCodePoints(PeekString(item, "version")) <= kMaxVersionCodePoints) {
    provenance.set_source_version(TakeString(item, "version"));
  }
  if (const auto time = TakeTime(item, "contentCreated")) {
    *article.mutable_content_created() = TimestampOf(*time);
  }
  if (const auto time = TakeTime(item, "embargoedUntil")) {
    *article.mutable_embargo_until() = TimestampOf(*time);
  }
  if (const auto time = TakeTime(item, "expires")) {
    *article.mutable_expires_at() = TimestampOf(*time);
  }
  MapStory(item, article);
  return absl::OkStatus();
}

void AddAlias(const ImportOptions& options, ImportedItem& out) {
  v1::Article& article = *out.request.mutable_article();
  const v1::Provenance& provenance = article.provenance();
  std::string system = provenance.source_system();
  if (system.empty()) system = options.source_system;
  if (system.empty() && IsAbsoluteUri(provenance.source_id())) {
    system = kAnySystem;
  }
  if (system.empty() ||
      CountCodePoints(provenance.source_id()) > kMaxAliasCodePoints) {
    return;
  }
  v1::AliasId& alias = *article.add_alias_ids();
  alias.set_source_system(std::move(system));
  alias.set_id(provenance.source_id());
}

bool MayPublish(absl::Time now, ImportedItem& out) {
  const v1::Article& article = out.request.article();
  const char* reason = nullptr;
  if (std::any_of(article.media().begin(), article.media().end(),
                  [now](const v1::Media& medium) {
                    return medium.has_embargo_until() &&
                           IsLater(medium.embargo_until(), now);
                  })) {
    reason = "one of its media is under embargo";
  } else if (article.has_expires_at() && now != absl::InfinitePast() &&
             !IsLater(article.expires_at(), now)) {
    reason = "it has expired";
  } else if (IsBlank(article.headline().value())) {
    reason = "it has no headline";
  } else if (article.kind() != v1::Article::TEXT && article.media().empty()) {
    reason = "it has no file";
  } else if (article.body().empty() && article.media().empty()) {
    reason = "it has no text that can be read";
  }
  if (reason == nullptr) {
    if (article.has_embargo_until() && IsLater(article.embargo_until(), now)) {
      out.remarks.push_back(
          "it is under embargo: the server publishes it when that ends");
    }
    return true;
  }
  out.remarks.push_back(absl::StrCat(reason, ": imported as a draft"));
  return false;
}

}  // namespace courant::importers::ninjs
