#include "services/cli/json_text.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/type_resolver_util.h>

#include <memory>

#include "absl/strings/str_cat.h"

namespace courant {
namespace {

constexpr char kTypePrefix[] = "type.googleapis.com";

// Serialised with the entries of maps in the order of their keys, which
// protobuf's own MessageToJsonString leaves open.
std::string SortedBytes(const google::protobuf::Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream out(&bytes);
  google::protobuf::io::CodedOutputStream coded(&out);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

}  // namespace

std::string JsonLine(const google::protobuf::Message& message) {
  const google::protobuf::Descriptor* type = message.GetDescriptor();
  const std::unique_ptr<google::protobuf::util::TypeResolver> resolver(
      google::protobuf::util::NewTypeResolverForDescriptorPool(
          kTypePrefix, type->file()->pool()));
  std::string json;
  const auto status = google::protobuf::util::BinaryToJsonString(
      resolver.get(), absl::StrCat(kTypePrefix, "/", type->full_name()),
      SortedBytes(message), &json);
  // Only a message outside of its descriptor pool could fail.
  return status.ok() ? json : std::string("{}");
}

}  // namespace courant
