#include "services/config/config_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "courant/config/v1/server_config.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "services/config/config_value.h"
#include "services/config/server_config.h"

namespace courant {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptorProto;
using google::protobuf::FileDescriptorSet;
using google::protobuf::SourceLocation;
using testing::HasSubstr;

// The schema with the comments of its source, which compiled code does not
// carry.
class SchemaTest : public testing::Test {
 protected:
  void SetUp() override {
    std::ifstream file(COURANT_DESCRIPTORS, std::ios::binary);
    FileDescriptorSet set;
    ASSERT_TRUE(set.ParseFromIstream(&file)) << COURANT_DESCRIPTORS;
    for (const FileDescriptorProto& proto : set.file()) {
      ASSERT_NE(pool_.BuildFile(proto), nullptr) << proto.name();
    }
    root_ = pool_.FindMessageTypeByName("courant.config.v1.ServerConfig");
    ASSERT_NE(root_, nullptr);
    CollectLeaves(*root_, "");
  }

  static std::string CommentOf(const FieldDescriptor& field) {
    SourceLocation location;
    return field.GetSourceLocation(&location) ? location.leading_comments : "";
  }

  DescriptorPool pool_;
  const Descriptor* root_ = nullptr;
  // Dotted name of every field that is no section; the fields on the way.
  std::map<std::string, const FieldDescriptor*> leaves_;
  std::map<std::string, const FieldDescriptor*> sections_;

 private:
  void CollectLeaves(const Descriptor& message, const std::string& prefix) {
    for (int i = 0; i < message.field_count(); ++i) {
      const FieldDescriptor& field = *message.field(i);
      const std::string name = absl::StrCat(prefix, field.name());
      const bool is_section =
          field.message_type() != nullptr &&
          field.message_type()->full_name() != "google.protobuf.Duration";
      if (is_section) {
        sections_[name] = &field;
        CollectLeaves(*field.message_type(), absl::StrCat(name, "."));
      } else {
        leaves_[name] = &field;
      }
    }
  }
};

TEST_F(SchemaTest, EveryFieldHasOneRowAndEveryRowAField) {
  std::set<std::string> rows;
  for (const ConfigKey& key : ConfigKeys()) {
    EXPECT_TRUE(rows.insert(std::string(key.name)).second) << key.name;
    EXPECT_TRUE(leaves_.contains(std::string(key.name))) << key.name;
  }
  for (const auto& [name, field] : leaves_) {
    EXPECT_TRUE(rows.contains(name)) << name << " has no default";
  }
  for (const auto& [name, field] : sections_) {
    EXPECT_TRUE(IsConfigSection(name)) << name;
  }
}

TEST_F(SchemaTest, EveryRowHasTheKindOfItsField) {
  for (const ConfigKey& key : ConfigKeys()) {
    const FieldDescriptor& field = *leaves_.at(std::string(key.name));
    FieldDescriptor::Type want = FieldDescriptor::TYPE_STRING;
    if (key.kind == ValueKind::kSwitch) want = FieldDescriptor::TYPE_BOOL;
    if (key.kind == ValueKind::kCount) want = FieldDescriptor::TYPE_UINT32;
    if (key.kind == ValueKind::kBytes) want = FieldDescriptor::TYPE_UINT64;
    if (key.kind == ValueKind::kDuration) want = FieldDescriptor::TYPE_MESSAGE;
    if (key.kind == ValueKind::kChoice) want = FieldDescriptor::TYPE_ENUM;
    EXPECT_EQ(field.type(), want) << key.name;
    EXPECT_FALSE(field.is_repeated()) << key.name;
  }
}

TEST_F(SchemaTest, EveryFieldHasACommentAndEveryLeafARangeAndADefault) {
  for (const auto& [name, field] : sections_) {
    EXPECT_NE(CommentOf(*field), "") << name;
  }
  for (const auto& [name, field] : leaves_) {
    EXPECT_THAT(CommentOf(*field), HasSubstr("Range")) << name;
    EXPECT_THAT(CommentOf(*field), HasSubstr("Default")) << name;
  }
}

// "[64KiB, 64MiB]" out of "a size from 64KiB to 64MiB, such as 8MiB".
std::string RangeInComment(const ConfigKey& key) {
  std::string text = DescribeWanted(key);
  text = text.substr(text.find(" from ") + 6);
  text = text.substr(0, text.find(','));
  const size_t to = text.find(" to ");
  return absl::StrCat("Range [", text.substr(0, to), ", ", text.substr(to + 4),
                      "].");
}

TEST_F(SchemaTest, CommentsRepeatTheDefaultsAndRangesOfTheTable) {
  for (const ConfigKey& key : ConfigKeys()) {
    const std::string comment = CommentOf(*leaves_.at(std::string(key.name)));
    switch (key.kind) {
      case ValueKind::kAddress: {
        const std::string section(key.name.substr(0, key.name.rfind('.')));
        EXPECT_THAT(CommentOf(*sections_.at(section)),
                    HasSubstr(absl::StrCat("Default ", key.default_text, ".")));
        break;
      }
      case ValueKind::kText:
      case ValueKind::kDomain:
        EXPECT_THAT(comment, HasSubstr(absl::StrCat("Range: ", key.min, " to ",
                                                    key.max, " bytes")));
        EXPECT_THAT(comment,
                    HasSubstr(absl::StrCat("Default \"", key.default_text)));
        break;
      case ValueKind::kSwitch:
      case ValueKind::kChoice:
        EXPECT_THAT(comment,
                    HasSubstr(absl::StrCat("Default ", key.default_text, ".")));
        break;
      case ValueKind::kCount:
      case ValueKind::kBytes:
      case ValueKind::kDuration:
        EXPECT_THAT(comment, HasSubstr(RangeInComment(key))) << key.name;
        EXPECT_THAT(comment,
                    HasSubstr(absl::StrCat("Default ", key.default_text, ".")));
        break;
    }
  }
}

TEST_F(SchemaTest, CommentsSayWhatIsReloadable) {
  for (const ConfigKey& key : ConfigKeys()) {
    EXPECT_EQ(absl::StrContains(CommentOf(*leaves_.at(std::string(key.name))),
                                "Reloadable."),
              key.takes_effect == TakesEffect::kOnReload)
        << key.name;
  }
}

TEST(ConfigKeysTest, EveryKeyHasItsOwnVariable) {
  std::set<std::string> names;
  for (const ConfigKey& key : ConfigKeys()) {
    EXPECT_TRUE(names.insert(EnvironmentName(key.name)).second) << key.name;
  }
  EXPECT_EQ(EnvironmentName("listeners.internal.address"),
            "COURANTD_LISTENERS_INTERNAL_ADDRESS");
}

TEST(ConfigKeysTest, EveryKeyCanBeSetByItsVariable) {
  for (const ConfigKey& key : ConfigKeys()) {
    const auto loaded =
        LoadConfig({.environment = {absl::StrCat(EnvironmentName(key.name), "=",
                                                 key.default_text)}});
    ASSERT_TRUE(loaded.ok()) << loaded.status();
    EXPECT_EQ(loaded->origins.at(std::string(key.name)),
              EnvironmentName(key.name));
  }
}

TEST(ConfigKeysTest, SectionsAreOnlyTheInnerNodes) {
  EXPECT_TRUE(IsConfigSection("listeners"));
  EXPECT_TRUE(IsConfigSection("listeners.ops.tls"));
  EXPECT_FALSE(IsConfigSection(""));
  EXPECT_FALSE(IsConfigSection("listeners.op"));
  EXPECT_FALSE(IsConfigSection("data_dir"));
  EXPECT_EQ(FindConfigKey("listeners"), nullptr);
  EXPECT_NE(FindConfigKey("data_dir"), nullptr);
}

}  // namespace
}  // namespace courant
