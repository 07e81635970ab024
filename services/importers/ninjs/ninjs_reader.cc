#include "services/importers/ninjs/ninjs_reader.h"

#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/importers/finish_item.h"
#include "services/importers/json/json_value.h"
#include "services/importers/ninjs/body.h"
#include "services/importers/ninjs/check.h"
#include "services/importers/ninjs/concepts.h"
#include "services/importers/ninjs/fault.h"
#include "services/importers/ninjs/leftovers.h"
#include "services/importers/ninjs/media.h"
#include "services/importers/ninjs/rights.h"
#include "services/importers/ninjs/state.h"
#include "services/importers/ninjs/words.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant::importers {
namespace {

absl::StatusOr<JsonValue> Parse(const JsonItem& text) {
  absl::StatusOr<JsonValue> value = ParseJsonObject(text.text, text.line);
  if (value.ok()) return value;
  // The parser knows the line alone.
  int64_t line = text.line;
  if (const auto info = ErrorInfoOf(value.status())) {
    const auto found = info->metadata().find("line");
    if (found != info->metadata().end() &&
        !absl::SimpleAtoi(found->second, &line)) {
      line = text.line;
    }
  }
  return ItemError(v1::MALFORMED_REQUEST, line, absl::StrCat("line ", line), "",
                   value.status().message());
}

// Fills the article from an item that was checked.
absl::Status Map(JsonValue& item, ninjs::Version version, ImportedItem& out) {
  COURANT_RETURN_IF_ERROR(ninjs::MapState(item, version, out));
  v1::Article& article = *out.request.mutable_article();
  ninjs::Faults faults;
  ninjs::MapWords(item, out, faults);
  ninjs::MapConcepts(item, out);
  v1::Rights rights;
  if (ninjs::TakeRights(item, rights)) *article.mutable_rights() = rights;
  ninjs::MapMedia(item, out, faults);
  ninjs::MapBody(item, out, faults);
  ninjs::KeepLeftovers(item, out, faults);
  return faults.ToStatus();
}

}  // namespace

absl::StatusOr<bool> NinjsReader::ReadItem() {
  COURANT_ASSIGN_OR_RETURN(const std::optional<JsonItem> text, items_.Next());
  if (!text) return false;
  COURANT_ASSIGN_OR_RETURN(JsonValue item, Parse(*text));
  COURANT_ASSIGN_OR_RETURN(const ninjs::Version version,
                           ninjs::VersionOf(item));
  COURANT_RETURN_IF_ERROR(ninjs::CheckItem(version, options_.lenient, item));
  ImportedItem out;
  out.line = text->line;
  COURANT_RETURN_IF_ERROR(Map(item, version, out));
  ninjs::AddAlias(options_, out);
  const bool published = ninjs::MayPublish(options_.now, out);
  COURANT_RETURN_IF_ERROR(
      FinishItem(options_, {ImportFormat::kNinjs, text->text, published}, out));
  order_.Add(std::move(out), text->start, text->text.size());
  return true;
}

absl::StatusOr<std::optional<ImportedItem>> NinjsReader::Next() {
  while (true) {
    std::optional<ImportedItem> item = order_.Take();
    if (item) return item;
    COURANT_ASSIGN_OR_RETURN(const bool more, ReadItem());
    if (more) continue;
    order_.Finish();
    return order_.Take();
  }
}

}  // namespace courant::importers
