#ifndef COURANT_SERVICES_CLI_HISTORY_EVENT_H_
#define COURANT_SERVICES_CLI_HISTORY_EVENT_H_

#include <string>
#include <vector>

#include "courant/v1/article.pb.h"

namespace courant {

// What made a revision, in words. Text of the article is not cleaned.
struct HistoryEvent {
  // "corrected: body", "put on hold".
  std::string what;
  // What changed and why, a sentence each: `body/p3: "corruption" ->
  // "collapse"`, "reason: a court asked for it".
  std::vector<std::string> details;
  // An SGR style (Terminal::Paint) by what it means for readers; may be empty.
  const char* style = "";
};

// Tells two revisions that follow each other apart. `before` is null when
// `after` is the first. Thread-safe.
HistoryEvent EventBetween(const v1::Article* before, const v1::Article& after);

// A revision that a later kill has erased: who made it and when is left, what
// it was is not.
HistoryEvent ErasedEvent();

// A revision whose text is older than history is kept: the same is left.
HistoryEvent LetGoEvent();

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_HISTORY_EVENT_H_
