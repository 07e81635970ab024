#include <gmock/gmock.h>
#include <google/protobuf/util/time_util.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "services/editorial/rules/validation.h"
#include "services/importers/item_reader.h"
#include "services/importers/ninjs/shape.h"
#include "tests/services/importers/import_test_support.h"
#include "tests/testing/status_matchers.h"

// That no property is lost: an item with every property that the table has,
// each with a value of its own, is imported, and every value must be found
// again, in a field or in provenance.unmapped. The table has what the schemas
// have: ninjs_shape_test.cc.

namespace courant::importers::ninjs {
namespace {

// Values for properties, by name or as "parent.name", in place of one of their
// own; "" leaves the property out.
using Fixed = std::map<std::string, std::string>;

// Writes an item with everything.
class Everything {
 public:
  Everything(Version version, Fixed fixed)
      : version_(version), fixed_(std::move(fixed)) {}

  std::string Item() { return Object(ItemShape(), 0); }

  // Where each value of its own stands, and the forms in which it may be found.
  const std::map<std::string, std::vector<std::string>>& values() const {
    return values_;
  }

 private:
  std::string Object(const Shape& shape, int depth) {
    std::vector<std::string> members;
    AddMembers(shape, depth, members);
    return absl::StrCat("{", absl::StrJoin(members, ","), "}");
  }

  void AddMembers(const Shape& shape, int depth,
                  std::vector<std::string>& members) {
    for (const Property& property : shape.properties) {
      const std::string key = SpellingOf(property, version_);
      // One generation of associations of associations is enough.
      if (key.empty() || key == "$schema" ||
          (depth > 0 && key == "associations")) {
        continue;
      }
      const auto fixed = FixedFor(property.name);
      if (fixed != fixed_.end() && fixed->second.empty()) continue;
      const std::string before = path_;
      absl::StrAppend(&path_, ".", key);
      const std::string value = fixed != fixed_.end()
                                    ? absl::StrCat("\"", fixed->second, "\"")
                                    : Value(property, depth);
      path_ = before;
      members.push_back(absl::StrCat("\"", key, "\":", property.list ? "[" : "",
                                     value, property.list ? "]" : ""));
    }
    if (shape.base != nullptr) AddMembers(*shape.base, depth, members);
  }

  Fixed::const_iterator FixedFor(absl::string_view name) const {
    const std::string path =
        absl::AsciiStrToLower(absl::StrCat(path_, ".", name));
    for (auto entry = fixed_.begin(); entry != fixed_.end(); ++entry) {
      if (entry->first == name ||
          (absl::StrContains(entry->first, ".") &&
           absl::EndsWith(path, absl::AsciiStrToLower(entry->first)))) {
        return entry;
      }
    }
    return fixed_.end();
  }

  std::string Own(const std::vector<std::string>& forms) {
    values_[path_] = forms;
    return forms[0];
  }

  std::string Value(const Property& property, int depth) {
    const absl::string_view name = property.name;
    ++number_;
    switch (property.kind) {
      case Kind::kString: {
        std::string text = absl::StrCat("v", number_, "v");
        if (name == "uri" || name == "href" || name == "linkedRights") {
          text = absl::StrCat("https://", text, ".example/");
        }
        if (absl::EndsWith(path_, ".standard.version")) {
          text = absl::StrCat(version_ == Version::k2 ? "2." : "3.", text);
        }
        return absl::StrCat("\"", Own({text}), "\"");
      }
      case Kind::kLanguage:
        return "\"en\"";
      case Kind::kChoice:
        return absl::StrCat("\"", property.choices[0], "\"");
      case Kind::kInteger: {
        if (property.max < 1000) return absl::StrCat(property.max);
        return Own({absl::StrCat(100000 + number_)});
      }
      case Kind::kNumber:
        return Own({absl::StrCat(1000 + number_, ".5"),
                    absl::StrCat(1000 + number_, "500")});
      case Kind::kDateTime: {
        const int64_t seconds = 1700000000 + number_;
        return absl::StrCat(
            "\"",
            Own({absl::FormatTime("%Y-%m-%dT%H:%M:%SZ",
                                  absl::FromUnixSeconds(seconds),
                                  absl::UTCTimeZone()),
                 absl::StrCat(seconds)}),
            "\"");
      }
      case Kind::kObject:
        return Object(*property.shape,
                      depth + (name == "associations" ? 1 : 0));
      case Kind::kGeoJson:
        return absl::StrCat(R"({"type":"Point","coordinates":[1,)",
                            Own({absl::StrCat(100000 + number_)}), "]}");
      case Kind::kAny:
        return absl::StrCat("\"", Own({absl::StrCat("v", number_, "v")}), "\"");
    }
    return "null";
  }

  const Version version_;
  const Fixed fixed_;
  std::string path_ = "$";
  int number_ = 0;
  std::map<std::string, std::vector<std::string>> values_;
};

// What comes of it, as one text. Values stand between other characters.
std::string Found(const ImportedItem& item) {
  return item.request.article().DebugString();
}

struct Case {
  const char* name;
  Fixed fixed;
};

const Case kCases[] = {
    // All of the same property with what would be said of it in real life.
    {"Unknown words", {{"encodedRights", ""}, {"address", ""}}},
    {"Plain",
     {{"role", ""},
      {"rel", ""},
      {"contentType", ""},
      {"linkedRights", ""},
      {"bodies.value", "x"},
      {"contactInfo.value", ""}}},
    {"Author",
     {{"rel", "author"},
      {"role", ""},
      {"contentType", "text/html"},
      {"encodedRights", ""},
      {"address", ""}}},
    {"Section",
     {{"rel", "section"},
      {"role", "main"},
      {"encodedRights", ""},
      {"address", ""}}},
    {"Photographer",
     {{"rel", "photographer"},
      {"role", "caption"},
      {"contentType", ""},
      {"name", "web"},
      {"encodedRights", ""},
      {"address", ""}}},
    {"Picture",
     {{"type", "picture"},
      {"role", "summary"},
      {"rel", ""},
      {"contentType", "image/jpeg"},
      {"encodedRights", ""},
      {"address", ""}}},
    {"Kicker",
     {{"role", "kicker"},
      {"contentType", "application/xhtml+xml"},
      {"encodedRights", ""},
      {"address", ""}}},
    {"Qcodes",
     {{"literal", "medtop:1"},
      {"uri", "x:y"},
      {"role", "short"},
      {"encodedRights", ""},
      {"address", ""}}},
};

class NinjsPropertiesTest
    : public ::testing::TestWithParam<std::tuple<Version, int>> {};

TEST_P(NinjsPropertiesTest, EveryValueIsFoundAgain) {
  const auto [version, number] = GetParam();
  const Case& c = kCases[number];
  Everything everything(version, c.fixed);
  const std::string text = everything.Item();
  const ImportedItem item = ImportOne(ImportFormat::kNinjs, text);
  const std::string found = Found(item);
  EXPECT_GT(everything.values().size(), 50u);
  for (const auto& [path, forms] : everything.values()) {
    bool is_there = false;
    for (const std::string& form : forms) {
      is_there |= absl::StrContains(found, form);
    }
    EXPECT_TRUE(is_there) << c.name << ": " << path << " is lost";
  }
  EXPECT_THAT(ValidateArticle(item.request.article(), "article"), IsOk());
}

INSTANTIATE_TEST_SUITE_P(
    Versions, NinjsPropertiesTest,
    ::testing::Combine(::testing::Values(Version::k2, Version::k3),
                       ::testing::Range(0,
                                        static_cast<int>(std::size(kCases)))));

}  // namespace
}  // namespace courant::importers::ninjs
