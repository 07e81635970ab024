#ifndef COURANT_TESTS_SERVICES_HTTP_TCP_CLIENT_H_
#define COURANT_TESTS_SERVICES_HTTP_TCP_CLIENT_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/strings/string_view.h"

namespace courant {

// A response as it came over the wire.
struct HttpReply {
  int status = 0;  // 0 if there was none.
  std::map<std::string, std::string> headers;
  std::string body;
};

// A plain blocking socket to 127.0.0.1: it can send what no HTTP library
// would. Every wait ends after 10 s as if the server had closed.
class TcpClient {
 public:
  explicit TcpClient(uint16_t port);
  ~TcpClient();

  TcpClient(const TcpClient&) = delete;
  TcpClient& operator=(const TcpClient&) = delete;

  // False if the server has closed.
  bool Send(absl::string_view bytes);

  // Tells the server that no more will be sent.
  void EndSending();

  // Reads one response: its headers and as many bytes as they announce. A
  // HEAD request has to say so, because the announced body does not come.
  HttpReply ReadReply();
  HttpReply ReadReplyToHead();

  // All that comes until the server closes.
  std::string ReadToEnd();

  // Send() of a GET request for `path` and ReadReply().
  HttpReply Get(absl::string_view path);

 private:
  bool ReadMore();
  HttpReply ReadHeaders();

  int fd_;
  std::string received_;
};

}  // namespace courant

#endif  // COURANT_TESTS_SERVICES_HTTP_TCP_CLIENT_H_
