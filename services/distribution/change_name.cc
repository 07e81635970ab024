#include "services/distribution/change_name.h"

#include <cstdint>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

constexpr absl::string_view kChanges = "changes/";

}  // namespace

absl::StatusOr<Sequence> ParseChangeName(absl::string_view name,
                                         absl::string_view field) {
  absl::string_view number = name;
  uint64_t sequence = 0;
  if (!absl::ConsumePrefix(&number, kChanges) ||
      !absl::SimpleAtoi(number, &sequence) || sequence == 0) {
    return InvalidField(field, "must be changes/{sequence}, e.g. changes/17");
  }
  return Sequence(sequence);
}

std::string ChangeName(Sequence sequence) {
  return absl::StrCat(kChanges, sequence.value());
}

}  // namespace courant
