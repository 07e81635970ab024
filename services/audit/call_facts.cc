#include "services/audit/call_facts.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"

namespace courant {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::MethodDescriptor;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

// Of a text: more is not in a line anyway.
constexpr size_t kMaxTakenBytes = 512;

// What methods that only read begin with.
constexpr absl::string_view kReading[] = {
    "Get", "List", "BatchGet", "Subscribe", "Explain", "Lookup", "Diff"};

constexpr absl::string_view kSynced[] = {
    "courant.v1.ArticleService/KillArticle",
    "courant.v1.ArticleService/WithdrawArticle"};
// All that it has but for what reads: partners, contracts, grants, products,
// keys.
constexpr absl::string_view kSyncedService = "courant.v1.PartnerService/";

// Fields that name what a request is about, after `name` itself and the name
// within a record that is sent.
constexpr const char* kParents[] = {"parent", "article", "translation",
                                    "subscription", "partner"};

const FieldDescriptor* Find(const Descriptor& message, const char* name,
                            FieldDescriptor::Type type) {
  const FieldDescriptor* const field = message.FindFieldByName(name);
  return field != nullptr && field->type() == type && !field->is_repeated()
             ? field
             : nullptr;
}

// The value of the last field `number` at the top of `bytes`: a number as
// itself, anything else as its bytes; and how many there are.
struct Value {
  uint64_t number = 0;
  absl::string_view bytes;
  int64_t count = 0;
};

std::optional<Value> FindValue(absl::string_view bytes, int number) {
  std::optional<Value> found;
  CodedInputStream in(reinterpret_cast<const uint8_t*>(bytes.data()),
                      static_cast<int>(bytes.size()));
  for (uint32_t tag = in.ReadTag(); tag != 0; tag = in.ReadTag()) {
    const bool is_it = WireFormatLite::GetTagFieldNumber(tag) == number;
    const auto type = WireFormatLite::GetTagWireType(tag);
    Value value;
    if (type == WireFormatLite::WIRETYPE_VARINT) {
      if (!in.ReadVarint64(&value.number)) break;
    } else if (type == WireFormatLite::WIRETYPE_LENGTH_DELIMITED) {
      uint32_t size = 0;
      if (!in.ReadVarint32(&size)) break;
      const auto at = static_cast<size_t>(in.CurrentPosition());
      if (size > bytes.size() - at || !in.Skip(static_cast<int>(size))) break;
      value.bytes = bytes.substr(at, size);
    } else if (!WireFormatLite::SkipField(&in, tag)) {
      break;
    }
    if (!is_it) continue;
    value.count = found ? found->count + 1 : 1;
    found = value;
  }
  return found;
}

std::optional<Value> FindAt(absl::string_view bytes, int field, int inner) {
  if (field == 0) return std::nullopt;
  const auto outer = FindValue(bytes, field);
  return outer && inner != 0 ? FindValue(outer->bytes, inner) : outer;
}

std::string TextAt(absl::string_view bytes, int field, int inner) {
  const auto value = FindAt(bytes, field, inner);
  return value ? std::string(value->bytes.substr(0, kMaxTakenBytes)) : "";
}

int64_t NumberAt(absl::string_view bytes, int field, int inner) {
  const auto value = FindAt(bytes, field, inner);
  return value ? static_cast<int64_t>(value->number) : 0;
}

// "KillArticle" of "courant.v1.ArticleService/KillArticle".
absl::string_view VerbOf(absl::string_view name) {
  const size_t slash = name.rfind('/');
  return slash == absl::string_view::npos ? name : name.substr(slash + 1);
}

}  // namespace

bool IsWriteMethod(absl::string_view name) {
  return std::none_of(std::begin(kReading), std::end(kReading),
                      [verb = VerbOf(name)](absl::string_view reading) {
                        return absl::StartsWith(verb, reading);
                      });
}

bool IsSyncedMethod(absl::string_view name) {
  return std::find(std::begin(kSynced), std::end(kSynced), name) !=
             std::end(kSynced) ||
         (absl::StartsWith(name, kSyncedService) && IsWriteMethod(name));
}

CallFacts::CallFacts(absl::string_view method) {
  const MethodDescriptor* const found =
      DescriptorPool::generated_pool()->FindMethodByName(
          absl::StrReplaceAll(method, {{"/", "."}}));
  if (found == nullptr) return;
  const Descriptor& request = *found->input_type();
  const auto add = [&](const char* name) {
    const auto* const field = Find(request, name, FieldDescriptor::TYPE_STRING);
    if (field != nullptr) names_.push_back({field->number(), 0});
  };
  add("name");
  for (int i = 0; i < request.field_count(); ++i) {
    const FieldDescriptor& field = *request.field(i);
    if (field.type() != FieldDescriptor::TYPE_MESSAGE || field.is_repeated()) {
      continue;
    }
    const auto* const name =
        Find(*field.message_type(), "name", FieldDescriptor::TYPE_STRING);
    if (name != nullptr) names_.push_back({field.number(), name->number()});
  }
  for (const char* const name : kParents) add(name);
  const FieldDescriptor* const many = request.FindFieldByName("names");
  if (many != nullptr && many->type() == FieldDescriptor::TYPE_STRING) {
    many_ = many->number();
  }
  if (const auto* const id =
          Find(request, "request_id", FieldDescriptor::TYPE_STRING)) {
    request_id_.field = id->number();
  }
  // A record, or an answer with one in it.
  const Descriptor* record = found->output_type();
  int outer = 0;
  if (record->FindFieldByName("name") == nullptr && record->field_count() > 0 &&
      record->field(0)->type() == FieldDescriptor::TYPE_MESSAGE &&
      !record->field(0)->is_repeated()) {
    outer = record->field(0)->number();
    record = record->field(0)->message_type();
  }
  const auto place = [&](const char* name, FieldDescriptor::Type type) {
    const FieldDescriptor* const field = Find(*record, name, type);
    if (field == nullptr) return Place{};
    return outer == 0 ? Place{field->number(), 0}
                      : Place{outer, field->number()};
  };
  answer_name_ = place("name", FieldDescriptor::TYPE_STRING);
  revision_ = place("revision", FieldDescriptor::TYPE_INT64);
  sequence_ = place("change_sequence", FieldDescriptor::TYPE_INT64);
}

void CallFacts::FromRequest(absl::string_view request,
                            AuditRecord* record) const {
  for (const Place& place : names_) {
    record->resource = TextAt(request, place.field, place.inner);
    if (!record->resource.empty()) break;
  }
  if (const auto last = FindAt(request, many_, /*inner=*/0)) {
    record->resource = std::string(last->bytes.substr(0, kMaxTakenBytes));
    record->count = last->count;
  }
  record->request_id = TextAt(request, request_id_.field, request_id_.inner);
}

void CallFacts::FromAnswer(absl::string_view answer,
                           AuditRecord* record) const {
  std::string name = TextAt(answer, answer_name_.field, answer_name_.inner);
  if (!name.empty()) record->resource = std::move(name);
  record->revision = NumberAt(answer, revision_.field, revision_.inner);
  record->sequence = NumberAt(answer, sequence_.field, sequence_.inner);
}

}  // namespace courant
