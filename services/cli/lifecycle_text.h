#ifndef COURANT_SERVICES_CLI_LIFECYCLE_TEXT_H_
#define COURANT_SERVICES_CLI_LIFECYCLE_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "courant/v1/article.pb.h"

// Words for what may happen to an article, the same wherever they are printed.
// What comes from a server is not cleaned here (display_width.h). Thread-safe.
namespace courant {

// What a subscriber must do, as the end of a sentence: "remove every copy",
// "put articles/b in its place". Empty for ACTION_UNSPECIFIED.
std::string ActionText(v1::Tombstone::Action action,
                       absl::string_view replacement);

// What was wrong and is right now: `body/p3: "corruption" -> "collapse"`. Says
// "added" and "removed" where one side is empty.
std::string CorrectionText(const v1::ChangeNote::Correction& correction);

// The SGR style (Terminal::Paint) for a text about something that `state` lets
// readers do: red for what must not be used, green for what may be, yellow for
// what was corrected or is under embargo. Empty for what is in the house.
const char* StateStyle(v1::Article::State state);

// SGR styles that cannot be overlooked: what subscribers must stop using, and
// what waits for a person.
inline constexpr char kAlarmStyle[] = "1;37;41";
inline constexpr char kAttentionStyle[] = "1;30;43";

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_LIFECYCLE_TEXT_H_
