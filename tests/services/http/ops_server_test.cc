#include "services/http/ops_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "services/trace/span.h"
#include "tests/services/http/handler_gate.h"
#include "tests/services/http/tcp_client.h"

namespace courant {
namespace {

using testing::HasSubstr;

// Long enough that only a test about time runs into it.
constexpr absl::Duration kLong = absl::Seconds(10);
// Short enough to wait for.
constexpr absl::Duration kShort = absl::Milliseconds(100);

class OpsServerTest : public testing::Test {
 protected:
  // A server with a page for each of the things a handler can do.
  void Start(OpsServerOptions options = {.io_timeout = kLong}) {
    std::map<std::string, OpsHandler> handlers;
    handlers["/healthz"] = [](const OpsRequest&) {
      return OpsResponse{.body = "ok\n"};
    };
    handlers["/echo"] = [](const OpsRequest& request) {
      return OpsResponse{
          .status = 503,
          .content_type = "text/html; charset=utf-8",
          .body = absl::StrCat(request.path, "|", request.query)};
    };
    handlers["/large"] = [](const OpsRequest&) {
      return OpsResponse{.body = std::string(kLargeBytes, 'x')};
    };
    handlers["/throw"] = [](const OpsRequest&) -> OpsResponse {
      throw std::runtime_error("a secret");
    };
    handlers["/trace"] = [](const OpsRequest&) {
      return OpsResponse{.body = TraceIdOf(CurrentSpan())};
    };
    handlers["/gate"] = [this](const OpsRequest&) {
      gate_.Pass();
      return OpsResponse{.body = "passed\n"};
    };
    options.hosts = {"x"};
    auto server =
        OpsServer::Create("127.0.0.1:0", std::move(handlers), options);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }

  void TearDown() override { gate_.Open(); }

  uint16_t port() const { return server_->port(); }

  // Sends `request` on a connection of its own and returns all that comes
  // back until the server closes.
  std::string Exchange(absl::string_view request) {
    TcpClient client(port());
    client.Send(request);
    return client.ReadToEnd();
  }

  // More than a socket's buffers hold.
  static constexpr size_t kLargeBytes = 32 << 20;

  HandlerGate gate_;
  std::unique_ptr<OpsServer> server_;
};

TEST_F(OpsServerTest, PortZeroPicksAPortAndNamesIt) {
  Start();
  EXPECT_NE(port(), 0);
  EXPECT_EQ(server_->address(), absl::StrCat("127.0.0.1:", port()));
}

TEST_F(OpsServerTest, ARouteIsAnsweredByItsHandler) {
  Start();
  TcpClient client(port());
  const HttpReply reply = client.Get("/healthz");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, "ok\n");
  EXPECT_EQ(reply.headers.at("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(reply.headers.at("Cache-Control"), "no-store");
  EXPECT_EQ(reply.headers.at("X-Content-Type-Options"), "nosniff");
}

TEST_F(OpsServerTest, StatusTypeAndQueryAreTheHandlers) {
  Start();
  TcpClient client(port());
  const HttpReply reply = client.Get("/echo?a=%20b?c");
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(reply.headers.at("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(reply.body, "/echo|a=%20b?c");
}

TEST_F(OpsServerTest, WhoCallsItByAnotherNameReadsNothing) {
  Start();
  for (const char* host : {"x", "X:7490", "127.0.0.1", "localhost:80"}) {
    TcpClient client(port());
    client.Send(absl::StrCat("GET /healthz HTTP/1.1\r\nHost: ", host,
                             "\r\nConnection: close\r\n\r\n"));
    EXPECT_THAT(client.ReadToEnd(), HasSubstr("HTTP/1.1 200 ")) << host;
  }
  for (const char* host : {"y", "x.y", "", "rebind.example.net:80"}) {
    for (const char* path : {"/healthz", "/large", "/nothing"}) {
      const std::string reply = Exchange(
          absl::StrCat("GET ", path, " HTTP/1.1\r\nHost: ", host, "\r\n\r\n"));
      EXPECT_THAT(reply, HasSubstr("HTTP/1.1 421 ")) << host;
      EXPECT_THAT(reply, HasSubstr("\r\n\r\n421 Misdirected Request\n"));
    }
  }
}

TEST_F(OpsServerTest, OneConnectionCarriesManyRequests) {
  Start();
  TcpClient client(port());
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(client.Get("/healthz").status, 200);
    EXPECT_EQ(client.Get("/nothing").status, 404);
  }
}

TEST_F(OpsServerTest, RequestsSentAheadAreAnsweredInOrder) {
  Start();
  TcpClient client(port());
  client.Send(
      "GET /echo?1 HTTP/1.1\r\nHost: x\r\n\r\n"
      "HEAD /echo?2 HTTP/1.1\r\nHost: x\r\n\r\n"
      "GET /echo?3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(client.ReadReply().body, "/echo|1");
  EXPECT_EQ(client.ReadReplyToHead().headers.at("Content-Length"), "7");
  const HttpReply last = client.ReadReply();
  EXPECT_EQ(last.body, "/echo|3");
  EXPECT_EQ(last.headers.at("Connection"), "close");
  EXPECT_EQ(client.ReadToEnd(), "");
}

TEST_F(OpsServerTest, HeadGetsTheHeadersOfGetAndNoBody) {
  Start();
  TcpClient client(port());
  client.Send("HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
  HttpReply head = client.ReadReplyToHead();
  EXPECT_EQ(head.status, 200);
  HttpReply get = client.Get("/healthz");
  EXPECT_EQ(get.status, 200);
  // But for the trace, which each has for itself.
  EXPECT_NE(head.headers["traceparent"], get.headers["traceparent"]);
  get.headers["traceparent"] = head.headers["traceparent"];
  EXPECT_EQ(head.headers, get.headers);
}

TEST_F(OpsServerTest, ARequestGoesOnWithTheTraceOfItsCaller) {
  Start();
  constexpr char kTrace[] = "0af7651916cd43dd8448eb211c80319c";
  constexpr char kParent[] =
      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  TcpClient client(port());
  // Also one that is refused.
  for (const char* path : {"/trace", "/nothing"}) {
    client.Send(absl::StrCat("GET ", path, " HTTP/1.1\r\nHost: x\r\n",
                             "Traceparent:  ", kParent, "\t\r\n\r\n"));
    HttpReply reply = client.ReadReply();
    const auto told = ParseTraceparent(reply.headers["traceparent"]);
    ASSERT_TRUE(told.has_value());
    EXPECT_EQ(ToHex(told->trace_id), kTrace);
    EXPECT_NE(ToHex(told->span_id), "b7ad6b7169203331");
    if (reply.status == 200) {
      EXPECT_EQ(reply.body, kTrace);
    }
  }
  // None, a bad one, one that would like to be a header, two.
  std::string before = kTrace;
  for (const std::string& header :
       {std::string(), std::string("traceparent: soup\r\n"),
        absl::StrCat("traceparent: ", kParent, "%0d%0aX-Evil: 1\r\n"),
        absl::StrCat("traceparent: ", kParent, "\r\ntraceparent: ", kParent,
                     "\r\n")}) {
    client.Send(
        absl::StrCat("GET /trace HTTP/1.1\r\nHost: x\r\n", header, "\r\n"));
    HttpReply reply = client.ReadReply();
    const auto told = ParseTraceparent(reply.headers["traceparent"]);
    ASSERT_TRUE(told.has_value()) << header;
    EXPECT_EQ(reply.body, ToHex(told->trace_id));
    EXPECT_NE(reply.body, before);
    EXPECT_EQ(reply.headers.count("X-Evil"), 0u);
    before = reply.body;
  }
}

TEST_F(OpsServerTest, UnknownPathsGetAConstantNotFound) {
  Start();
  TcpClient client(port());
  for (const char* path :
       {"/", "/nothing", "/healthz/", "/HEALTHZ", "//healthz", "/%68ealthz",
        "/../healthz", "*", "http://x/healthz", "?/healthz"}) {
    const HttpReply reply = client.Get(path);
    EXPECT_EQ(reply.status, 404) << path;
    EXPECT_EQ(reply.body, "404 Not Found\n") << path;
    EXPECT_EQ(reply.headers.at("X-Content-Type-Options"), "nosniff");
  }
}

TEST_F(OpsServerTest, OtherMethodsAreNotAllowed) {
  Start();
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "BREW"}) {
    for (const char* path : {"/healthz", "/nothing"}) {
      TcpClient client(port());
      client.Send(absl::StrCat(method, " ", path,
                               " HTTP/1.1\r\nHost: x\r\n"
                               "Content-Length: 5\r\n\r\nhello"));
      const HttpReply reply = client.ReadReply();
      EXPECT_EQ(reply.status, 405) << method;
      EXPECT_EQ(reply.headers.at("Allow"), "GET, HEAD");
      EXPECT_EQ(reply.headers.at("Connection"), "close");
      EXPECT_EQ(reply.body, "405 Method Not Allowed\n");
    }
  }
}

TEST_F(OpsServerTest, ARequestWithABodyIsRefused) {
  Start();
  EXPECT_THAT(Exchange("GET /healthz HTTP/1.1\r\nHost: x\r\n"
                       "Content-Length: 99999999999\r\n\r\nhello"),
              HasSubstr("HTTP/1.1 413 "));
  EXPECT_THAT(Exchange("GET /healthz HTTP/1.1\r\nHost: x\r\n"
                       "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
              HasSubstr("HTTP/1.1 413 "));
  TcpClient client(port());
  client.Send("GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(client.ReadReply().status, 200);
}

// A request for /healthz of this size up to and with the empty line.
std::string LongHeader(size_t bytes) {
  const std::string begin = "GET /healthz HTTP/1.1\r\nHost: x\r\nA: ";
  return absl::StrCat(begin, std::string(bytes - begin.size() - 4, 'a'),
                      "\r\n\r\n");
}

TEST_F(OpsServerTest, HeadersUpTo8KiBAreReadAndLargerOnesRefused) {
  Start();
  TcpClient client(port());
  client.Send(LongHeader(8192));
  EXPECT_EQ(client.ReadReply().status, 200);
  for (const size_t bytes : {8193, 8300, 20'000, 200'000}) {
    const std::string reply = Exchange(LongHeader(bytes));
    EXPECT_THAT(reply, HasSubstr("HTTP/1.1 431 ")) << bytes;
    EXPECT_THAT(reply, HasSubstr("\r\nConnection: close\r\n")) << bytes;
  }
  EXPECT_THAT(Exchange(absl::StrCat("GET /", std::string(9000, 'a'))),
              HasSubstr("HTTP/1.1 431 "));
}

TEST_F(OpsServerTest, TheLimitOfHeadersDoesNotDependOnHowTheyArrive) {
  Start();
  for (const size_t bytes : {8192, 8193}) {
    const std::string request = LongHeader(bytes);
    TcpClient client(port());
    client.Send("HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n" +
                request.substr(0, 100));
    EXPECT_EQ(client.ReadReplyToHead().status, 200);
    client.Send(request.substr(100));
    EXPECT_EQ(client.ReadReply().status, bytes == 8192 ? 200 : 431);
  }
}

TEST_F(OpsServerTest, WhatIsNotHttpIsABadRequest) {
  Start();
  for (const char* text : {
           "hello\r\n\r\n",
           "GET /healthz\r\n\r\n",
           "GET /healthz HTTP/2.0\r\nHost: x\r\n\r\n",
           "GET  /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
           "GET /healthz HTTP/1.1\r\n\r\n",
           "GET /healthz HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
           "GET /healthz HTTP/1.1\r\nHost : x\r\n\r\n",
           "GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
           "GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n"
           "Transfer-Encoding: chunked\r\n\r\n",
           "\x16\x03\x01\x02\r\n\r\n",
       }) {
    const std::string reply = Exchange(text);
    EXPECT_THAT(reply, HasSubstr("HTTP/1.1 400 Bad Request\r\n")) << text;
    EXPECT_THAT(reply, HasSubstr("\r\n\r\n400 Bad Request\n")) << text;
  }
}

TEST_F(OpsServerTest, OldClientsAreAnsweredAndClosed) {
  Start();
  EXPECT_THAT(Exchange("GET /healthz HTTP/1.0\r\n\r\n"),
              testing::AllOf(HasSubstr("HTTP/1.0 200 OK\r\n"),
                             HasSubstr("\r\n\r\nok\n")));
}

TEST_F(OpsServerTest, AHandlerThatThrowsIsAnInternalError) {
  Start();
  TcpClient client(port());
  const HttpReply reply = client.Get("/throw");
  EXPECT_EQ(reply.status, 500);
  EXPECT_EQ(reply.body, "500 Internal Server Error\n");
  EXPECT_EQ(client.Get("/healthz").status, 200);
}

TEST_F(OpsServerTest, AClientThatSendsSlowlyIsCut) {
  Start({.io_timeout = kShort});
  TcpClient silent(port());
  TcpClient slow(port());
  slow.Send("GET /healthz HT");
  EXPECT_EQ(slow.ReadToEnd(), "");
  EXPECT_EQ(silent.ReadToEnd(), "");
}

TEST_F(OpsServerTest, AnIdleConnectionIsCut) {
  Start({.io_timeout = kShort});
  TcpClient client(port());
  EXPECT_EQ(client.Get("/healthz").status, 200);
  EXPECT_EQ(client.ReadToEnd(), "");
}

TEST_F(OpsServerTest, AClientThatDoesNotReadIsCut) {
  Start({.io_timeout = kShort});
  TcpClient client(port());
  client.Send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  // Answered only after the large page has been given up: the server's only
  // connection is free again.
  server_->Stop();
  EXPECT_LT(client.ReadToEnd().size(), kLargeBytes);
}

TEST_F(OpsServerTest, ALargePageComesWhole) {
  Start();
  TcpClient client(port());
  EXPECT_EQ(client.Get("/large").body.size(), kLargeBytes);
}

TEST_F(OpsServerTest, AConnectionTooManyIsClosed) {
  Start({.io_timeout = kLong, .max_connections = 2});
  TcpClient first(port());
  auto second = std::make_unique<TcpClient>(port());
  EXPECT_EQ(first.Get("/healthz").status, 200);
  EXPECT_EQ(second->Get("/healthz").status, 200);
  TcpClient third(port());
  EXPECT_EQ(third.ReadToEnd(), "");
  // When one ends there is room again.
  second.reset();
  const absl::Time deadline = absl::Now() + kLong;
  int status = 0;
  while (status != 200 && absl::Now() < deadline) {
    TcpClient later(port());
    status = later.Get("/healthz").status;
  }
  EXPECT_EQ(status, 200);
}

TEST_F(OpsServerTest, OneSlowHandlerDoesNotHoldUpTheOthers) {
  Start();
  TcpClient slow(port());
  slow.Send("GET /gate HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(gate_.WaitForWaiting(1));
  TcpClient other(port());
  EXPECT_EQ(other.Get("/healthz").status, 200);
  gate_.Open();
  EXPECT_EQ(slow.ReadReply().body, "passed\n");
}

TEST_F(OpsServerTest, AThirdHandlerWaitsForOneOfTwoAndErrorsDoNot) {
  Start();
  std::vector<std::unique_ptr<TcpClient>> clients;
  for (int i = 0; i < 2; ++i) {
    clients.push_back(std::make_unique<TcpClient>(port()));
    clients.back()->Send("GET /gate HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  ASSERT_TRUE(gate_.WaitForWaiting(2));
  TcpClient third(port());
  third.Send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
  TcpClient lost(port());
  EXPECT_EQ(lost.Get("/nothing").status, 404);
  gate_.Open();
  EXPECT_EQ(third.ReadReply().status, 200);
  for (const auto& client : clients) {
    EXPECT_EQ(client->ReadReply().body, "passed\n");
  }
}

TEST_F(OpsServerTest, StopClosesIdleConnectionsAndTheListener) {
  Start();
  const uint16_t old_port = port();
  TcpClient fresh(old_port);
  TcpClient used(old_port);
  EXPECT_EQ(used.Get("/healthz").status, 200);
  server_->Stop();
  EXPECT_EQ(fresh.ReadToEnd(), "");
  EXPECT_EQ(used.ReadToEnd(), "");
  // The port is free: another server can take it at once.
  const auto next =
      OpsServer::Create(absl::StrCat("127.0.0.1:", old_port), {}, {});
  EXPECT_TRUE(next.ok()) << next.status();
  server_->Stop();
}

TEST_F(OpsServerTest, StopLetsARunningHandlerAnswer) {
  Start();
  TcpClient client(port());
  client.Send("GET /gate HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(gate_.WaitForWaiting(1));
  std::thread stopper([this] { server_->Stop(); });
  gate_.Open();
  const HttpReply reply = client.ReadReply();
  EXPECT_EQ(reply.body, "passed\n");
  EXPECT_EQ(client.ReadToEnd(), "");
  stopper.join();
}

TEST_F(OpsServerTest, AClientThatLeavesDuringItsRequestHarmsNobody) {
  Start();
  {
    TcpClient client(port());
    client.Send("GET /gate HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_TRUE(gate_.WaitForWaiting(1));
  }
  { TcpClient client(port()); }
  {
    TcpClient client(port());
    client.Send("GET /hea");
    client.EndSending();
    EXPECT_EQ(client.ReadToEnd(), "");
  }
  gate_.Open();
  TcpClient client(port());
  EXPECT_EQ(client.Get("/healthz").status, 200);
}

TEST_F(OpsServerTest, ManyClientsAtOnceAllGetTheirOwnAnswer) {
  Start();
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([this, t, &wrong] {
      TcpClient client(port());
      for (int i = 0; i < 50; ++i) {
        const std::string want = absl::StrCat(t, "-", i);
        if (client.Get("/echo?" + want).body != "/echo|" + want) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(OpsServerCreateTest, AMalformedAddressIsRefused) {
  for (const char* address : {"", "7490", "127.0.0.1", "127.0.0.1:",
                              "127.0.0.1:65536", "localhost:0", ":0", "::1"}) {
    EXPECT_EQ(OpsServer::Create(address, {}).status().code(),
              absl::StatusCode::kInvalidArgument)
        << address;
  }
}

TEST(OpsServerCreateTest, AnAddressInUseIsNamed) {
  const auto first = OpsServer::Create("127.0.0.1:0", {});
  ASSERT_TRUE(first.ok()) << first.status();
  const auto second = OpsServer::Create((*first)->address(), {});
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(std::string(second.status().message()),
            absl::StrCat("cannot listen on ", (*first)->address(),
                         ": Address already in use"));
}

}  // namespace
}  // namespace courant
