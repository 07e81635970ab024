#include "services/importers/ninjs/leftovers.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/importers/finish_item.h"
#include "services/importers/unicode_text.h"

namespace courant::importers::ninjs {
namespace {

constexpr size_t kMaxEntries = 1000;

// Whether anything in it was used, or nothing is in it at all.
bool IsTouched(const JsonValue& value) {
  return value.used ||
         std::any_of(value.elements.begin(), value.elements.end(), IsTouched) ||
         std::any_of(
             value.members.begin(), value.members.end(),
             [](const JsonMember& member) { return IsTouched(member.value); });
}

bool IsLeaf(const JsonValue& value) {
  return !value.is_array() && !value.is_object();
}

// "$.people[3].uri" as "$.people[*].uri".
std::string WithoutNumbers(absl::string_view path) {
  std::string general;
  for (size_t i = 0; i < path.size(); ++i) {
    general.push_back(path[i]);
    if (path[i] != '[') continue;
    size_t end = i + 1;
    while (end < path.size() && absl::ascii_isdigit(path[end])) ++end;
    if (end == i + 1 || end == path.size() || path[end] != ']') continue;
    general += '*';
    i = end - 1;
  }
  return general;
}

// One walk over one item.
class Keeper {
 public:
  Keeper(ImportedItem& out, Faults& faults)
      : unmapped_(*out.request.mutable_article()
                       ->mutable_provenance()
                       ->mutable_unmapped()),
        remarks_(out.remarks),
        faults_(faults) {}

  void Walk(const JsonValue& value, const std::string& path) {
    if (faults_.full()) return;
    if (IsLeaf(value)) {
      if (!value.used) Keep(value, CompactJson(value), path);
      return;
    }
    if (value.elements.empty() && value.members.empty()) return;
    const bool is_item = path == "$";
    if (!is_item && !IsTouched(value)) {
      const std::string json = CompactJson(value);
      if (json.size() <= kMaxFieldBytes) {
        return Keep(value, json, path);
      }
    }
    for (size_t i = 0; i < value.elements.size(); ++i) {
      Walk(value.elements[i], ElementPath(path, i));
    }
    for (const JsonMember& member : value.members) {
      Walk(member.value, MemberPath(path, member.key));
    }
  }

  void TellRemarks() {
    for (const auto& [path, count] : kept_) {
      remarks_.push_back(absl::StrCat(
          path, " has no field in an article: kept in provenance.unmapped",
          count == 1 ? "" : absl::StrCat(" (", count, " times)")));
    }
  }

 private:
  void Keep(const JsonValue& value, const std::string& json,
            const std::string& path) {
    std::string general = WithoutNumbers(path);
    const auto told =
        std::find_if(kept_.begin(), kept_.end(),
                     [&](const auto& entry) { return entry.first == general; });
    if (told == kept_.end()) {
      kept_.emplace_back(std::move(general), 1);
    } else {
      ++told->second;
    }
    absl::string_view rest = json;
    for (int piece = 1; piece == 1 || !rest.empty(); ++piece) {
      if (unmapped_.size() == kMaxEntries) {
        return faults_.Add(v1::FIELD_TOO_LONG, value.line, path,
                           "is more than can be kept: an article takes 1,000 "
                           "values without a field");
      }
      // Cut between code points.
      size_t size = std::min(rest.size(), kMaxFieldBytes);
      while (size < rest.size() && (rest[size] & 0xc0) == 0x80) --size;
      unmapped_[piece == 1 ? path : absl::StrCat(path, "#", piece)] =
          std::string(rest.substr(0, size));
      rest.remove_prefix(size);
    }
  }

  google::protobuf::Map<std::string, std::string>& unmapped_;
  std::vector<std::string>& remarks_;
  Faults& faults_;
  // In the order of the item.
  std::vector<std::pair<std::string, int>> kept_;
};

}  // namespace

void KeepLeftovers(const JsonValue& item, ImportedItem& out, Faults& faults) {
  Keeper keeper(out, faults);
  keeper.Walk(item, "$");
  keeper.TellRemarks();
}

}  // namespace courant::importers::ninjs
