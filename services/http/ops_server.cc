// Beast is included here and nowhere else: it alone compiles for a minute
// under the sanitizers.
#include "services/http/ops_server.h"

#include <pthread.h>
#include <unistd.h>

#include <array>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <chrono>
#include <cstddef>
#include <limits>
#include <optional>
#include <thread>
#include <unordered_set>
#include <utility>  // Asio 1.74 needs it first in C++20.

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/http/host_rule.h"
#include "services/trace/span.h"
#include "storage/base/worker_pool.h"

namespace courant {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::asio::ip::tcp;
using boost::system::error_code;

// The request line, its headers and the empty line behind them.
constexpr uint32_t kMaxHeaderBytes = 8 * 1024;

// How much of a refused request is read before the connection is closed.
constexpr size_t kMaxDrainedBytes = 64 * 1024;

// For a client that was accepted just before a stop to send its request.
constexpr std::chrono::seconds kFirstRequestWithin(1);

// The pause after accepting failed, mostly for want of file descriptors.
constexpr std::chrono::milliseconds kAcceptPause(100);

OpsResponse ConstantResponse(http::status status) {
  OpsResponse response;
  response.status = static_cast<int>(status);
  response.body = absl::StrCat(
      response.status, " ", std::string(http::obsolete_reason(status)), "\n");
  return response;
}

OpsResponse RunHandler(const OpsHandler& handler, const OpsRequest& request) {
  try {
    return handler(request);
  } catch (...) {
    return ConstantResponse(http::status::internal_server_error);
  }
}

// What the request is, in the trace that it names. Two names are none.
Span SpanOf(const http::request<http::empty_body>& request) {
  const auto named = request.find(kTraceparentKey);
  if (named == request.end() || request.count(kTraceparentKey) > 1) {
    return NewTrace();
  }
  return SpanFrom(
      absl::string_view(named->value().data(), named->value().size()));
}

bool IsReadOnly(http::verb method) {
  return method == http::verb::get || method == http::verb::head;
}

absl::StatusOr<tcp::endpoint> ParseEndpoint(absl::string_view text) {
  const size_t colon = text.rfind(':');
  absl::string_view host = text.substr(0, colon);
  uint32_t port = 0;
  if (colon == absl::string_view::npos ||
      !absl::SimpleAtoi(text.substr(colon + 1), &port) || port > 65535) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text, "\" does not end with a port"));
  }
  if (absl::ConsumePrefix(&host, "[")) absl::ConsumeSuffix(&host, "]");
  error_code error;
  const asio::ip::address address =
      asio::ip::make_address(std::string(host), error);
  if (error) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text, "\" does not begin with an IP address"));
  }
  return tcp::endpoint(address, static_cast<uint16_t>(port));
}

}  // namespace

// The server's thread and what it alone touches.
class OpsServer::Loop {
 public:
  Loop(std::map<std::string, OpsHandler> handlers,
       const OpsServerOptions& options)
      : handlers_(std::move(handlers)),
        options_(options),
        pool_({.name = "ops-handler",
               .threads = options.handler_threads,
               .max_queued = static_cast<size_t>(options.max_connections)}),
        acceptor_(io_),
        accept_pause_(io_),
        last_chance_(io_) {}

  // Binds and starts the thread.
  absl::Status Start(const tcp::endpoint& endpoint);

  // See OpsServer::Stop().
  void Stop();

  // What was bound; constant after Start().
  const tcp::endpoint& endpoint() const { return endpoint_; }

  // The rest is for sessions, on the thread of the loop.

  // Null if there is none.
  const OpsHandler* FindHandler(const std::string& path) const {
    const auto found = handlers_.find(path);
    return found == handlers_.end() ? nullptr : &found->second;
  }

  const OpsServerOptions& options() const { return options_; }
  bool is_stopping() const { return is_stopping_; }
  asio::io_context& io() { return io_; }
  WorkerPool& pool() { return pool_; }
  void Remove(Session* session) {
    sessions_.erase(session);
    EndIfAlone();
  }

 private:
  void Run();
  void Accept();
  void OnAccept(const error_code& error, tcp::socket socket);
  void BeginStop();
  // When it stops and nobody is connected, waits for nobody any more.
  void EndIfAlone();

  const std::map<std::string, OpsHandler> handlers_;
  const OpsServerOptions options_;
  tcp::endpoint endpoint_;

  // Outlives `io_`, whose operations own the sessions.
  std::unordered_set<Session*> sessions_;
  bool is_stopping_ = false;

  asio::io_context io_{1};
  WorkerPool pool_;
  tcp::acceptor acceptor_;
  asio::steady_timer accept_pause_;
  // Until those are cut that have not asked for anything when it stops.
  asio::steady_timer last_chance_;
  std::thread thread_;
};

// One connection: reads a request, has it handled, writes the response, and
// again. Exactly one operation is pending at a time, and owns the session; the
// last one to end destroys it. Lives on the thread of the loop.
class OpsServer::Session final
    : public std::enable_shared_from_this<OpsServer::Session> {
 public:
  Session(tcp::socket socket, Loop& loop)
      : loop_(loop), stream_(std::move(socket)), buffer_(kMaxHeaderBytes) {}
  ~Session() { loop_.Remove(this); }

  void Start() { Read(); }

  // Closes the connection unless a response is due on it, or will be: one that
  // was just accepted has not been able to ask.
  void StopIfIdle() {
    if (has_asked_) StopIfNothingIsDue();
  }
  // The same, also if it never asked for anything.
  void StopIfNothingIsDue() {
    if (is_idle_) stream_.close();
  }

 private:
  using Parser = http::request_parser<http::empty_body>;

  void SetDeadline() {
    stream_.expires_after(
        absl::ToChronoNanoseconds(loop_.options().io_timeout));
  }

  void Read();
  // `bytes` is what the parser took, the whole header if there is no error.
  void OnRead(const error_code& error, size_t bytes);
  // Answers what is not a request that can be handled, or hands it on.
  void OnRequest();
  void Handle(const OpsHandler& handler, OpsRequest request);
  // Answers and closes: what else the client sent is not understood.
  void Refuse(http::status status);
  void Write(OpsResponse response);
  void OnWrite(const error_code& error);
  // Reads what the client still sends for a while, so that closing does not
  // take back the response under way.
  void Drain();

  Loop& loop_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  std::optional<Parser> parser_;  // Of the current request.
  Span span_;                     // The same.
  http::response<http::string_body> response_;
  std::array<char, 4096> drained_;
  size_t drained_bytes_ = 0;
  bool is_idle_ = false;
  bool has_asked_ = false;
  bool is_refused_ = false;
};

void OpsServer::Session::Read() {
  parser_.emplace();
  parser_->header_limit(kMaxHeaderBytes);
  // A body is never read: OnRequest() refuses the request that has one, as it
  // knows the method. (No limit at all refuses every Content-Length.)
  parser_->body_limit(std::numeric_limits<uint64_t>::max());
  is_idle_ = true;
  SetDeadline();
  http::async_read_header(
      stream_, buffer_, *parser_,
      [self = shared_from_this()](const error_code& error, size_t bytes) {
        self->OnRead(error, bytes);
      });
}

void OpsServer::Session::OnRead(const error_code& error, size_t bytes) {
  is_idle_ = false;
  has_asked_ = true;
  span_ = SpanOf(parser_->get());
  // The parser's limit is of what it sees at a time: a header that comes in
  // pieces can be longer.
  const bool is_too_large = bytes > kMaxHeaderBytes;
  if (!error && !is_too_large) return OnRequest();
  if (is_too_large || error == http::error::header_limit ||
      error == http::error::buffer_overflow) {
    return Refuse(http::status::request_header_fields_too_large);
  }
  // The client left, between requests or within one.
  if (error == http::error::end_of_stream ||
      error == http::error::partial_message) {
    return;
  }
  if (error.category() == make_error_code(http::error::bad_method).category()) {
    return Refuse(http::status::bad_request);
  }
  // Otherwise the connection broke, timed out or was closed by Stop().
}

void OpsServer::Session::OnRequest() {
  const auto& request = parser_->get();
  if (!IsReadOnly(request.method())) {
    return Refuse(http::status::method_not_allowed);
  }
  if (!parser_->is_done()) return Refuse(http::status::payload_too_large);
  // RFC 9112, 3.2. Two could be read differently by a proxy in front of us.
  const size_t hosts = request.count(http::field::host);
  if (hosts > 1 || (hosts == 0 && request.version() > 10)) {
    return Refuse(http::status::bad_request);
  }
  const auto host = request[http::field::host];
  if (hosts > 0 &&
      !IsHostAllowed({host.data(), host.size()}, loop_.options().hosts)) {
    return Refuse(http::status::misdirected_request);
  }
  const absl::string_view target(request.target().data(),
                                 request.target().size());
  const size_t question = target.find('?');
  OpsRequest parsed{.path = std::string(target.substr(0, question)),
                    .query = ""};
  if (question != absl::string_view::npos) {
    parsed.query = std::string(target.substr(question + 1));
  }
  const OpsHandler* handler = loop_.FindHandler(parsed.path);
  if (handler == nullptr) {
    return Write(ConstantResponse(http::status::not_found));
  }
  Handle(*handler, std::move(parsed));
}

void OpsServer::Session::Handle(const OpsHandler& handler, OpsRequest request) {
  // Without work the loop would end while only a handler is pending.
  auto task = [self = shared_from_this(), &handler, span = span_,
               request = std::move(request),
               work = asio::make_work_guard(loop_.io())]() mutable {
    const SpanScope scope(span);
    OpsResponse response = RunHandler(handler, request);
    asio::io_context& io = self->loop_.io();
    // The session goes along: it must not end on this thread.
    asio::post(
        io, [self = std::move(self), response = std::move(response)]() mutable {
          self->Write(std::move(response));
        });
  };
  if (!loop_.pool().TryPost(std::move(task))) {
    Refuse(http::status::service_unavailable);
  }
}

void OpsServer::Session::Refuse(http::status status) {
  is_refused_ = true;
  Write(ConstantResponse(status));
}

void OpsServer::Session::Write(OpsResponse response) {
  const auto& request = parser_->get();
  const bool is_head = request.method() == http::verb::head;
  response_ = {};
  response_.version(request.version() == 10 ? 10 : 11);
  response_.result(static_cast<unsigned>(response.status));
  response_.set(http::field::content_type, response.content_type);
  response_.set(http::field::cache_control, "no-store");
  response_.set("X-Content-Type-Options", "nosniff");
  response_.set("Content-Security-Policy", response.content_security_policy);
  response_.set("Cross-Origin-Resource-Policy", "same-origin");
  response_.set("Referrer-Policy", "no-referrer");
  response_.set(kTraceparentKey, FormatTraceparent(span_.context));
  if (response_.result() == http::status::method_not_allowed) {
    response_.set(http::field::allow, "GET, HEAD");
  }
  response_.keep_alive(!is_refused_ && !loop_.is_stopping() &&
                       request.keep_alive());
  response_.content_length(response.body.size());
  if (!is_head) response_.body() = std::move(response.body);
  SetDeadline();
  http::async_write(
      stream_, response_,
      [self = shared_from_this()](const error_code& error, size_t) {
        self->OnWrite(error);
      });
}

void OpsServer::Session::OnWrite(const error_code& error) {
  if (error) return;
  if (response_.keep_alive() && !loop_.is_stopping()) return Read();
  error_code ignored;
  stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  if (!is_refused_ || loop_.is_stopping()) return;
  is_idle_ = true;
  SetDeadline();
  Drain();
}

void OpsServer::Session::Drain() {
  stream_.async_read_some(
      asio::buffer(drained_),
      [self = shared_from_this()](const error_code& error, size_t bytes) {
        self->drained_bytes_ += bytes;
        if (!error && self->drained_bytes_ < kMaxDrainedBytes) self->Drain();
      });
}

absl::Status OpsServer::Loop::Start(const tcp::endpoint& endpoint) {
  error_code error;
  if (options_.socket >= 0) {
    acceptor_.assign(endpoint.protocol(), options_.socket, error);
  } else {
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) {
      acceptor_.listen(asio::socket_base::max_listen_connections, error);
    }
  }
  if (!error) endpoint_ = acceptor_.local_endpoint(error);
  if (error) return absl::UnavailableError(error.message());
  Accept();
  thread_ = std::thread([this] { Run(); });
  return absl::OkStatus();
}

void OpsServer::Loop::Run() {
  pthread_setname_np(pthread_self(), "ops-io");
  for (;;) {
    try {
      io_.run();
      return;
    } catch (...) {
      // Out of memory in one connection, which is gone with its operation.
      // The others go on.
    }
  }
}

void OpsServer::Loop::Accept() {
  acceptor_.async_accept([this](const error_code& error, tcp::socket socket) {
    OnAccept(error, std::move(socket));
  });
}

void OpsServer::Loop::OnAccept(const error_code& error, tcp::socket socket) {
  if (error && is_stopping_) return EndIfAlone();
  if (error) {
    accept_pause_.expires_after(kAcceptPause);
    accept_pause_.async_wait([this](const error_code&) {
      if (!is_stopping_) Accept();
    });
    return;
  }
  if (sessions_.size() < static_cast<size_t>(options_.max_connections)) {
    const auto session = std::make_shared<Session>(std::move(socket), *this);
    sessions_.insert(session.get());
    session->Start();
  }
  if (!is_stopping_) Accept();
}

void OpsServer::Loop::EndIfAlone() {
  if (is_stopping_ && sessions_.empty()) last_chance_.cancel();
}

void OpsServer::Loop::BeginStop() {
  is_stopping_ = true;
  error_code ignored;
  // Not close(): that leaves it to the kernel to forget the socket, which it
  // does not as long as somebody else has it open.
  close(acceptor_.release(ignored));
  accept_pause_.cancel();
  last_chance_.expires_after(kFirstRequestWithin);
  last_chance_.async_wait([this](const error_code&) {
    for (Session* session : sessions_) session->StopIfNothingIsDue();
  });
  for (Session* session : sessions_) session->StopIfIdle();
}

void OpsServer::Loop::Stop() {
  if (!thread_.joinable()) return;
  asio::post(io_, [this] { BeginStop(); });
  // The loop ends when no connection is left.
  thread_.join();
  pool_.Shutdown();
}

OpsServer::OpsServer(std::unique_ptr<Loop> loop) : loop_(std::move(loop)) {}

OpsServer::~OpsServer() { Stop(); }

absl::StatusOr<std::unique_ptr<OpsServer>> OpsServer::Create(
    absl::string_view address, std::map<std::string, OpsHandler> handlers,
    const OpsServerOptions& options) {
  const absl::StatusOr<tcp::endpoint> endpoint = ParseEndpoint(address);
  if (!endpoint.ok()) return endpoint.status();
  auto loop = std::make_unique<Loop>(std::move(handlers), options);
  const absl::Status status = loop->Start(*endpoint);
  if (!status.ok()) {
    return absl::UnavailableError(
        absl::StrCat("cannot listen on ", address, ": ", status.message()));
  }
  return std::unique_ptr<OpsServer>(new OpsServer(std::move(loop)));
}

uint16_t OpsServer::port() const { return loop_->endpoint().port(); }

std::string OpsServer::address() const {
  const std::string host = loop_->endpoint().address().to_string();
  const bool is_v6 = loop_->endpoint().address().is_v6();
  return is_v6 ? absl::StrCat("[", host, "]:", port())
               : absl::StrCat(host, ":", port());
}

void OpsServer::Stop() { loop_->Stop(); }

}  // namespace courant
