#ifndef COURANT_STORAGE_ENTRY_BUILDER_H_
#define COURANT_STORAGE_ENTRY_BUILDER_H_

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "courant/v1/article.pb.h"
#include "courant/v1/change.pb.h"
#include "courant/v1/history.pb.h"
#include "courant/v1/partner.pb.h"
#include "courant/v1/translation.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "storage/frame.h"

namespace courant::storage {

// What says what partners may have, and what was let go of history: each is
// kept under "/" and its name.
using NamedResource =
    std::variant<courant::v1::Partner, courant::v1::Contract,
                 courant::v1::Grant, courant::v1::Product, courant::v1::ApiKey,
                 courant::v1::HistoryTrim>;

// One change that a decision asks for.
struct ChangeDraft {
  courant::v1::Change::Kind kind = courant::v1::Change::KIND_UNSPECIFIED;
  // {article}; "{article}/{translation}" for a change of a translation; "/" and
  // the name for a change of rights; kHistoryId for one of history.
  std::string article_id;
  // The article after the change. MakeEntry sets name, revision, etag,
  // change_sequence, revision_create_time and actor.
  courant::v1::Article article;
  // Set for a change of a translation: what stands in place of `article`, which
  // is then not looked at. MakeEntry sets revision, etag, change_sequence,
  // revision_create_time and actor. Without `content` the one before stays.
  std::optional<courant::v1::Translation> translation;
  // Set for a change of rights, or of history: stands in place of `article` in
  // the same way.
  std::optional<NamedResource> named;
  // Of a key: ArticleRow.credential after the change.
  std::string credential;
  // What filters compare in it.
  v1::Attributes attributes;
  // Delivered with the change in place of the article.
  std::optional<courant::v1::Tombstone> tombstone;
  // The article's row before. Nothing for a first revision.
  std::optional<v1::ArticleRow> previous;
  // Earlier changes whose articles this one takes away for ever, ascending: for
  // a kill, every revision of every version that is killed; for a trim, what is
  // older than history is kept. They may be changes of the same decision. Their
  // facts stay, and so does the chain.
  std::vector<Sequence> erased;
  // Nothing changes: `previous` is what was asked for. See AsItStands.
  bool stands = false;
};

// Where in the log a change will stand.
struct EntryPosition {
  Sequence sequence;
  absl::Time commit_time;
  ChainDigest chain_before;
  // More changes of the same decision follow.
  bool group_continues = false;
  // It is the answer to the request.
  bool answers = true;
};

// Who asked for a change, and by which attempt.
struct Proposal {
  // Recorded with every change.
  std::string actor;
  // Names the attempt; empty when it has no name.
  std::string request_id;
  // Tells apart requests with the same id, 16 bytes. Ignored without an id.
  std::string fingerprint;
  // Only to be told what would be committed: nothing is, and `request_id` is
  // not looked at.
  bool validate_only = false;
};

// Whether change.proto keeps `kind` for internal callers: all from DRAFTED on.
bool IsInternalKind(courant::v1::Change::Kind kind);

// Fixes a change at its position: sets what only the position can say, encodes
// the article once and for all, and chains it. Only the change that answers the
// request carries its id.
Entry MakeEntry(ChangeDraft draft, const EntryPosition& position,
                const Proposal& proposal);

// `time` in microseconds; the rest is cut off.
google::protobuf::Timestamp ToTimestamp(absl::Time time);
absl::Time FromTimestamp(const google::protobuf::Timestamp& timestamp);

}  // namespace courant::storage

#endif  // COURANT_STORAGE_ENTRY_BUILDER_H_
