#include "services/edge/connection_book.h"

namespace courant {

void ConnectionBook::Add(const std::shared_ptr<Connection>& connection) {
  const RemoteAddress& from = connection->from();
  MutexLock lock(mu_);
  by_peer_[from.peer] = connection;
  ++by_neighbours_[from.neighbours];
}

void ConnectionBook::Remove(const Connection& connection) {
  const RemoteAddress& from = connection.from();
  MutexLock lock(mu_);
  const auto found = by_peer_.find(from.peer);
  // The same port may have connected again already.
  if (found != by_peer_.end() && found->second.get() == &connection) {
    by_peer_.erase(found);
  }
  const auto neighbours = by_neighbours_.find(from.neighbours);
  if (neighbours != by_neighbours_.end() && --neighbours->second == 0) {
    by_neighbours_.erase(neighbours);
  }
}

std::shared_ptr<Caller> ConnectionBook::CallerAt(const std::string& peer) {
  MutexLock lock(mu_);
  const auto found = by_peer_.find(peer);
  return found == by_peer_.end() ? nullptr : found->second;
}

size_t ConnectionBook::size() const {
  MutexLock lock(mu_);
  return by_peer_.size();
}

size_t ConnectionBook::CountFrom(const std::string& neighbours) const {
  MutexLock lock(mu_);
  const auto found = by_neighbours_.find(neighbours);
  return found == by_neighbours_.end() ? 0 : found->second;
}

}  // namespace courant
