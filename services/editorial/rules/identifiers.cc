#include "services/editorial/rules/identifiers.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/editorial/rules/text_scan.h"
#include "services/editorial/rules/violations.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

constexpr char kArticles[] = "articles/";
constexpr char kRevisions[] = "/revisions/";
constexpr absl::string_view kIdAdvice =
    "1 to 64 characters of [a-z0-9-], first a letter or digit";

absl::Status TooLong(absl::string_view field, size_t size, int64_t limit,
                     absl::string_view unit) {
  Violations violations(1);
  violations.AddTooLong(FieldPath(field), static_cast<int64_t>(size), limit,
                        unit);
  return violations.ToStatus();
}

}  // namespace

bool IsResourceId(absl::string_view id) {
  return !id.empty() && id.size() <= kMaxResourceIdBytes && id[0] != '-' &&
         std::all_of(id.begin(), id.end(), [](unsigned char byte) {
           return absl::ascii_islower(byte) || absl::ascii_isdigit(byte) ||
                  byte == '-';
         });
}

absl::Status ValidateArticleId(absl::string_view id, absl::string_view field) {
  if (id.empty()) return RequiredField(field);
  if (id.size() > kMaxResourceIdBytes) {
    return TooLong(field, id.size(), kMaxResourceIdBytes, "bytes");
  }
  if (IsResourceId(id)) return absl::OkStatus();
  return InvalidField(
      field,
      absl::StrCat(Quoted(id), " is not an article id; use ", kIdAdvice));
}

absl::Status ValidateRequestId(absl::string_view request_id,
                               absl::string_view field) {
  constexpr absl::string_view kShape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  const auto fits = [](char byte, char shape) {
    return shape == '-'
               ? byte == '-'
               : absl::ascii_isxdigit(static_cast<unsigned char>(byte));
  };
  if (request_id.empty() || (request_id.size() == kShape.size() &&
                             std::equal(request_id.begin(), request_id.end(),
                                        kShape.begin(), fits))) {
    return absl::OkStatus();
  }
  return InvalidField(field,
                      absl::StrCat(Quoted(request_id),
                                   " is not a UUID; use one such as "
                                   "\"123e4567-e89b-42d3-a456-426614174000\""));
}

absl::Status ValidateActor(absl::string_view actor, absl::string_view field) {
  if (actor.empty()) return RequiredField(field);
  if (!IsUtf8(actor)) {
    return MakeFieldError(v1::INVALID_UTF8,
                          {{std::string(field), "is not UTF-8"}});
  }
  const size_t size = CountCodePoints(actor);
  if (size > kMaxActorCodePoints) {
    return TooLong(field, size, kMaxActorCodePoints, "code points");
  }
  if (FindForbiddenCharacter(actor) ||
      actor.find_first_of("\t\n") != absl::string_view::npos) {
    return InvalidField(field,
                        "holds a control character; use plain words "
                        "such as \"desk/kim\"");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ParseArticleName(absl::string_view name,
                                             absl::string_view field) {
  if (name.empty()) return RequiredField(field);
  absl::string_view id = name;
  if (absl::ConsumePrefix(&id, kArticles) && IsResourceId(id)) {
    return std::string(id);
  }
  return InvalidField(field, absl::StrCat(Quoted(name),
                                          " is not the name of an article; use "
                                          "\"articles/{article}\", where "
                                          "{article} is ",
                                          kIdAdvice));
}

absl::StatusOr<RevisionName> ParseRevisionName(absl::string_view name,
                                               absl::string_view field) {
  if (name.empty()) return RequiredField(field);
  absl::string_view id = name;
  const size_t middle = name.find(kRevisions);
  if (absl::ConsumePrefix(&id, kArticles) &&
      middle != absl::string_view::npos) {
    id = id.substr(0, id.find(kRevisions));
    const absl::string_view digits =
        name.substr(middle + absl::string_view(kRevisions).size());
    uint64_t number = 0;
    // Comparing with what the number prints as refuses signs and zeros.
    if (IsResourceId(id) && absl::SimpleAtoi(digits, &number) && number > 0 &&
        number <= INT64_MAX && absl::StrCat(number) == digits) {
      return RevisionName{std::string(id), Revision(number)};
    }
  }
  return InvalidField(
      field, absl::StrCat(Quoted(name),
                          " is not the name of a revision; use "
                          "\"articles/{article}/revisions/{n}\" with {n} from "
                          "1"));
}

std::string ArticleName(absl::string_view article_id) {
  return absl::StrCat(kArticles, article_id);
}

}  // namespace courant
