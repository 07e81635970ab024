#include "services/importers/ninjs/concepts.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/importers/finish_item.h"
#include "services/importers/ninjs/fields.h"

namespace courant::importers::ninjs {
namespace {

constexpr absl::string_view kMediaTopics = "cv.iptc.org/newscodes/mediatopic/";

// `medtop:20000639` for the uri of a Media Topic.
std::string MediaTopicOf(absl::string_view uri) {
  if (!absl::ConsumePrefix(&uri, "http://") &&
      !absl::ConsumePrefix(&uri, "https://")) {
    return "";
  }
  if (!absl::ConsumePrefix(&uri, kMediaTopics) || uri.empty() ||
      absl::StrContains(uri, "/")) {
    return "";
  }
  return absl::StrCat("medtop:", uri);
}

// `scheme:code` that is no address.
bool IsQcode(absl::string_view text) {
  const size_t colon = text.find(':');
  return colon != 0 && IsAbsoluteUri(absl::StrCat("x", text)) &&
         colon + 1 < text.size() && text[colon + 1] != '/';
}

bool IsSectionCode(absl::string_view code) {
  return !code.empty() && code.size() <= 64 &&
         std::all_of(code.begin(), code.end(), [](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
         });
}

absl::string_view LastPartOf(absl::string_view uri) {
  uri = uri.substr(0, uri.find_first_of("?#"));
  absl::ConsumeSuffix(&uri, "/");
  return uri.substr(uri.find_last_of("/:") + 1);
}

// The uri of a member, marked as used when it is one.
std::string TakeUri(JsonValue& concept_value) {
  if (!IsAbsoluteUri(PeekString(concept_value, "uri"))) return "";
  return TakeString(concept_value, "uri");
}

// False when there is nothing to make a section of.
bool MapSection(JsonValue& subject, v1::Article& article) {
  const absl::string_view name = PeekString(subject, "name");
  const absl::string_view literal = PeekString(subject, "literal");
  const absl::string_view last = LastPartOf(PeekString(subject, "uri"));
  v1::Section section;
  if (IsSectionCode(literal)) {
    section.set_code(TakeString(subject, "literal"));
  } else if (literal.empty() && IsSectionCode(last)) {
    // The rest of the uri is left to be kept.
    section.set_code(std::string(last));
  }
  if (section.code().empty() && name.empty()) return false;
  if (!name.empty()) {
    section.add_labels()->set_value(TakeString(subject, "name"));
  }
  MarkUsed(subject, "rel");
  *article.add_sections() = section;
  return true;
}

void MapSubject(JsonValue& subject, v1::Article& article) {
  if (absl::EqualsIgnoreCase(PeekString(subject, "rel"), "section") &&
      MapSection(subject, article)) {
    return;
  }
  v1::Subject made;
  made.set_uri(TakeUri(subject));
  made.set_qcode(MediaTopicOf(made.uri()));
  if (made.qcode().empty() && IsQcode(PeekString(subject, "literal"))) {
    made.set_qcode(TakeString(subject, "literal"));
  }
  if (made.uri().empty() && IsQcode(PeekString(subject, "uri"))) {
    made.set_qcode(TakeString(subject, "uri"));
  }
  if (!PeekString(subject, "name").empty()) {
    made.add_labels()->set_value(TakeString(subject, "name"));
  }
  if (made.uri().empty() && made.qcode().empty() && made.labels().empty()) {
    return;
  }
  // 0 would say that nothing was said, and is left to be kept.
  made.set_relevance(
      static_cast<int32_t>(TakeInteger(subject, "relevance", 1, 100)));
  made.set_confidence(
      static_cast<int32_t>(TakeInteger(subject, "confidence", 1, 100)));
  made.set_assigned_by(v1::Subject::SOURCE);
  *article.add_subjects() = made;
}

std::optional<v1::Contributor::Role> RoleOfPerson(absl::string_view rel) {
  constexpr struct {
    absl::string_view rel;
    v1::Contributor::Role role;
  } kRoles[] = {
      {"author", v1::Contributor::AUTHOR},
      {"creator", v1::Contributor::AUTHOR},
      {"photographer", v1::Contributor::PHOTOGRAPHER},
      {"translator", v1::Contributor::TRANSLATOR},
      {"editor", v1::Contributor::EDITOR},
      {"reporter", v1::Contributor::REPORTER},
  };
  for (const auto& known : kRoles) {
    if (absl::EqualsIgnoreCase(known.rel, rel)) return known.role;
  }
  return std::nullopt;
}

// One value alone as it is, anything else as JSON.
std::string ContactOf(const JsonValue& contact_info) {
  if (contact_info.elements.size() == 1) {
    const JsonValue& only = contact_info.elements[0];
    if (only.members.size() == 1 && !PeekString(only, "value").empty()) {
      return std::string(PeekString(only, "value"));
    }
  }
  return CompactJson(contact_info);
}

// The contributor of that name whom the byline gave, or a new one.
v1::Contributor& ContributorNamed(absl::string_view name,
                                  v1::Article& article) {
  for (v1::Contributor& known : *article.mutable_contributors()) {
    for (const v1::PersonName& written : known.names()) {
      if (written.text() == name) return known;
    }
  }
  v1::Contributor& made = *article.add_contributors();
  made.add_names()->set_text(std::string(name));
  return made;
}

// False when it says nothing of somebody who made the item.
bool MapContributor(JsonValue& person, v1::Article& article) {
  const std::optional<v1::Contributor::Role> role =
      RoleOfPerson(PeekString(person, "rel"));
  if (!role || PeekString(person, "name").empty()) return false;
  MarkUsed(person, "rel");
  v1::Contributor& contributor =
      ContributorNamed(TakeString(person, "name"), article);
  contributor.set_role(*role);
  JsonValue* contact = FindMember(person, "contactInfo");
  if (contact != nullptr && !contact->elements.empty() &&
      contributor.contact().empty()) {
    std::string text = ContactOf(*contact);
    if (text.size() <= kMaxFieldBytes) {
      contributor.set_contact(std::move(text));
      MarkAllUsed(*contact);
    }
  }
  return true;
}

void MapEntities(JsonValue& item, absl::string_view list, v1::Entity::Type type,
                 v1::Article& article) {
  for (JsonValue& element : ElementsOf(item, list)) {
    if (type == v1::Entity::PERSON && MapContributor(element, article)) {
      continue;
    }
    v1::Entity entity;
    entity.set_uri(TakeUri(element));
    const std::string name = TakeString(element, "name");
    if (!name.empty()) entity.mutable_label()->set_value(name);
    if (entity.uri().empty() && name.empty()) continue;
    entity.set_type(type);
    entity.set_rel(TakeString(element, "rel"));
    *article.add_entities() = entity;
  }
}

void MapSources(JsonValue& item, v1::Article& article) {
  for (JsonValue& source : ElementsOf(item, "infoSources")) {
    if (PeekString(source, "name").empty()) continue;
    v1::Provenance::Hop& hop = *article.mutable_provenance()->add_hops();
    hop.set_party(TakeString(source, "name"));
    hop.set_action(TakeString(source, "role"));
  }
}

}  // namespace

void MapConcepts(JsonValue& item, ImportedItem& out) {
  v1::Article& article = *out.request.mutable_article();
  for (JsonValue& subject : ElementsOf(item, "subjects")) {
    MapSubject(subject, article);
  }
  MapEntities(item, "people", v1::Entity::PERSON, article);
  MapEntities(item, "organisations", v1::Entity::ORGANISATION, article);
  MapEntities(item, "places", v1::Entity::PLACE, article);
  MapEntities(item, "events", v1::Entity::EVENT, article);
  MapEntities(item, "objects", v1::Entity::OBJECT, article);
  MapSources(item, article);
}

}  // namespace courant::importers::ninjs
