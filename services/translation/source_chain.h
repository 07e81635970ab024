#ifndef COURANT_SERVICES_TRANSLATION_SOURCE_CHAIN_H_
#define COURANT_SERVICES_TRANSLATION_SOURCE_CHAIN_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "courant/v1/article.pb.h"
#include "courant/v1/translation.pb.h"
#include "storage/view.h"

namespace courant {

// An article and everything that it was made from, the nearest first, as far as
// others depend on it: what is stopped stops them, what is under embargo holds
// them back. Use within one decision.
class SourceChain {
 public:
  // One article of the chain.
  struct Link {
    std::string article_id;
    // As the decision in progress leaves it.
    storage::v1::Attributes attributes;
  };

  // Reads the chain that begins with `article_id`; empty when there is no such
  // article. `latest` gives the attributes of articles that the decision has
  // changed already, or nothing for others. A chain that meets itself ends
  // there.
  using Latest = std::function<const storage::v1::Attributes*(
      absl::string_view article_id)>;
  static absl::StatusOr<SourceChain> Read(const storage::View& view,
                                          absl::string_view article_id,
                                          const Latest& latest = {});

  // The nearest first; the last one is the original.
  const std::vector<Link>& links() const { return links_; }

  // What the stopped links make of a translation: SOURCE_KILLED,
  // SOURCE_WITHDRAWN, SOURCE_WITHHELD, the worst of them, or CURRENT when
  // nothing is stopped.
  v1::Translation::Freshness Standing() const;

  // FAILED_PRECONDITION / SOURCE_KILLED or SOURCE_STOPPED, as Standing() says,
  // naming the link.
  absl::Status CheckUsable() const;

  // FAILED_PRECONDITION / SOURCE_NOT_PUBLISHED when a link is a draft: nobody
  // has said when it will be public, so nothing that was made from it may be,
  // nor wait for a time. Names the link.
  absl::Status CheckPublished() const;

  // Until when nothing that was made from these may be public: the latest end
  // of an embargo or schedule of a link that is not public yet, and which link
  // that is. The infinite past when there is none.
  struct Embargo {
    // In whole microseconds, rounded up.
    absl::Time until = absl::InfinitePast();
    std::string article_id;
  };
  Embargo LatestEmbargo() const;

 private:
  std::vector<Link> links_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_TRANSLATION_SOURCE_CHAIN_H_
