#ifndef COURANT_SERVICES_CLI_CONFIRMATION_H_
#define COURANT_SERVICES_CLI_CONFIRMATION_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "courant/v1/article.pb.h"
#include "services/cli/command.h"

namespace courant {

// A question before something that cannot be unseen.
struct Question {
  // What will happen, as sentences without line breaks: "Whoever has taken
  // it is told to stop using it."
  std::function<std::string(const v1::Article&)> consequence;
  // "Put it on hold?"
  std::string question;
};

// Asks the user whether to go on with the article `name`
// ("articles/{article}"), on the console's error stream: shows the article as
// it is on the server, its headline first, and what will happen. Anything but
// "y" and "yes" is a no.
//
// Returns the etag of what was shown; empty when nobody was asked because the
// user gave --yes.
//
// Errors:
// * a usage error: nobody can be asked, and --yes was not given; the server is
//   not called.
// * CANCELLED: the answer was no.
// * those of ArticleService.GetArticle.
absl::StatusOr<std::string> Confirm(const std::string& name,
                                    const Question& question, Context& context);

// Asks without an article: shows `facts`, lines of text that is clean, and
// `consequence`, then `question`. OK when the answer was yes, or --yes given;
// else the errors above.
absl::Status ConfirmWords(const std::string& facts,
                          const std::string& consequence,
                          const std::string& question, Context& context);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_CONFIRMATION_H_
