#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "services/config/server_config.h"
#include "services/config/yaml_reader.h"
#include "tests/services/config/config_test_support.h"

namespace courant {
namespace {

constexpr int kMutations = 2000;
constexpr unsigned kSeed = 20240607;

// What mutations put in: the words and signs that mean something to YAML or
// to us, and bytes that are no text.
const std::vector<std::string>& Fragments() {
  static const auto& fragments = *new std::vector<std::string>{
      ":",        " ",       "\n",
      "\t",       "- ",      "? ",
      "{",        "}",       "[",
      "]",        ",",       "\"",
      "'",        "|\n",     ">-\n",
      "&a ",      "*a",      "!!int ",
      "!<x> ",    "%YAML 9", "---\n",
      "...\n",    "#",       "<<",
      "~",        "null",    "true",
      ".inf",     "-1",      "0x7",
      "1e9",      "\\u0000", "\\xff",
      "\x04",     "\xff",    "\xef\xbb\xbf",
      "\xff\xfe", "\r",      "99999999999999999999",
      "8MiB",     "inf",     "1h",
      "[::]:1",   "limits:", "address",
      "가"};
  return fragments;
}

class Mutator {
 public:
  explicit Mutator(unsigned seed) : random_(seed) {}

  std::string Mutate(std::string text) {
    for (size_t steps = 1 + Below(4); steps > 0; --steps) Step(text);
    return text;
  }

 private:
  size_t Below(size_t end) { return random_() % end; }

  void Step(std::string& text) {
    const size_t at = Below(text.size() + 1);
    const size_t length = Below(20);
    switch (Below(5)) {
      case 0:
        text.insert(at, Fragments()[Below(Fragments().size())]);
        break;
      case 1:
        text.erase(at, length);
        break;
      case 2:
        text.insert(Below(text.size() + 1), text.substr(at, length * 8));
        break;
      case 3:
        if (at < text.size()) text[at] = static_cast<char>(Below(256));
        break;
      default:
        text.resize(at);
        break;
    }
  }

  std::mt19937 random_;
};

// Under the sanitizers this also says that nothing is read out of bounds.
TEST(ConfigMutationTest, EveryMutationIsLoadedOrRefusedWithItsPlace) {
  const auto good = LoadConfig({.set = {"data_dir=/srv/wire"}});
  ASSERT_TRUE(good.ok()) << good.status();
  const std::string text = PrintConfig(*good);
  Mutator mutator(kSeed);
  int loaded_count = 0;
  for (int i = 0; i < kMutations; ++i) {
    const std::string mutated = mutator.Mutate(text);
    const auto loaded = LoadText(mutated);
    if (loaded.ok()) {
      ++loaded_count;
      // What was accepted can be printed and accepted again.
      EXPECT_TRUE(LoadText(PrintConfig(*loaded)).ok()) << mutated;
      continue;
    }
    EXPECT_EQ(loaded.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(loaded.status().message().substr(0, 10), "wire.yaml:") << mutated;
  }
  // Neither all nor none: the mutations reach behind the parser.
  EXPECT_GT(loaded_count, kMutations / 20);
  EXPECT_LT(loaded_count, kMutations * 19 / 20);
}

TEST(ConfigMutationTest, FragmentsAloneNeverCrash) {
  std::mt19937 random(kSeed);
  for (int i = 0; i < kMutations; ++i) {
    std::string text;
    for (int n = 0; n < 30; ++n) {
      text += Fragments()[random() % Fragments().size()];
    }
    std::vector<std::string> errors;
    ReadYaml(text, "wire.yaml", errors);
  }
}

}  // namespace
}  // namespace courant
