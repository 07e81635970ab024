#include "services/importers/strict_json.h"

#include <cstddef>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "services/importers/unicode_text.h"

namespace courant::importers {
namespace {

using Json = nlohmann::json;

// Hears what the parser finds. Returning false stops it; nothing throws.
class Checker : public nlohmann::json_sax<Json> {
 public:
  const std::string& fault() const { return fault_; }
  std::vector<std::string> TakeKeys() { return std::move(top_keys_); }

  bool null() override { return Value(); }
  bool boolean(bool) override { return Value(); }
  bool number_integer(number_integer_t) override { return Value(); }
  bool number_unsigned(number_unsigned_t) override { return Value(); }
  bool number_float(number_float_t, const string_t&) override {
    return Value();
  }
  bool string(string_t&) override { return Value(); }
  bool binary(binary_t&) override { return Value(); }

  bool start_object(size_t) override { return Open(); }
  bool end_object() override { return Close(); }
  bool start_array(size_t) override { return depth() > 0 ? Open() : Value(); }
  bool end_array() override { return Close(); }

  bool key(string_t& name) override {
    if (!keys_.back().insert(name).second) {
      return Fail(absl::StrCat("has the key ", Quoted(name), " twice in one ",
                               "object"));
    }
    if (depth() == 1) top_keys_.push_back(name);
    return true;
  }

  bool parse_error(size_t byte, const std::string&,
                   const nlohmann::detail::exception&) override {
    return Fail(absl::StrCat("is not JSON at byte ", byte, " of the line"));
  }

 private:
  size_t depth() const { return keys_.size(); }

  bool Fail(std::string fault) {
    fault_ = std::move(fault);
    return false;
  }

  bool Value() { return depth() > 0 || Fail("is not a JSON object"); }

  bool Open() {
    if (depth() == kMaxJsonDepth) {
      return Fail(absl::StrCat("is nested deeper than ", kMaxJsonDepth));
    }
    keys_.emplace_back();
    return true;
  }

  bool Close() {
    keys_.pop_back();
    return true;
  }

  std::vector<absl::flat_hash_set<std::string>> keys_;  // Of what is open.
  std::vector<std::string> top_keys_;
  std::string fault_;
};

}  // namespace

absl::StatusOr<std::vector<std::string>> CheckStrictJson(
    absl::string_view text) {
  Checker checker;
  if (!Json::sax_parse(text.begin(), text.end(), &checker)) {
    return absl::InvalidArgumentError(checker.fault());
  }
  return checker.TakeKeys();
}

}  // namespace courant::importers
