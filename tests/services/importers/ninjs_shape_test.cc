#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/importers/ninjs/shape.h"

// Whether our table says what the two schemas say, name by name. The schemas
// are found under COURANT_DATA; where that is set, they must be there.

namespace courant::importers::ninjs {
namespace {

using Json = nlohmann::json;

std::string Described(absl::string_view path, absl::string_view kind,
                      bool required) {
  return absl::StrCat(path, ": ", kind, required ? ", required" : "");
}

// What the table has, a line for each property.
class Table {
 public:
  explicit Table(Version version) : version_(version) {
    Add(ItemShape(), "");
    lines_.erase("$schema: string");
  }

  const std::set<std::string>& lines() const { return lines_; }

 private:
  void Add(const Shape& shape, const std::string& prefix) {
    for (const Property& property : shape.properties) {
      const std::string name = SpellingOf(property, version_);
      if (name.empty()) continue;
      const std::string path =
          absl::StrCat(prefix, name, property.list ? "[]" : "");
      lines_.insert(Described(path, KindOf(property), property.required));
      if (property.kind != Kind::kObject) continue;
      if (property.shape->one != nullptr) {
        lines_.insert(absl::StrCat(path, ": one of two"));
      }
      // An association has all that an item has.
      if (property.shape->base == &ItemShape()) {
        lines_.insert(absl::StrCat(path, ": an item"));
        AddOwn(*property.shape, path + ".");
      } else {
        Add(*property.shape, path + ".");
      }
    }
    if (shape.base != nullptr) Add(*shape.base, prefix);
  }

  void AddOwn(const Shape& shape, const std::string& prefix) {
    Add({shape.properties}, prefix);
  }

  std::string KindOf(const Property& property) const {
    switch (property.kind) {
      case Kind::kString:
      case Kind::kLanguage:
        return "string";
      case Kind::kDateTime:
        return "date-time";
      case Kind::kNumber:
        return "number";
      case Kind::kObject:
        return "object";
      case Kind::kGeoJson:
        return "GeoJSON";
      case Kind::kAny:
        return "any";
      case Kind::kInteger:
        if (property.number_in_2 && version_ == Version::k2) return "number";
        return property.max < 1000
                   ? absl::StrCat("integer ", property.min, "..", property.max)
                   : "integer";
      case Kind::kChoice: {
        std::string kind = "one of";
        for (const char* choice : property.choices) {
          // Refused either way: neither is an article.
          const absl::string_view word = choice;
          if (version_ == Version::k2 &&
              (word == "event" || word == "planning")) {
            continue;
          }
          absl::StrAppend(&kind, " ", choice);
        }
        return kind;
      }
    }
    return "";
  }

  const Version version_;
  std::set<std::string> lines_;
};

// What a schema has.
class Schema {
 public:
  explicit Schema(const Json& root) : root_(root) {
    Add(root.at("$defs").at("ninjsType"), "", {"uri"});
  }

  const std::set<std::string>& lines() const { return lines_; }

 private:
  // A node with what it refers to, its own keys first.
  Json Resolved(const Json& node) const {
    if (!node.contains("$ref")) return node;
    const std::string ref = node.at("$ref");
    Json result = node;
    result.erase("$ref");
    if (absl::StrContains(ref, "GeoJSON")) {
      result["type"] = "GeoJSON";
    } else {
      const Json target = root_.at(Json::json_pointer(ref.substr(1)));
      result["is_item"] = absl::StrContains(ref, "ninjsType");
      for (const auto& [key, value] : target.items()) {
        if (key == "type" && result.contains("type") &&
            result["type"] != value) {
          result["type"] = "any";
        } else if (!result.contains(key)) {
          result[key] = value;
        }
      }
    }
    return result;
  }

  static std::string KindOf(const Json& node) {
    if (node.contains("enum")) {
      std::string kind = "one of";
      for (const auto& choice : node.at("enum")) {
        absl::StrAppend(&kind, " ", choice.get<std::string>());
      }
      return kind;
    }
    const std::string type = node.value("type", "string");
    if (type == "string" && node.value("format", "") == "date-time") {
      return "date-time";
    }
    if (type == "integer" && node.contains("maximum")) {
      return absl::StrCat("integer ", node.at("minimum").get<int>(), "..",
                          node.at("maximum").get<int>());
    }
    return type;
  }

  void Add(const Json& node, const std::string& prefix,
           const std::vector<std::string>& required) {
    if (!node.contains("properties")) return;
    for (const auto& [name, value] : node.at("properties").items()) {
      Json property = Resolved(value);
      std::string path = prefix + name;
      if (property.value("type", "") == "array") {
        path += "[]";
        property = Resolved(property.at("items"));
      }
      lines_.insert(Described(
          path, KindOf(property),
          std::find(required.begin(), required.end(), name) != required.end()));
      if (property.contains("oneOf") && property.contains("properties")) {
        lines_.insert(absl::StrCat(path, ": one of two"));
      }
      if (property.value("is_item", false)) {
        lines_.insert(absl::StrCat(path, ": an item"));
        Json own = value.at("items");
        Add(own, path + ".", property.value("required", Required()));
      } else {
        Add(property, path + ".", property.value("required", Required()));
      }
    }
  }

  using Required = std::vector<std::string>;
  const Json& root_;
  std::set<std::string> lines_;
};

class NinjsShapeTest : public ::testing::TestWithParam<const char*> {};

TEST_P(NinjsShapeTest, TheTableSaysWhatTheSchemaSays) {
  const char* data = std::getenv("COURANT_DATA");
  if (data == nullptr) GTEST_SKIP() << "COURANT_DATA is unset";
  const std::string path =
      absl::StrCat(data, "/ninjs/ninjs-schema_", GetParam(), ".json");
  std::ifstream in(path);
  ASSERT_TRUE(in) << path << " is missing";
  const Json root = Json::parse(in);
  const Version version = GetParam()[0] == '2' ? Version::k2 : Version::k3;
  EXPECT_THAT(Table(version).lines(),
              ::testing::ElementsAreArray(Schema(root).lines()));
}

INSTANTIATE_TEST_SUITE_P(Schemas, NinjsShapeTest,
                         ::testing::Values("2.2", "3.1"));

TEST(NinjsShapeTest, EachVersionHasItsSpelling) {
  const auto name_of = [](Version version, absl::string_view key) {
    const Property* property = FindProperty(ItemShape(), version, key);
    return property == nullptr ? "" : std::string(property->name);
  };
  EXPECT_EQ(name_of(Version::k3, "pubStatus"), "pubStatus");
  EXPECT_EQ(name_of(Version::k3, "pubstatus"), "");
  EXPECT_EQ(name_of(Version::k2, "pubstatus"), "pubStatus");
  EXPECT_EQ(name_of(Version::k2, "pubStatus"), "");
  EXPECT_EQ(name_of(Version::k2, "embargoed"), "embargoedUntil");
  EXPECT_EQ(name_of(Version::k2, "embargoeduntil"), "");
  EXPECT_EQ(name_of(Version::k3, "embargoed"), "");
  EXPECT_EQ(name_of(Version::k2, "eventdetails"), "");
  EXPECT_EQ(name_of(Version::k3, "eventDetails"), "eventDetails");
}

}  // namespace
}  // namespace courant::importers::ninjs
