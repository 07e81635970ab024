#ifndef COURANT_SERVICES_CLI_FILTER_TEXT_H_
#define COURANT_SERVICES_CLI_FILTER_TEXT_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace courant {

// Puts a filter for ListArticles or SubscribeChanges together from parts that
// must all hold. Not thread-safe.
class FilterText {
 public:
  // `field` must compare, by `sign` ("=", ":", ">="), with at least one of
  // `values`. Without values it may be anything.
  void AddAnyOf(absl::string_view field, absl::string_view sign,
                const std::vector<std::string>& values);

  // `expression`, a filter as the server takes it, must hold. It is not
  // looked into. Empty: always holds. Comes last.
  void AddExpression(absl::string_view expression);

  // The filter: empty when everything may pass.
  std::string Take() { return std::move(text_); }

 private:
  void Append(absl::string_view part);

  std::string text_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_FILTER_TEXT_H_
