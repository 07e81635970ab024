#include "services/importers/given_article.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/importers/finish_item.h"
#include "services/importers/strict_json.h"
#include "services/importers/unicode_text.h"
#include "storage/base/status_macros.h"

namespace courant::importers {
namespace {

constexpr absl::string_view kNamePrefix = "articles/";
constexpr size_t kMaxIdLength = 64;
constexpr int kMaxMessageCodePoints = 200;

absl::Status Error(const ImportedItem& item, v1::ErrorReason reason,
                   absl::string_view field, absl::string_view description) {
  return ItemError(reason, item.line, absl::StrCat("line ", item.line), field,
                   description);
}

// Turns the message of protobuf's parser into ours: "(headline) valu: Cannot
// find field." and "(state): invalid value ...".
absl::Status FromParser(const ImportedItem& item, absl::string_view message) {
  std::string path;
  absl::string_view rest = message;
  const size_t close = rest.find(')');
  if (absl::ConsumePrefix(&rest, "(") && close != absl::string_view::npos) {
    path = std::string(message.substr(1, close - 1));
    rest = message.substr(close + 1);
  }
  if (absl::ConsumeSuffix(&rest, ": Cannot find field.")) {
    const absl::string_view name = TrimSpace(rest);
    absl::StrAppend(&path, path.empty() || name.empty() ? "" : ".", name);
    return Error(item, v1::MALFORMED_REQUEST, path, "there is no such field");
  }
  absl::ConsumePrefix(&rest, ": ");
  return Error(
      item, v1::FIELD_INVALID, path,
      OnOneLine(FirstCodePoints(TrimSpace(rest), kMaxMessageCodePoints)));
}

absl::Status Parse(absl::string_view json, google::protobuf::Message& message,
                   const ImportedItem& item) {
  const auto status = google::protobuf::util::JsonStringToMessage(
      {json.data(), json.size()}, &message);
  if (status.ok()) return absl::OkStatus();
  const auto words = status.message();
  return FromParser(item, absl::string_view(words.data(), words.size()));
}

bool IsArticleId(absl::string_view id) {
  return !id.empty() && id.size() <= kMaxIdLength && id[0] != '-' &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
         });
}

// The id that the line names, if it names one.
absl::Status SetId(ImportedItem& item) {
  v1::CreateArticleRequest& request = item.request;
  const absl::string_view name = request.article().name();
  if (request.article_id().empty() && !name.empty()) {
    absl::string_view id = name;
    if (!absl::ConsumePrefix(&id, kNamePrefix) || !IsArticleId(id)) {
      return Error(item, v1::FIELD_INVALID, "name",
                   "must be articles/ and 1 to 64 characters of [a-z0-9-], "
                   "the first a letter or digit");
    }
    request.set_article_id(std::string(id));
  }
  if (!request.article_id().empty() && !IsArticleId(request.article_id())) {
    return Error(item, v1::FIELD_INVALID, "article_id",
                 "must be 1 to 64 characters of [a-z0-9-], the first a letter "
                 "or digit");
  }
  return absl::OkStatus();
}

// Whether it was published where it comes from.
absl::StatusOr<bool> WasPublished(ImportedItem& item) {
  const v1::CreateArticleRequest& request = item.request;
  const v1::Article::State state = request.article().state();
  if (state == v1::Article::KILLED) {
    return Error(item, v1::FIELD_INVALID, "state",
                 "a killed article is not imported");
  }
  if (request.initial_state() !=
      v1::CreateArticleRequest::INITIAL_STATE_UNSPECIFIED) {
    return request.initial_state() == v1::CreateArticleRequest::PUBLISHED;
  }
  switch (state) {
    case v1::Article::STATE_UNSPECIFIED:
    case v1::Article::DRAFT:
      return false;
    case v1::Article::CORRECTED:
    case v1::Article::PUBLISHED:
      return true;
    default:
      item.remarks.push_back(absl::StrCat(
          "it was ", v1::Article::State_Name(state), ": imported as a draft"));
      return false;
  }
}

// Takes out what only a server sets.
void ClearOutputOnly(ImportedItem& item) {
  v1::Article& article = *item.request.mutable_article();
  const bool was_on_a_server = article.revision() > 0;
  if (article.revision() > 1) {
    item.remarks.push_back(absl::StrCat("revision ", article.revision(),
                                        " becomes the first one here"));
  }
  if (was_on_a_server && article.translation_of().revision() > 1) {
    item.remarks.push_back(absl::StrCat("it was translated from revision ",
                                        article.translation_of().revision(),
                                        ", which is revision 1 here"));
    article.mutable_translation_of()->set_revision(1);
  }
  if (article.has_translation_of()) {
    article.mutable_translation_of()->clear_language();
  }
  article.clear_name();
  article.clear_urn();
  article.clear_revision();
  article.clear_etag();
  article.clear_change_sequence();
  article.clear_state();
  article.clear_pub_status();
  article.clear_change_note();
  article.clear_create_time();
  article.clear_revision_create_time();
  article.clear_publish_time();
  article.clear_schedule_time();
  article.clear_actor();
  item.request.clear_validate_only();
}

}  // namespace

absl::StatusOr<bool> ReadGivenArticle(absl::string_view json,
                                      ImportedItem& item) {
  const absl::StatusOr<std::vector<std::string>> keys = CheckStrictJson(json);
  if (!keys.ok()) {
    return Error(item, v1::MALFORMED_REQUEST, "", keys.status().message());
  }
  // An Article has no field of this name.
  if (std::find(keys->begin(), keys->end(), "article") != keys->end()) {
    COURANT_RETURN_IF_ERROR(Parse(json, item.request, item));
  } else {
    COURANT_RETURN_IF_ERROR(Parse(json, *item.request.mutable_article(), item));
  }
  COURANT_RETURN_IF_ERROR(SetId(item));
  COURANT_ASSIGN_OR_RETURN(const bool published, WasPublished(item));
  ClearOutputOnly(item);
  return published;
}

}  // namespace courant::importers
