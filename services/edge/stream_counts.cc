#include "services/edge/stream_counts.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "grpc/grpc.h"
#include "grpc/support/alloc.h"
#include "nlohmann/json.hpp"

namespace courant {
namespace {

using nlohmann::json;

// Takes what channelz gave. Null for nothing.
json Parsed(char* text) {
  if (text == nullptr) return nullptr;
  json parsed = json::parse(text, nullptr, /*allow_exceptions=*/false);
  gpr_free(text);
  return parsed;
}

// Numbers are texts there, and what is 0 is left out.
int64_t NumberIn(const json& object, const char* key) {
  int64_t number = 0;
  if (!object.is_object()) return number;
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string()) return number;
  (void)absl::SimpleAtoi(found->get_ref<const std::string&>(), &number);
  return number;
}

const json& In(const json& object, const char* key) {
  static const json* const kNothing = new json();
  if (!object.is_object()) return *kNothing;
  const auto found = object.find(key);
  return found == object.end() ? *kNothing : *found;
}

// The peer is the last word of a socket's name.
std::string PeerIn(const json& ref) {
  const json& name = In(ref, "name");
  if (!name.is_string()) return "";
  const auto& text = name.get_ref<const std::string&>();
  return text.substr(text.rfind(' ') + 1);
}

}  // namespace

StreamCountReader::StreamCountReader() {
  while (true) {
    const json page = Parsed(grpc_channelz_get_servers(server_ + 1));
    const json& servers = In(page, "server");
    if (servers.empty()) return;
    for (const json& server : servers) {
      server_ = std::max(server_, NumberIn(In(server, "ref"), "serverId"));
    }
  }
}

void StreamCountReader::FindNew() {
  while (true) {
    const json page = Parsed(
        grpc_channelz_get_server_sockets(server_, next_, /*max_results=*/0));
    const json& found = In(page, "socketRef");
    for (const json& ref : found) {
      const int64_t id = NumberIn(ref, "socketId");
      sockets_[PeerIn(ref)] = id;
      next_ = std::max(next_, id + 1);
    }
    if (found.empty() || In(page, "end") == true) return;
  }
}

std::optional<StreamCounts> StreamCountReader::Read(const std::string& peer) {
  auto known = sockets_.find(peer);
  if (known == sockets_.end()) {
    FindNew();
    known = sockets_.find(peer);
    if (known == sockets_.end()) return std::nullopt;
  }
  const json page = Parsed(grpc_channelz_get_socket(known->second));
  const json& data = In(In(page, "socket"), "data");
  if (!data.is_object()) return std::nullopt;
  return StreamCounts{
      .started = static_cast<uint64_t>(NumberIn(data, "streamsStarted")),
      .answered = static_cast<uint64_t>(NumberIn(data, "streamsSucceeded")),
      .failed = static_cast<uint64_t>(NumberIn(data, "streamsFailed"))};
}

}  // namespace courant
