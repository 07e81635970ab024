#include <random>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "services/editorial/rules/output_only.h"
#include "services/editorial/rules/update_mask.h"
#include "storage/errors/reason.h"
#include "tests/services/editorial/rules/random_article.h"

// What holds for every update, tried on many made by chance. A failure names
// the seed; the same seed gives the same articles again.
namespace courant {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::FieldMask;
using google::protobuf::util::MessageDifferencer;

constexpr unsigned kRounds = 600;

struct Update {
  v1::Article current;
  v1::Article patch;
  FieldMask mask;
};

Update RandomUpdate(std::mt19937* random) {
  static const auto& paths = *new std::vector<std::string>(AllMaskPaths());
  Update update{RandomArticle(random), RandomArticle(random), FieldMask()};
  // Mostly an update that is not refused.
  if ((*random)() % 8 != 0) {
    update.patch.set_story(update.current.story());
    update.patch.set_kind(update.current.kind());
    *update.patch.mutable_translation_of() = update.current.translation_of();
  }
  switch ((*random)() % 4) {
    case 0:
      break;
    case 1:
      update.mask.add_paths("*");
      break;
    default:
      for (size_t i = (*random)() % 10 + 1; i > 0; --i) {
        update.mask.add_paths(paths[(*random)() % paths.size()]);
      }
  }
  return update;
}

bool Same(const v1::Article& a, const v1::Article& b,
          const FieldDescriptor* field) {
  return MessageDifferencer().CompareWithFields(a, b, {field}, {field});
}

// Calls `check(update, result)` with updates that are not refused.
template <typename Check>
void ForEachUpdate(Check check) {
  unsigned applied = 0;
  for (unsigned seed = 1; seed <= kRounds; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    const Update update = RandomUpdate(&random);
    const auto result = ApplyUpdate(update.current, update.patch, update.mask);
    if (!result.ok()) {
      EXPECT_EQ(ReasonOf(result.status()), v1::FIELD_IMMUTABLE);
      continue;
    }
    ++applied;
    check(update, *result);
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GT(applied, kRounds / 2);
}

TEST(ApplyUpdatePropertyTest, ApplyingItAgainChangesNothing) {
  ForEachUpdate([](const Update& update, const v1::Article& once) {
    const auto twice = ApplyUpdate(once, update.patch, update.mask);
    ASSERT_TRUE(twice.ok()) << twice.status();
    EXPECT_TRUE(MessageDifferencer::Equals(once, *twice));
    EXPECT_TRUE(DifferingFields(once, *twice).empty());
  });
}

TEST(ApplyUpdatePropertyTest, WhatTheServerSetsStaysAsItIs) {
  ForEachUpdate([](const Update& update, const v1::Article& result) {
    const auto* const type = v1::Article::descriptor();
    for (int i = 0; i < type->field_count(); ++i) {
      if (!IsOutputOnly(*type->field(i))) continue;
      EXPECT_TRUE(Same(update.current, result, type->field(i)))
          << type->field(i)->name();
    }
  });
}

TEST(ApplyUpdatePropertyTest, WhatTheMaskDoesNotNameStaysAsItIs) {
  ForEachUpdate([](const Update& update, const v1::Article& result) {
    if (update.mask.paths().empty() || update.mask.paths(0) == "*") return;
    absl::flat_hash_set<std::string> named = {"change_note"};
    for (const std::string& path : update.mask.paths()) {
      const std::vector<std::string> parts = absl::StrSplit(path, '.');
      named.insert(parts[0]);
    }
    for (const std::string& field : DifferingFields(update.current, result)) {
      EXPECT_TRUE(named.contains(field)) << field;
    }
  });
}

TEST(ApplyUpdatePropertyTest, AFieldThatIsNamedIsThatOfThePatch) {
  ForEachUpdate([](const Update& update, const v1::Article& result) {
    for (const std::string& path : update.mask.paths()) {
      const auto* const field =
          v1::Article::descriptor()->FindFieldByName(path);
      // A path in a message leaves the rest of it; of these two the server
      // sets a part.
      if (field == nullptr || path == "change_note" ||
          path == "translation_of") {
        continue;
      }
      EXPECT_TRUE(Same(update.patch, result, field)) << path;
    }
  });
}

TEST(ApplyUpdatePropertyTest, SendingBackWhatWasReadChangesNothing) {
  for (unsigned seed = 1; seed <= kRounds; ++seed) {
    std::mt19937 random(seed);
    const v1::Article current = RandomArticle(&random);
    for (const FieldMask& mask : {FieldMask(), [] {
                                    FieldMask star;
                                    star.add_paths("*");
                                    return star;
                                  }()}) {
      const auto result = ApplyUpdate(current, current, mask);
      ASSERT_TRUE(result.ok()) << result.status();
      EXPECT_TRUE(DifferingFields(current, *result).empty())
          << "seed " << seed << ": "
          << absl::StrJoin(DifferingFields(current, *result), ", ");
    }
  }
}

}  // namespace
}  // namespace courant
