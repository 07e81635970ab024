#include "services/importers/ninjs/check.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/importers/finish_item.h"
#include "services/importers/language_tag.h"
#include "services/importers/ninjs/date_time.h"
#include "services/importers/ninjs/fault.h"
#include "services/importers/unicode_text.h"

namespace courant::importers::ninjs {
namespace {

constexpr const char* kGeoJsonTypes[] = {
    "Point",           "MultiPoint",        "LineString",
    "MultiLineString", "Polygon",           "MultiPolygon",
    "Feature",         "FeatureCollection", "GeometryCollection"};

// A tag by its form; names of languages and underscores are other customs.
bool IsLanguageTag(absl::string_view text) {
  const absl::string_view language = text.substr(0, text.find('-'));
  if (language.size() > 3 || absl::StrContains(text, "_") ||
      TrimSpace(text) != text) {
    return false;
  }
  const std::optional<std::string> tag = CanonicalLanguage(text);
  return tag && IsKnownLanguage(*tag);
}

std::string AdviceFor(const Property& property) {
  switch (property.kind) {
    case Kind::kInteger:
      return "an integer";
    case Kind::kNumber:
      return "a number";
    case Kind::kObject:
    case Kind::kGeoJson:
      return "an object";
    default:
      return "a string";
  }
}

// One walk over one item.
class Checker {
 public:
  Checker(Version version, bool lenient, Faults& faults)
      : version_(version), lenient_(lenient), faults_(faults) {}

  void CheckObject(const Shape& shape, absl::string_view path,
                   JsonValue& object) {
    for (JsonMember& member : object.members) {
      if (faults_.full()) return;
      const std::string member_path = MemberPath(path, member.key);
      const Property* property = FindProperty(shape, version_, member.key);
      if (property == nullptr) {
        member.name.clear();
        AddUnknown(shape, member, member_path);
        continue;
      }
      member.name = property->name;
      if (property->list) {
        CheckList(*property, member_path, member.value);
      } else {
        CheckValue(*property, member_path, member.value);
      }
    }
    CheckRequired(shape, path, object);
    if (shape.one != nullptr) CheckEither(shape, path, object);
  }

 private:
  void Add(v1::ErrorReason reason, const JsonValue& value,
           absl::string_view path, absl::string_view description) {
    faults_.Add(reason, value.line, path, description);
  }

  void AddUnknown(const Shape& shape, const JsonMember& member,
                  absl::string_view path) {
    if (lenient_) return CheckTexts(member.value, path);
    Add(v1::MALFORMED_REQUEST, member.value, path,
        absl::StrCat("there is no such property in ninjs ",
                     version_ == Version::k2 ? "2.x" : "3.x",
                     MeantBy(shape, member.key)));
  }

  // "; it is pubStatus there" when another spelling of `key` is known.
  std::string MeantBy(const Shape& shape, absl::string_view key) const {
    for (const Shape* s = &shape; s != nullptr; s = s->base) {
      for (const Property& property : s->properties) {
        const std::string right = SpellingOf(property, version_);
        if (right.empty()) continue;
        if (absl::EqualsIgnoreCase(property.name, key) ||
            (property.name_2 != nullptr &&
             absl::EqualsIgnoreCase(property.name_2, key))) {
          return absl::StrCat("; it is ", right, " there");
        }
      }
    }
    return "";
  }

  void CheckRequired(const Shape& shape, absl::string_view path,
                     const JsonValue& object) {
    for (const Shape* s = &shape; s != nullptr; s = s->base) {
      for (const Property& property : s->properties) {
        if (!property.required) continue;
        const JsonValue* value = FindMember(object, property.name);
        if (value == nullptr) {
          Add(v1::FIELD_REQUIRED, object,
              MemberPath(path, SpellingOf(property, version_)), "is required");
        }
      }
    }
  }

  void CheckEither(const Shape& shape, absl::string_view path,
                   const JsonValue& object) {
    const bool one = FindMember(object, shape.one) != nullptr;
    const bool other = FindMember(object, shape.other) != nullptr;
    if (one != other) return;
    const auto spelled = [&](const char* name) {
      return version_ == Version::k3 ? std::string(name)
                                     : absl::AsciiStrToLower(name);
    };
    Add(one ? v1::FIELD_INVALID : v1::FIELD_REQUIRED, object, path,
        absl::StrCat(one ? "has both " : "has neither ", spelled(shape.one),
                     one ? " and " : " nor ", spelled(shape.other),
                     "; it must have exactly one of them"));
  }

  void CheckList(const Property& property, absl::string_view path,
                 JsonValue& list) {
    if (!list.is_array()) {
      return Add(
          v1::FIELD_INVALID, list, path,
          absl::StrCat("is ", TypeWords(list.type), "; it must be an array"));
    }
    for (size_t i = 0; i < list.elements.size() && !faults_.full(); ++i) {
      CheckValue(property, ElementPath(path, i), list.elements[i]);
    }
  }

  void AddWrongType(const Property& property, absl::string_view path,
                    const JsonValue& value) {
    Add(v1::FIELD_INVALID, value, path,
        absl::StrCat(
            "is ", TypeWords(value.type), "; it must be ", AdviceFor(property),
            value.type == JsonValue::Type::kNull ? ", or not be there" : ""));
  }

  void CheckValue(const Property& property, absl::string_view path,
                  JsonValue& value) {
    switch (property.kind) {
      case Kind::kAny:
        return CheckTexts(value, path);
      case Kind::kObject:
        if (!value.is_object()) return AddWrongType(property, path, value);
        return CheckObject(*property.shape, path, value);
      case Kind::kGeoJson:
        if (!value.is_object()) return AddWrongType(property, path, value);
        return CheckGeoJson(path, value);
      case Kind::kInteger:
      case Kind::kNumber:
        if (!value.is_number()) return AddWrongType(property, path, value);
        return CheckNumber(property, path, value);
      default:
        if (!value.is_string()) return AddWrongType(property, path, value);
        return CheckString(property, path, value);
    }
  }

  void CheckNumber(const Property& property, absl::string_view path,
                   const JsonValue& value) {
    if (property.kind == Kind::kNumber ||
        (property.number_in_2 && version_ == Version::k2)) {
      return;
    }
    int64_t integer = 0;
    if (!IntegerOf(value, integer)) {
      return Add(
          v1::FIELD_INVALID, value, path,
          absl::StrCat("is ", Quoted(value.text), "; it must be an integer"));
    }
    if (integer < property.min || integer > property.max) {
      Add(v1::FIELD_INVALID, value, path,
          absl::StrCat("is ", integer, "; it must be ", property.min, " to ",
                       property.max));
    }
  }

  void CheckString(const Property& property, absl::string_view path,
                   const JsonValue& value) {
    CheckTexts(value, path);
    if (!property.long_text && value.text.size() > kMaxFieldBytes) {
      return Add(v1::FIELD_TOO_LONG, value, path,
                 "is longer than 64 KiB; only a body may be");
    }
    const auto is_not = [&](absl::string_view what) {
      Add(v1::FIELD_INVALID, value, path,
          absl::StrCat("is ", Quoted(value.text), "; it must be ", what));
    };
    switch (property.kind) {
      case Kind::kDateTime:
        if (!ParseDateTime(value.text)) {
          is_not(
              "a date and time with its offset, such as "
              "2026-03-04T10:30:00+09:00");
        }
        return;
      case Kind::kLanguage:
        if (!IsLanguageTag(value.text)) {
          is_not("a BCP 47 tag, such as en or ko-KR");
        }
        return;
      case Kind::kChoice:
        if (std::find(property.choices.begin(), property.choices.end(),
                      absl::string_view(value.text)) ==
            property.choices.end()) {
          is_not(
              absl::StrCat("one of ", absl::StrJoin(property.choices, ", ")));
        }
        return;
      default:
        return;
    }
  }

  // What is kept as it is needs no more than to be what it says.
  void CheckGeoJson(absl::string_view path, const JsonValue& value) {
    CheckTexts(value, path);
    const JsonValue* type = FindMember(value, "type");
    if (type == nullptr || !type->is_string() ||
        std::find(std::begin(kGeoJsonTypes), std::end(kGeoJsonTypes),
                  absl::string_view(type->text)) == std::end(kGeoJsonTypes)) {
      Add(v1::FIELD_INVALID, value, MemberPath(path, "type"),
          absl::StrCat("must be one of ", absl::StrJoin(kGeoJsonTypes, ", ")));
    }
  }

  // Control characters come in as escapes: JSON has them, an article may not.
  void CheckTexts(const JsonValue& value, absl::string_view path) {
    if (value.is_string()) {
      if (const std::optional<BadText> bad = FindBadText(value.text)) {
        Add(bad->reason, value, path,
            absl::StrCat(bad->what, " at byte ", bad->offset + 1));
      }
    }
    for (size_t i = 0; i < value.elements.size() && !faults_.full(); ++i) {
      CheckTexts(value.elements[i], ElementPath(path, i));
    }
    for (const JsonMember& member : value.members) {
      if (faults_.full()) return;
      CheckTexts(member.value, MemberPath(path, member.key));
    }
  }

  const Version version_;
  const bool lenient_;
  Faults& faults_;
};

std::string TextOf(const JsonValue* value) {
  return value != nullptr && value->is_string() ? value->text : "";
}

// The digit in front of the first dot: "3" of "3.1", "ninjs-schema_3.1.json#".
std::string MajorOf(absl::string_view version) {
  const size_t mark = version.rfind("schema_");
  if (mark != absl::string_view::npos) version.remove_prefix(mark + 7);
  return std::string(version.substr(0, version.find('.')));
}

// `schema`, if it is the address of a schema of ninjs.
const JsonValue* NinjsSchema(const JsonValue* schema) {
  return absl::StrContains(TextOf(schema), "ninjs") ? schema : nullptr;
}

// Keys of one object and of those in it that one version spells and the other
// does not.
struct Spellings {
  int of_2 = 0;
  int of_3 = 0;
};

void Count(const Shape& shape, const JsonValue& object, Spellings& spellings) {
  for (const JsonMember& member : object.members) {
    const Property* in_2 = FindProperty(shape, Version::k2, member.key);
    const Property* in_3 = FindProperty(shape, Version::k3, member.key);
    if (in_2 != in_3) ++(in_3 == nullptr ? spellings.of_2 : spellings.of_3);
    const Property* property = in_3 == nullptr ? in_2 : in_3;
    if (property == nullptr || property->shape == nullptr) continue;
    Count(*property->shape, member.value, spellings);
    for (const JsonValue& element : member.value.elements) {
      Count(*property->shape, element, spellings);
    }
  }
}

}  // namespace

absl::StatusOr<Version> VersionOf(const JsonValue& item) {
  const JsonValue* standard = FindMember(item, "standard");
  const JsonValue* named =
      standard == nullptr ? nullptr : FindMember(*standard, "version");
  std::string path = "$.standard.version";
  if (TextOf(named).empty()) {
    named = NinjsSchema(FindMember(item, "$schema"));
    path = "$.$schema";
  }
  if (TextOf(named).empty() && standard != nullptr) {
    named = NinjsSchema(FindMember(*standard, "schema"));
    path = "$.standard.schema";
  }
  if (!TextOf(named).empty()) {
    const std::string major = MajorOf(named->text);
    if (major == "2") return Version::k2;
    if (major == "3") return Version::k3;
    return FaultAt(v1::FIELD_INVALID, named->line, path,
                   absl::StrCat("is ", Quoted(named->text),
                                "; ninjs 2.x and 3.x can be read"));
  }
  Spellings spellings;
  Count(ItemShape(), item, spellings);
  return spellings.of_2 > spellings.of_3 ? Version::k2 : Version::k3;
}

absl::Status CheckItem(Version version, bool lenient, JsonValue& item) {
  Faults faults;
  Checker(version, lenient, faults).CheckObject(ItemShape(), "$", item);
  return faults.ToStatus();
}

}  // namespace courant::importers::ninjs
