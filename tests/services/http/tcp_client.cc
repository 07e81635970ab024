#include "tests/services/http/tcp_client.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace courant {
namespace {

constexpr int kDeadlineSeconds = 10;

}  // namespace

TcpClient::TcpClient(uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in server = {};
  server.sin_family = AF_INET;
  server.sin_port = htons(port);
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(fd_, reinterpret_cast<sockaddr*>(&server), sizeof(server)),
            0);
  const timeval deadline = {.tv_sec = kDeadlineSeconds, .tv_usec = 0};
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof(deadline));
  setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &deadline, sizeof(deadline));
}

TcpClient::~TcpClient() { close(fd_); }

bool TcpClient::Send(absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

void TcpClient::EndSending() { shutdown(fd_, SHUT_WR); }

bool TcpClient::ReadMore() {
  char block[4096];
  const ssize_t got = recv(fd_, block, sizeof(block), 0);
  if (got <= 0) return false;
  received_.append(block, static_cast<size_t>(got));
  return true;
}

HttpReply TcpClient::ReadHeaders() {
  HttpReply reply;
  size_t end;
  while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
    if (!ReadMore()) return reply;
  }
  const std::vector<std::string> lines =
      absl::StrSplit(received_.substr(0, end), "\r\n");
  received_.erase(0, end + 4);
  const std::vector<std::string> words = absl::StrSplit(lines[0], ' ');
  if (words.size() < 2 || !absl::SimpleAtoi(words[1], &reply.status)) return {};
  for (size_t i = 1; i < lines.size(); ++i) {
    const std::pair<std::string, std::string> field =
        absl::StrSplit(lines[i], absl::MaxSplits(": ", 1));
    reply.headers.insert(field);
  }
  return reply;
}

HttpReply TcpClient::ReadReplyToHead() { return ReadHeaders(); }

HttpReply TcpClient::ReadReply() {
  HttpReply reply = ReadHeaders();
  size_t length = 0;
  if (!absl::SimpleAtoi(reply.headers["Content-Length"], &length)) return reply;
  while (received_.size() < length && ReadMore()) continue;
  reply.body = received_.substr(0, length);
  received_.erase(0, length);
  return reply;
}

std::string TcpClient::ReadToEnd() {
  while (ReadMore()) continue;
  return std::exchange(received_, "");
}

HttpReply TcpClient::Get(absl::string_view path) {
  Send(absl::StrCat("GET ", path, " HTTP/1.1\r\nHost: x\r\n\r\n"));
  return ReadReply();
}

}  // namespace courant
