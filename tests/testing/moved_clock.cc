// A clock that tests move: loaded before a program with LD_PRELOAD, it moves
// the program's wall clock by as many seconds as the file that
// COURANT_CLOCK_OFFSET_FILE names says, asked anew each time: "+86400". Without
// the file nothing is moved. The monotonic clock goes on as it does.
//
// Somebody who sets a machine's clock sets it for the kernel too: whoever
// sleeps until a time of the wall clock wakes by the new one. So times that go
// to the kernel to wait for are moved back here. libfaketime leaves them as
// they are, and threads of a program whose clock it sets back and forth sleep
// for as long as it was set: calls were left unanswered in one run of twenty.
//
// Moved are what courantd and its libraries ask and wait by: clock_gettime,
// gettimeofday, time, pthread_cond_timedwait and futexes. Other waits for a
// time of the wall clock, such as timerfd_settime, are not.

#include <dlfcn.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdarg>
#include <cstdlib>
#include <ctime>

namespace {

// Below this a time is one since the machine was started, and not of the wall
// clock: some condition variables wait by that, and are not told apart here.
constexpr time_t kFirstYearsOf1970 = 10LL * 365 * 86400;

// Asks the kernel, as the C library does: below are functions of ours that have
// its names.
long Ask(long number, long a, long b, long c, long d, long e, long f) {
  using Syscall = long (*)(long, ...);
  static const auto real =
      reinterpret_cast<Syscall>(dlsym(RTLD_NEXT, "syscall"));
  return real(number, a, b, c, d, e, f);
}

template <typename T>
long AsLong(T* pointer) {
  return reinterpret_cast<long>(pointer);
}

// By how many seconds the clock is moved now.
time_t Offset() {
  static const char* const file = std::getenv("COURANT_CLOCK_OFFSET_FILE");
  if (file == nullptr) return 0;
  const long fd =
      Ask(SYS_openat, AT_FDCWD, AsLong(file), O_RDONLY | O_CLOEXEC, 0, 0, 0);
  if (fd < 0) return 0;
  char text[32] = {};
  Ask(SYS_read, fd, AsLong(text), sizeof(text) - 1, 0, 0, 0);
  Ask(SYS_close, fd, 0, 0, 0, 0, 0);
  return std::strtol(text, nullptr, 10);
}

// What the kernel calls the moved time `time`.
timespec Unmoved(timespec time) {
  if (time.tv_sec < kFirstYearsOf1970) return time;
  time.tv_sec -= Offset();
  return time;
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* now) noexcept {
  if (Ask(SYS_clock_gettime, clock, AsLong(now), 0, 0, 0, 0) != 0) return -1;
  if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) {
    now->tv_sec += Offset();
  }
  return 0;
}

int gettimeofday(timeval* now, void* /*zone*/) noexcept {
  timespec precise = {};
  clock_gettime(CLOCK_REALTIME, &precise);
  now->tv_sec = precise.tv_sec;
  now->tv_usec = precise.tv_nsec / 1000;
  return 0;
}

time_t time(time_t* now) noexcept {
  timespec precise = {};
  clock_gettime(CLOCK_REALTIME, &precise);
  if (now != nullptr) *now = precise.tv_sec;
  return precise.tv_sec;
}

int pthread_cond_timedwait(pthread_cond_t* cond, pthread_mutex_t* mutex,
                           const timespec* until) {
  const timespec moved = Unmoved(*until);
  const bool is_wall = until->tv_sec >= kFirstYearsOf1970;
  return pthread_cond_clockwait(
      cond, mutex, is_wall ? CLOCK_REALTIME : CLOCK_MONOTONIC, &moved);
}

// Abseil, and with it gRPC, sleeps by this.
long syscall(long number, ...) noexcept {
  std::va_list list;
  va_start(list, number);
  long arguments[6];
  for (long& argument : arguments) argument = va_arg(list, long);
  va_end(list);
  timespec moved;
  if (number == SYS_futex && (arguments[1] & FUTEX_CLOCK_REALTIME) != 0 &&
      arguments[3] != 0) {
    moved = Unmoved(*reinterpret_cast<const timespec*>(arguments[3]));
    arguments[3] = AsLong(&moved);
  }
  return Ask(number, arguments[0], arguments[1], arguments[2], arguments[3],
             arguments[4], arguments[5]);
}

}  // extern "C"
