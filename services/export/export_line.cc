#include "services/export/export_line.h"

#include <algorithm>
#include <utility>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/type_resolver_util.h"
#include "storage/base/status_macros.h"
#include "storage/digest.h"

namespace courant {
namespace {

using google::protobuf::Message;
using storage::v1::ExportedChange;
using storage::v1::ExportLine;

constexpr char kTypePrefix[] = "type.courant";
constexpr char kLineType[] = "type.courant/courant.storage.v1.ExportLine";

// Entries of a map in the order of their keys, so that equal is equal.
std::string InOrder(const Message& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream out(&bytes);
    google::protobuf::io::CodedOutputStream coded(&out);
    coded.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&coded);
  }
  return bytes;
}

// Deepest level of { and [ outside of strings. Of text that is not JSON it is
// some number.
int DepthOf(absl::string_view text) {
  int depth = 0;
  int deepest = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      deepest = std::max(deepest, ++depth);
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return deepest;
}

// Where the text of a change of that kind of resource goes.
Message* MutableText(storage::v1::Resource resource, ExportedChange& change) {
  switch (resource) {
    case storage::v1::ARTICLE:
      return change.mutable_article();
    case storage::v1::TRANSLATION:
      return change.mutable_translation();
    case storage::v1::PARTNER:
      return change.mutable_partner();
    case storage::v1::CONTRACT:
      return change.mutable_contract();
    case storage::v1::GRANT:
      return change.mutable_grant();
    case storage::v1::PRODUCT:
      return change.mutable_product();
    case storage::v1::API_KEY:
      return change.mutable_api_key();
    case storage::v1::HISTORY:
      return change.mutable_history_trim();
    default:
      return nullptr;
  }
}

std::string TextOf(const ExportedChange& change) {
  switch (change.text_case()) {
    case ExportedChange::kArticle:
      return InOrder(change.article());
    case ExportedChange::kTranslation:
      return InOrder(change.translation());
    case ExportedChange::kPartner:
      return InOrder(change.partner());
    case ExportedChange::kContract:
      return InOrder(change.contract());
    case ExportedChange::kGrant:
      return InOrder(change.grant());
    case ExportedChange::kProduct:
      return InOrder(change.product());
    case ExportedChange::kApiKey:
      return InOrder(change.api_key());
    case ExportedChange::kHistoryTrim:
      return InOrder(change.history_trim());
    case ExportedChange::TEXT_NOT_SET:
      return "";
  }
  return "";
}

// `entry` for people and programs. False when it is not all readable.
bool Describe(const storage::Entry& entry, ExportedChange& change) {
  change.set_sequence(entry.sequence().value());
  change.set_erased_by(entry.erased_by.value());
  change.set_chain(std::string(entry.chain.bytes()));
  *change.mutable_facts() = entry.facts;
  change.mutable_facts()->clear_change();
  bool whole = change.mutable_change()->ParseFromString(entry.facts.change());
  if (!entry.article.empty()) {
    Message* const text =
        MutableText(entry.facts.row().attributes().resource(), change);
    whole = text != nullptr && text->ParseFromString(entry.article) && whole;
  }
  return whole;
}

// Whether `text` is a line of which `entry` is made again.
bool Gives(absl::string_view text, const storage::Entry& entry) {
  const absl::StatusOr<ExportLine> line = DecodeExportLine(text);
  if (!line.ok()) return false;
  const absl::StatusOr<storage::Entry> again = EntryOf(line->change());
  return again.ok() && again->facts_bytes == entry.facts_bytes &&
         again->article == entry.article && again->chain == entry.chain &&
         again->erased_by == entry.erased_by;
}

}  // namespace

ExportLines::ExportLines()
    : types_(google::protobuf::util::NewTypeResolverForDescriptorPool(
          kTypePrefix, google::protobuf::DescriptorPool::generated_pool())) {}

absl::StatusOr<std::string> ExportLines::Encode(const ExportLine& line) const {
  std::string json;
  // Of the bytes and not of the message, whose maps have no order.
  const auto status = google::protobuf::util::BinaryToJsonString(
      types_.get(), kLineType, InOrder(line), &json);
  if (!status.ok()) return absl::InvalidArgumentError("JSON cannot say it");
  return json;
}

absl::StatusOr<std::string> ExportLines::EncodeChange(
    const storage::Entry& entry, absl::string_view before) const {
  ExportLine line;
  line.set_before(std::string(before));
  if (Describe(entry, *line.mutable_change())) {
    absl::StatusOr<std::string> readable = Encode(line);
    if (readable.ok() && Gives(*readable, entry)) return readable;
  }
  line.mutable_change()->set_stored_facts(entry.facts_bytes);
  line.mutable_change()->set_stored_text(entry.article);
  absl::StatusOr<std::string> both = Encode(line);
  if (both.ok() && Gives(*both, entry)) return both;
  line.mutable_change()->clear_change();
  line.mutable_change()->clear_facts();
  line.mutable_change()->clear_text();
  return Encode(line);
}

absl::StatusOr<ExportLine> DecodeExportLine(absl::string_view text) {
  if (text.size() > kMaxExportLineBytes) {
    return absl::InvalidArgumentError("is too long for a line of an export");
  }
  if (DepthOf(text) > kMaxExportDepth) {
    return absl::InvalidArgumentError("is nested too deep");
  }
  ExportLine line;
  const auto status = google::protobuf::util::JsonStringToMessage(
      {text.data(), text.size()}, &line);
  if (!status.ok() || line.line_case() == ExportLine::LINE_NOT_SET) {
    return absl::InvalidArgumentError("is not a line of an export");
  }
  return line;
}

absl::StatusOr<storage::Entry> EntryOf(const ExportedChange& change) {
  storage::Entry entry;
  entry.facts_bytes = change.stored_facts();
  if (entry.facts_bytes.empty()) {
    storage::v1::ChangeFacts facts = change.facts();
    facts.set_change(InOrder(change.change()));
    entry.facts_bytes = InOrder(facts);
  }
  if (!entry.facts.ParseFromString(entry.facts_bytes) ||
      entry.facts.row().sequence() != change.sequence() ||
      change.chain().size() != storage::ChainDigest::kSize) {
    return absl::InvalidArgumentError("has no whole change");
  }
  entry.article =
      change.stored_text().empty() ? TextOf(change) : change.stored_text();
  entry.chain = storage::ChainDigest::FromBytes(change.chain());
  entry.erased_by = Sequence(change.erased_by());
  return entry;
}

std::string CheckOf(storage::v1::ExportHeader header) {
  header.clear_check();
  return std::string(storage::ChainDigest().Extend(InOrder(header)).bytes());
}

}  // namespace courant
