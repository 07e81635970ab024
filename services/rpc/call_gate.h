#ifndef COURANT_SERVICES_RPC_CALL_GATE_H_
#define COURANT_SERVICES_RPC_CALL_GATE_H_

#include <memory>
#include <string>
#include <utility>

namespace courant {

// A connection, as who takes its calls sees it: what is told here decides
// whether the connection stays. Thread-safe; blocks nothing.
class Caller {
 public:
  virtual ~Caller() = default;

  // A call has come whole. False: as many are in progress as may be of one
  // connection. Otherwise Leave() must follow, before the client is answered:
  // with the answer it may send the next one.
  [[nodiscard]] virtual bool Enter() = 0;
  virtual void Leave() = 0;

  // Of a call that entered: it showed who calls, or it did not.
  virtual void Admitted() = 0;
  virtual void Refused() = 0;
};

// Knows the connections of a server. Thread-safe; blocks nothing.
class CallGate {
 public:
  virtual ~CallGate() = default;
  // The connection of `peer`, as grpc::ServerContext::peer() says it. Null: it
  // has just ended, or nobody looks after it.
  virtual std::shared_ptr<Caller> CallerAt(const std::string& peer) = 0;
};

// That a call is in progress, for as long as it lives. Can be moved; what is
// moved from is none. One thread at a time, as the call that has it.
class Presence {
 public:
  // None.
  Presence() = default;
  // Takes the place of one that has entered `caller`; null for none.
  explicit Presence(std::shared_ptr<Caller> caller)
      : caller_(std::move(caller)) {}
  Presence(Presence&& other) noexcept = default;
  Presence& operator=(Presence&& other) noexcept {
    End();
    caller_ = std::move(other.caller_);
    return *this;
  }
  ~Presence() { End(); }

  // Leaves. A second call does nothing.
  void End() {
    if (caller_ != nullptr) std::exchange(caller_, nullptr)->Leave();
  }

 private:
  std::shared_ptr<Caller> caller_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_RPC_CALL_GATE_H_
