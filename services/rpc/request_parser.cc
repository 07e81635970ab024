#include <algorithm>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"
#include "services/rpc/handler.h"
#include "simdjson.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

// As deep as the parser itself goes.
constexpr int kMaxDepth = 100;

bool IsUtf8(absl::string_view text) {
  return simdjson::validate_utf8(text.data(), text.size());
}

// Finds the first text in an encoded message that is not UTF-8 and returns its
// path; empty when there is none or the bytes are no message. Runs only when
// the parser has refused the bytes without saying why.
std::string FindInvalidUtf8(absl::string_view bytes, const Descriptor& type,
                            absl::string_view prefix, int depth) {
  if (depth > kMaxDepth) return "";
  CodedInputStream input(reinterpret_cast<const uint8_t*>(bytes.data()),
                         static_cast<int>(bytes.size()));
  std::vector<int> seen(static_cast<size_t>(type.field_count()), 0);
  while (const uint32_t tag = input.ReadTag()) {
    const FieldDescriptor* field =
        type.FindFieldByNumber(WireFormatLite::GetTagFieldNumber(tag));
    if (WireFormatLite::GetTagWireType(tag) !=
        WireFormatLite::WIRETYPE_LENGTH_DELIMITED) {
      if (!WireFormatLite::SkipField(&input, tag)) return "";
      continue;
    }
    std::string value;
    uint32_t size = 0;
    if (!input.ReadVarint32(&size) ||
        !input.ReadString(&value, static_cast<int>(size))) {
      return "";
    }
    if (field == nullptr) continue;
    std::string path =
        absl::StrCat(prefix, prefix.empty() ? "" : ".", field->name());
    if (field->is_repeated()) {
      absl::StrAppend(&path, "[", seen[field->index()]++, "]");
    }
    if (field->type() == FieldDescriptor::TYPE_STRING && !IsUtf8(value)) {
      return path;
    }
    if (field->type() != FieldDescriptor::TYPE_MESSAGE) continue;
    std::string inner =
        FindInvalidUtf8(value, *field->message_type(), path, depth + 1);
    if (!inner.empty()) return inner;
  }
  return "";
}

}  // namespace

absl::Status ParseRequest(absl::string_view bytes,
                          google::protobuf::Message* request) {
  if (request->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::OkStatus();
  }
  const Descriptor& type = *request->GetDescriptor();
  const std::string field = FindInvalidUtf8(bytes, type, "", 0);
  if (!field.empty()) {
    return MakeFieldError(
        v1::INVALID_UTF8,
        {{field, "holds bytes that are not UTF-8; encode the text as UTF-8"}});
  }
  return MakeError(v1::MALFORMED_REQUEST,
                   absl::StrCat("the request is not a valid ", type.full_name(),
                                "; use the published protos"));
}

}  // namespace courant
