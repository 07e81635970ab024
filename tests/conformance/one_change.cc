#include "tests/conformance/one_change.h"

#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "storage/entry_builder.h"

namespace courant::storage {

Frame FrameOfOneChange(const Tail& tail, std::string article_id,
                       std::string actor, courant::v1::Article article) {
  ChangeDraft draft{.kind = courant::v1::Change::DRAFTED,
                    .article_id = std::move(article_id)};
  draft.article = std::move(article);
  const absl::Time time = tail.commit_time + absl::Microseconds(1);
  std::vector<Entry> entries;
  entries.push_back(MakeEntry(std::move(draft),
                              {.sequence = tail.last_sequence.Next(),
                               .commit_time = time,
                               .chain_before = tail.digest},
                              {.actor = std::move(actor)}));
  return MakeFrame(tail, Epoch(1), time, std::move(entries));
}

}  // namespace courant::storage
