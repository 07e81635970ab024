#ifndef COURANT_SERVICES_EDITORIAL_RULES_REQUEST_RULES_H_
#define COURANT_SERVICES_EDITORIAL_RULES_REQUEST_RULES_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "courant/v1/article.pb.h"
#include "google/protobuf/timestamp.pb.h"

// Fields of requests that are not part of an article. Every function is pure
// and thread-safe, and its error is INVALID_ARGUMENT naming `field`.
namespace courant {

// Longest reason, contact and note, in code points.
inline constexpr int kMaxReasonCodePoints = 1000;
inline constexpr int kMaxContactCodePoints = 200;
inline constexpr int kMaxNoteCodePoints = 10'000;

// Checks words for people: UTF-8 without control characters, at most
// `max_code_points`. Empty is an error when they are `required`.
absl::Status CheckWords(absl::string_view words, absl::string_view field,
                        int max_code_points, bool required);

// Checks a note: its words and, when it has one, its language tag.
absl::Status CheckNote(const v1::Text& note, absl::string_view field);

// Checks a time that is required: within the years 1 to 9999.
absl::Status CheckTime(bool is_set, const google::protobuf::Timestamp& time,
                       absl::string_view field);

// Settles what subscribers have to do: `fallback` when nothing is said, REPLACE
// when only a replacement is. Refuses what does not go together, naming
// "action" or "replacement".
absl::Status SettleAction(v1::Tombstone::Action fallback,
                          absl::string_view replacement,
                          v1::Tombstone::Action* action);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_RULES_REQUEST_RULES_H_
