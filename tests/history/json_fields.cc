#include "tests/history/json_fields.h"

#include <algorithm>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace courant::history {
namespace {

constexpr size_t kMaxQuoted = 40;
constexpr size_t kDigestDigits = 16;

absl::string_view View(std::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

simdjson::simdjson_result<simdjson::dom::element> JsonFields::Find(
    absl::string_view name, Need need) {
  asked_.push_back(name);
  auto found = object_.at_key(std::string_view(name.data(), name.size()));
  if (found.error() != simdjson::SUCCESS && need == Need::kRequired) {
    Refuse(name, "is missing");
  }
  return found;
}

uint64_t JsonFields::Number(absl::string_view name, Need need) {
  auto found = Find(name, need);
  if (found.error() != simdjson::SUCCESS) return 0;
  int64_t number = 0;
  if (found.get(number) != simdjson::SUCCESS || number < 0) {
    Refuse(name, "must be a whole number, 0 or more");
    return 0;
  }
  return static_cast<uint64_t>(number);
}

uint32_t JsonFields::SmallNumber(absl::string_view name, Need need) {
  const uint64_t number = Number(name, need);
  if (number > std::numeric_limits<uint32_t>::max()) {
    Refuse(name, "must be less than 2^32");
    return 0;
  }
  return static_cast<uint32_t>(number);
}

absl::string_view JsonFields::Word(absl::string_view name, Need need) {
  auto found = Find(name, need);
  if (found.error() != simdjson::SUCCESS) return {};
  std::string_view word;
  if (found.get(word) != simdjson::SUCCESS) {
    Refuse(name, "must be a string");
    return {};
  }
  return View(word);
}

bool JsonFields::Flag(absl::string_view name) {
  auto found = Find(name, Need::kOptional);
  if (found.error() != simdjson::SUCCESS) return false;
  bool flag = false;
  if (found.get(flag) != simdjson::SUCCESS) {
    Refuse(name, "must be true or false");
  }
  return flag;
}

uint64_t JsonFields::Digest(absl::string_view name) {
  const absl::string_view word = Word(name, Need::kOptional);
  if (word.empty()) return 0;
  uint64_t digest = 0;
  if (word.size() != kDigestDigits ||
      !std::all_of(word.begin(), word.end(), absl::ascii_isxdigit) ||
      !absl::SimpleHexAtoi(word, &digest) || digest == 0) {
    Refuse(name, "must be 16 hexadecimal digits, not all of them 0");
    return 0;
  }
  return digest;
}

std::vector<std::string> JsonFields::Words(absl::string_view name) {
  std::vector<std::string> words;
  auto found = Find(name, Need::kOptional);
  if (found.error() != simdjson::SUCCESS) return words;
  simdjson::dom::array array;
  bool good = found.get(array) == simdjson::SUCCESS;
  for (auto it = array.begin(); good && it != array.end(); ++it) {
    std::string_view word;
    good = (*it).get(word) == simdjson::SUCCESS;
    words.emplace_back(word);
  }
  if (!good) Refuse(name, "must be a list of strings");
  return words;
}

std::vector<simdjson::dom::element> JsonFields::Objects(
    absl::string_view name) {
  std::vector<simdjson::dom::element> objects;
  auto found = Find(name, Need::kOptional);
  if (found.error() != simdjson::SUCCESS) return objects;
  simdjson::dom::array array;
  bool good = found.get(array) == simdjson::SUCCESS;
  for (auto it = array.begin(); good && it != array.end(); ++it) {
    good = (*it).is_object();
    objects.push_back(*it);
  }
  if (!good) {
    Refuse(name, "must be a list of objects");
    objects.clear();
  }
  return objects;
}

bool JsonFields::Object(absl::string_view name,
                        simdjson::dom::element* object) {
  auto found = Find(name, Need::kOptional);
  if (found.error() != simdjson::SUCCESS) return false;
  if (!found.is_object()) {
    Refuse(name, "must be an object");
    return false;
  }
  *object = found.value_unsafe();
  return true;
}

void JsonFields::Refuse(absl::string_view name, absl::string_view what) {
  if (!status_.ok()) return;
  status_ = absl::InvalidArgumentError(absl::StrCat("\"", name, "\" ", what));
}

absl::Status JsonFields::Done() {
  if (!status_.ok()) return status_;
  std::vector<absl::string_view> seen;
  for (const auto field : object_) {
    const absl::string_view key = View(field.key);
    const absl::string_view shown = key.substr(0, kMaxQuoted);
    if (std::find(asked_.begin(), asked_.end(), key) == asked_.end()) {
      Refuse(shown, "is no field of such a line");
    } else if (std::find(seen.begin(), seen.end(), key) != seen.end()) {
      Refuse(shown, "is there twice");
    }
    seen.push_back(key);
  }
  return status_;
}

}  // namespace courant::history
