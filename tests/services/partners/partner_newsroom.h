#ifndef COURANT_TESTS_SERVICES_PARTNERS_PARTNER_NEWSROOM_H_
#define COURANT_TESTS_SERVICES_PARTNERS_PARTNER_NEWSROOM_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "courant/v1/change_service.pb.h"
#include "services/distribution/following_viewer.h"
#include "services/partners/live_rights.h"
#include "services/server/listener_chain.h"
#include "storage/committer.h"
#include "tests/services/distribution/wire_fixture.h"
#include "tests/services/partners/rights_desk.h"

namespace courant {

// A revision of an article, as far as partners are concerned.
struct Filed {
  std::string id = "tide";
  v1::Change::Kind kind = v1::Change::UPDATED;
  v1::Article::State state = v1::Article::PUBLISHED;
  std::string section = "sport";
  std::string text = "said";
  v1::Rights::Status rights = v1::Rights::CLEARED;
  std::string source = "wire";
  // What its change note says that stood there before.
  std::string was;
  absl::Time embargo_until = absl::InfinitePast();  // then none
};

// A store with its stream, rights that partners follow it by, and a desk that
// files. The partner of all tests is partners/daily; somebody else makes it.
class PartnerNewsroom {
 public:
  // How much of the log stays in memory.
  explicit PartnerNewsroom(size_t ring_bytes = size_t{64} << 20);
  ~PartnerNewsroom();

  // Daily may have these sections of a month, each by a product of that name.
  void MakeDaily(const std::vector<std::string>& sections);

  // Commits a revision: returns its sequence.
  uint64_t File(const Filed& filed);
  // Kills an article as KillArticle does: asks, and confirms as somebody else.
  void Kill(const std::string& id);
  // What KillArticle and others decide.
  void Run(storage::Decide decide);

  RequestContext daily() const {
    return {.audience = Audience::kPartner,
            .principal = Principal{.partner = "partners/daily"}};
  }
  FollowingViewer Daily() {
    return FollowingViewer(daily(), &rights, wire.hub->log());
  }
  // As daily follows; as the public does.
  StreamClient Follow(const v1::SubscribeChangesRequest& request);
  StreamClient FollowOutside(const v1::SubscribeChangesRequest& request);
  // What daily is told of the log so far: "3 LEFT tombstone".
  std::vector<std::string> Replayed(const std::string& filter = "",
                                    bool conflated = false);
  // And of what is there now: of whole snapshots alone.
  std::vector<std::string> Snapshot(const std::string& filter = "");

  WireFixture wire;
  LiveRights rights;
  ListenerChain listeners;
  RightsDesk desk;
};

// What was told, in that spelling.
std::vector<std::string> Heard(const StreamClient& client);

}  // namespace courant

#endif  // COURANT_TESTS_SERVICES_PARTNERS_PARTNER_NEWSROOM_H_
