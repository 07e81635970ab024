#ifndef COURANT_SERVICES_SERVER_LISTENER_CHAIN_H_
#define COURANT_SERVICES_SERVER_LISTENER_CHAIN_H_

#include <utility>
#include <vector>

#include "storage/applier.h"

namespace courant {

// Tells several listeners of each change, one after the other: first those that
// must know it before anybody else is told that there is one, such as who
// decides what may be read; then those that hand it on. The storage knows one
// listener, and the server has several. Called by one thread at a time, as its
// listeners are; each must be quick.
class ListenerChain final : public storage::ChangeListener {
 public:
  // Nothing is owned; all must outlive the chain. OnApplied() of `first` is
  // called as BeforeApplied() of the chain.
  explicit ListenerChain(std::vector<storage::ChangeListener*> listeners,
                         std::vector<storage::ChangeListener*> first = {})
      : first_(std::move(first)), listeners_(std::move(listeners)) {}

  void BeforeApplied(
      const std::vector<storage::SharedEntry>& changes) override {
    for (storage::ChangeListener* listener : first_) {
      listener->OnApplied(changes);
    }
  }

  void OnApplied(const std::vector<storage::SharedEntry>& changes) override {
    for (storage::ChangeListener* listener : listeners_) {
      listener->OnApplied(changes);
    }
  }

 private:
  const std::vector<storage::ChangeListener*> first_;
  const std::vector<storage::ChangeListener*> listeners_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_LISTENER_CHAIN_H_
