#include "services/edge/acceptor.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

namespace courant {
namespace {

// Connections taken before it is seen which have ended.
constexpr int kAtOnce = 64;
constexpr int kEventsAtOnce = 64;
// Until it is tried again, when there is nothing to be had.
constexpr int kPauseMs = 10;

Descriptor NewReserve() {
  return Descriptor(open("/dev/null", O_RDONLY | O_CLOEXEC));
}

Descriptor AcceptFrom(const Descriptor& socket, sockaddr_storage* from) {
  socklen_t size = sizeof(*from);
  return Descriptor(accept4(socket.get(), reinterpret_cast<sockaddr*>(from),
                            &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
}

// Errors of the connection that would have come, not of ours: see accept(2).
bool IsOfTheConnection(int error) {
  switch (error) {
    case EINTR:
    case ECONNABORTED:
    case EPROTO:
    case ENETDOWN:
    case ENOPROTOOPT:
    case EHOSTDOWN:
    case ENONET:
    case EHOSTUNREACH:
    case EOPNOTSUPP:
    case ENETUNREACH:
    case EPERM:
      return true;
    default:
      return false;
  }
}

bool Watch(const Descriptor& epoll, int fd, uint32_t events) {
  epoll_event event = {.events = events, .data = {.fd = fd}};
  return epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

}  // namespace

Acceptor::Acceptor(ListeningSocket socket, const Options& options,
                   ConnectionBook* book, EdgeMetrics& metrics,
                   LoginLimit* logins)
    : socket_(std::move(socket)),
      options_(options),
      book_(book),
      metrics_(metrics),
      logins_(logins),
      max_connections_(options.max_connections),
      max_per_address_(options.max_per_address) {}

Acceptor::~Acceptor() { Stop(); }

bool Acceptor::Start(Actions actions) {
  actions_ = std::move(actions);
  epoll_ = Descriptor(epoll_create1(EPOLL_CLOEXEC));
  wake_ = Descriptor(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  reserve_ = NewReserve();
  if (!epoll_.is_open() || !wake_.is_open() || !reserve_.is_open() ||
      !Watch(epoll_, wake_.get(), EPOLLIN) ||
      !Watch(epoll_, socket_.fd.get(), EPOLLIN)) {
    return false;
  }
  accepting_ = true;
  thread_ = std::thread([this] { Run(); });
  return true;
}

void Acceptor::StopAccepting() {
  stop_accepting_.store(true);
  if (!thread_.joinable()) return;
  eventfd_write(wake_.get(), 1);
  is_closed_.wait(false);
}

void Acceptor::Stop() {
  StopAccepting();
  if (!thread_.joinable()) return;
  stop_.store(true);
  eventfd_write(wake_.get(), 1);
  thread_.join();
  for (const auto& [second, connection] : open_) {
    book_->Remove(*connection);
    connection->Close();
  }
  open_.clear();
}

void Acceptor::Run() {
  pthread_setname_np(pthread_self(), "accept");
  std::array<epoll_event, kEventsAtOnce> events;
  while (!stop_.load()) {
    const bool paused = !accepting_ && socket_.fd.is_open();
    const int count = epoll_wait(epoll_.get(), events.data(), kEventsAtOnce,
                                 paused ? kPauseMs : -1);
    bool has_come = paused;
    for (int i = 0; i < count; ++i) {
      const int fd = events[i].data.fd;
      if (fd == wake_.get()) {
        eventfd_t ignored = 0;
        eventfd_read(fd, &ignored);
      } else if (fd == socket_.fd.get()) {
        has_come = true;
      } else {
        OnEnded(fd);
      }
    }
    if (stop_accepting_.load()) {
      LetGoOfSocket();
      is_closed_.store(true);
      is_closed_.notify_all();
    } else if (has_come) {
      AcceptSome();
    }
  }
}

void Acceptor::LetGoOfSocket() {
  if (!socket_.fd.is_open()) return;
  // As long as somebody else has it open, closing it does not take it from the
  // epoll set, and who waits there would be told of for ever.
  epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, socket_.fd.get(), nullptr);
  socket_.fd.Close();
}

void Acceptor::AcceptSome() {
  if (!reserve_.is_open()) reserve_ = NewReserve();
  for (int i = 0; i < kAtOnce; ++i) {
    sockaddr_storage from = {};
    Descriptor fd = AcceptFrom(socket_.fd, &from);
    if (fd.is_open()) {
      Take(std::move(fd), from);
      continue;
    }
    if (errno == EAGAIN) break;
    if (IsOfTheConnection(errno)) continue;
    const bool is_descriptors = errno == EMFILE || errno == ENFILE;
    const TurnedAway turned =
        is_descriptors ? TurnOneAway() : TurnedAway::kBusy;
    // Also said when nobody is there: a descriptor is looked for first.
    if (turned == TurnedAway::kNobodyThere) break;
    metrics_.accept_errors().Increment();
    if (turned == TurnedAway::kBusy) return SetAccepting(false);
  }
  SetAccepting(true);
}

void Acceptor::SetAccepting(bool accepting) {
  if (accepting_ == accepting) return;
  accepting_ = accepting;
  epoll_event event = {.events = accepting ? uint32_t{EPOLLIN} : 0,
                       .data = {.fd = socket_.fd.get()}};
  epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, socket_.fd.get(), &event);
}

Acceptor::TurnedAway Acceptor::TurnOneAway() {
  if (!reserve_.is_open()) return TurnedAway::kBusy;
  reserve_.Close();
  sockaddr_storage from = {};
  Descriptor fd = AcceptFrom(socket_.fd, &from);
  TurnedAway turned = TurnedAway::kBusy;
  if (fd.is_open()) {
    turned = TurnedAway::kOne;
    metrics_.refused(AcceptRefusal::kDescriptors).Increment();
  } else if (errno == EAGAIN) {
    turned = TurnedAway::kNobodyThere;
  }
  fd.Close();
  reserve_ = NewReserve();
  return turned;
}

bool Acceptor::IsShortOfDescriptors(int fd) const {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return false;
  // The lowest that is free is given: there are at least so many.
  return fd >= static_cast<double>(limit.rlim_cur) * (1 - options_.spared);
}

void Acceptor::Take(Descriptor fd, const sockaddr_storage& from) {
  std::optional<AcceptRefusal> why;
  if (book_ != nullptr) {
    why = Follow(fd, RemoteAddressOf(from));
  } else if (IsShortOfDescriptors(fd.get())) {
    why = AcceptRefusal::kDescriptors;
  }
  if (why) return metrics_.refused(*why).Increment();
  metrics_.accepted().Increment();
  last_came_.store(absl::ToUnixNanos(SteadyNow()));
  actions_.hand_over(std::move(fd));
}

std::optional<AcceptRefusal> Acceptor::Follow(const Descriptor& fd,
                                              RemoteAddress from) {
  if (book_->size() >= max_connections_.load()) {
    return AcceptRefusal::kConnections;
  }
  if (book_->CountFrom(from.neighbours) >= max_per_address_.load()) {
    return AcceptRefusal::kAddress;
  }
  if (options_.cuts != nullptr &&
      options_.cuts->IsSpent(from.neighbours, SteadyNow())) {
    return AcceptRefusal::kCuts;
  }
  Descriptor second(fcntl(fd.get(), F_DUPFD_CLOEXEC, 0));
  const int number = second.get();
  // With no events asked for, the end is still told.
  if (!second.is_open() || IsShortOfDescriptors(number) ||
      !Watch(epoll_, number, 0)) {
    return AcceptRefusal::kDescriptors;
  }
  auto connection =
      std::make_shared<Connection>(std::move(from), std::move(second), logins_);
  book_->Add(connection);
  metrics_.open().Set(static_cast<double>(book_->size()));
  if (actions_.opened) actions_.opened(connection);
  open_[number] = std::move(connection);
  return std::nullopt;
}

void Acceptor::OnEnded(int second) {
  const auto found = open_.find(second);
  if (found == open_.end()) return;
  const std::shared_ptr<Connection> connection = std::move(found->second);
  open_.erase(found);
  book_->Remove(*connection);
  // Others may hold the connection for longer, but not its descriptor. As long
  // as gRPC has its own, closing this one does not take it from the epoll set.
  epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, second, nullptr);
  connection->Close();
  metrics_.open().Set(static_cast<double>(book_->size()));
}

}  // namespace courant
