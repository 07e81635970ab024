#ifndef COURANT_SERVICES_SERVER_LISTENER_CHAIN_H_
#define COURANT_SERVICES_SERVER_LISTENER_CHAIN_H_

#include <utility>
#include <vector>

#include "storage/applier.h"

namespace courant {

// Tells several listeners of each change, one after the other.
class ListenerChain final : public storage::ChangeListener {
 public:
  // Nothing is owned; all must outlive the chain.
  explicit ListenerChain(std::vector<storage::ChangeListener*> listeners)
      : listeners_(std::move(listeners)) {}

  void OnApplied(const std::vector<storage::SharedEntry>& changes) override {
    for (storage::ChangeListener* listener : listeners_) {
      listener->OnApplied(changes);
    }
  }

 private:
  const std::vector<storage::ChangeListener*> listeners_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_LISTENER_CHAIN_H_
