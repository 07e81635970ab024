#ifndef COURANT_STORAGE_EPOCHS_H_
#define COURANT_STORAGE_EPOCHS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "storage/base/ids.h"

namespace courant::storage {

// How an epoch began: with the changes of `parent` up to `last`, and others
// after it.
struct EpochBranch {
  Epoch epoch;
  Epoch parent;
  Sequence last;

  friend bool operator==(const EpochBranch&, const EpochBranch&) = default;
};

// The epochs of a log and how each began. They are a tree: every restore of a
// backup begins one, from the epoch in which the backup was made, and other
// folders with a log of the same name may have gone another way. One is the
// newest here, and the one that the history is in. A value; pure.
class Epochs {
 public:
  // Epoch 1 alone, which began with nothing.
  Epochs() = default;

  // Those in `all`, of which `newest` is the newest here. Nothing where they
  // cannot be: one is there twice, or began with a later one, or `newest` is
  // not among them.
  static std::optional<Epochs> Of(Epoch newest,
                                  const std::vector<EpochBranch>& all);

  // From here on the history is in `epoch`, which must be above newest() and
  // has what that has up to `last`.
  void Begin(Epoch epoch, Sequence last);
  // Adds what is known of an epoch that is in another folder, or was; nothing
  // for one that is known already.
  void AddOther(const EpochBranch& other);

  Epoch newest() const { return newest_; }
  // Where that began; 0 in epoch 1.
  Sequence branch() const;
  // All but epoch 1, in no order.
  const std::vector<EpochBranch>& all() const { return branches_; }

  // The newest change of `epoch` that this history has too: the least of what
  // is kept on the way from there to here. Nothing for the newest, which has
  // all of it, and for one of which it is not known how it began.
  std::optional<Sequence> SharedWith(Epoch epoch) const;

  // As bytes, and back: nothing for those that are none.
  std::string Encode() const;
  static std::optional<Epochs> Decode(absl::string_view bytes);

  friend bool operator==(const Epochs&, const Epochs&) = default;

 private:
  // Null for epoch 1, and for one that is not known.
  const EpochBranch* Find(Epoch epoch) const;

  Epoch newest_{1};
  std::vector<EpochBranch> branches_;
};

}  // namespace courant::storage

#endif  // COURANT_STORAGE_EPOCHS_H_
