#ifndef COURANT_TESTS_SERVICES_FILTER_RANDOM_FILTER_H_
#define COURANT_TESTS_SERVICES_FILTER_RANDOM_FILTER_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "courant/storage/v1/record.pb.h"

namespace courant {

// What a random filter means: a tree that knows nothing of how the product
// reads, keeps or runs filters.
struct Wish {
  enum class Kind { kTest, kNot, kAll, kAny };

  Kind kind = Kind::kTest;
  // Of kTest: "section", "=", "sport". Times are microseconds in `time_us`.
  std::string field;
  std::string sign;
  std::string value;
  int64_t time_us = 0;
  std::vector<Wish> parts;  // one of kNot, two or more of kAll and kAny
};

// Whether `attributes` fulfil `wish`, the slow and obvious way.
bool Fulfils(const storage::v1::Attributes& attributes, const Wish& wish);

// How many kTest are in `wish`.
int TestsIn(const Wish& wish);

// Makes wishes, ways to write them, and articles that are near them. The same
// seed makes the same.
class FilterMaker {
 public:
  explicit FilterMaker(uint64_t seed) : random_(seed) {}

  // A wish of at most `depth` levels.
  Wish MakeWish(int depth);

  // `wish` in the filter language, in one of its many spellings: operators or
  // none, words or quotes, values in parentheses, needless parentheses and
  // spaces, times in other zones, language tags in other case.
  std::string Write(const Wish& wish);

  // Attributes from the same few values that wishes are made of.
  storage::v1::Attributes MakeAttributes();

  // Words and signs of the language in random order: mostly no filter.
  std::string MakeSoup();

 private:
  // What stands around a part, and so whether it needs parentheses.
  enum class Around { kNothing, kAll, kAny, kNot };

  size_t Below(size_t end) { return random_() % end; }
  bool Chance(int percent) { return Below(100) < static_cast<size_t>(percent); }
  std::string Pick(std::initializer_list<const char*> words);

  std::string MakeValue(absl::string_view field);
  Wish MakeTest(const std::string& field);
  int64_t MakeTime();

  std::string WritePart(const Wish& wish, Around around, bool in_group);
  std::string WriteParts(const Wish& wish, bool in_group);
  std::string WriteTest(const Wish& wish);
  std::string WriteValue(const Wish& wish, bool in_group);
  std::string WriteTime(int64_t time_us);
  std::string Space() { return Pick({" ", " ", "  ", "\n", "\t"}); }
  std::string Gap() { return Chance(20) ? Space() : ""; }

  std::mt19937_64 random_;
};

}  // namespace courant

#endif  // COURANT_TESTS_SERVICES_FILTER_RANDOM_FILTER_H_
