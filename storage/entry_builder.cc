#include "storage/entry_builder.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "storage/past_attributes.h"

namespace courant::storage {
namespace {

// Different for every revision of every history: the digest before the change
// stands for all that came before, the time for a log that begins anew.
std::string MakeEtag(absl::string_view name, int64_t revision,
                     const EntryPosition& position) {
  const ChainDigest mixed = position.chain_before.Extend(
      absl::StrCat(name, "@", absl::ToUnixMicros(position.commit_time)));
  return absl::StrCat(revision, "-",
                      absl::BytesToHexString(mixed.bytes().substr(0, 8)));
}

// What only the position can say. `Resource` is Article, Translation, or one of
// NamedResource.
template <typename Resource>
void Stamp(Resource& resource, int64_t revision, const EntryPosition& position,
           const std::string& actor) {
  resource.set_revision(revision);
  resource.set_etag(MakeEtag(resource.name(), revision, position));
  resource.set_change_sequence(static_cast<int64_t>(position.sequence.value()));
  *resource.mutable_revision_create_time() = ToTimestamp(position.commit_time);
  resource.set_actor(actor);
}

std::string EncodeChange(const ChangeDraft& draft, const std::string& name,
                         int64_t revision, const EntryPosition& position,
                         const std::string& actor) {
  courant::v1::Change change;
  change.set_name(absl::StrCat("changes/", position.sequence.value()));
  change.set_sequence(static_cast<int64_t>(position.sequence.value()));
  *change.mutable_commit_time() = ToTimestamp(position.commit_time);
  change.set_kind(draft.kind);
  change.set_resource(name);
  change.set_revision(revision);
  change.set_previous_revision(draft.previous ? draft.previous->revision() : 0);
  change.set_group_continues(position.group_continues);
  change.set_actor(actor);
  if (draft.tombstone) *change.mutable_tombstone() = *draft.tombstone;
  return change.SerializeAsString();
}

}  // namespace

bool IsInternalKind(courant::v1::Change::Kind kind) {
  return kind >= courant::v1::Change::DRAFTED;
}

Entry MakeEntry(ChangeDraft draft, const EntryPosition& position,
                const Proposal& proposal) {
  const int64_t revision = draft.previous ? draft.previous->revision() + 1 : 1;
  Entry entry;
  entry.commit_time_us = absl::ToUnixMicros(position.commit_time);
  v1::ChangeFacts& facts = entry.facts;
  v1::ArticleRow& row = *facts.mutable_row();
  std::string name;
  if (draft.translation) {
    Stamp(*draft.translation, revision, position, proposal.actor);
    name = draft.translation->name();
    row.set_etag(draft.translation->etag());
    row.set_content_sequence(
        draft.translation->has_content() ? position.sequence.value()
        : draft.previous                 ? draft.previous->content_sequence()
                                         : 0);
    entry.article = draft.translation->SerializeAsString();
  } else if (draft.named) {
    std::visit(
        [&](auto& resource) {
          Stamp(resource, revision, position, proposal.actor);
          name = resource.name();
          row.set_etag(resource.etag());
          entry.article = resource.SerializeAsString();
        },
        *draft.named);
    row.set_credential(std::move(draft.credential));
  } else {
    name = absl::StrCat("articles/", draft.article_id);
    draft.article.set_name(name);
    Stamp(draft.article, revision, position, proposal.actor);
    row.set_etag(draft.article.etag());
    entry.article = draft.article.SerializeAsString();
  }
  facts.set_change(
      EncodeChange(draft, name, revision, position, proposal.actor));
  facts.set_article_id(draft.article_id);
  facts.set_article_sha256(Sha256(entry.article));
  facts.set_has_tombstone(draft.tombstone.has_value());
  if (draft.previous) *facts.mutable_before() = draft.previous->attributes();
  row.set_sequence(position.sequence.value());
  row.set_revision(revision);
  if (IsInternalKind(draft.kind)) {
    row.set_internal_revisions(
        1 + (draft.previous ? draft.previous->internal_revisions() : 0));
  }
  *row.mutable_attributes() = std::move(draft.attributes);
  if (draft.previous && !draft.translation && !draft.named) {
    SetPast(*draft.previous, &row);
  }
  for (const Sequence erased : draft.erased) {
    facts.add_erased_sequences(erased.value());
  }
  if (position.answers && !proposal.request_id.empty()) {
    facts.set_request_id(proposal.request_id);
    facts.set_request_fingerprint(proposal.fingerprint);
  }
  entry.facts_bytes = facts.SerializeAsString();
  entry.chain = position.chain_before.Extend(entry.facts_bytes);
  return entry;
}

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  constexpr int64_t kMicrosPerSecond = 1'000'000;
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(absl::ToUnixSeconds(time));
  const int64_t micros =
      absl::ToUnixMicros(time) - timestamp.seconds() * kMicrosPerSecond;
  timestamp.set_nanos(static_cast<int32_t>(micros * 1000));
  return timestamp;
}

absl::Time FromTimestamp(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) +
         absl::Nanoseconds(timestamp.nanos());
}

}  // namespace courant::storage
