#ifndef COURANT_SERVICES_CLI_TRANSLATION_LIST_H_
#define COURANT_SERVICES_CLI_TRANSLATION_LIST_H_

#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "courant/v1/translation_service.pb.h"
#include "services/cli/command.h"

// Which translations a command lists, and all pages of them. Thread-safe.
namespace courant {

// --language, --freshness, --state, --story and --stale.
std::vector<Option> TranslationListOptions();

// What these options and the operand, an article, if any, ask for. A usage
// error for --stale with --freshness.
absl::StatusOr<v1::ListTranslationsRequest> ReadTranslationList(
    const Arguments& arguments);

// Calls `on_page` with page after page of `request`, in pages as large as the
// server gives, until it returns false or there are no more. The errors of
// ListTranslations.
absl::Status ForEachPage(
    v1::ListTranslationsRequest request, Connection& connection,
    const std::function<bool(const v1::ListTranslationsResponse&)>& on_page);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_TRANSLATION_LIST_H_
