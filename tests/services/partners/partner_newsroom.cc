#include "tests/services/partners/partner_newsroom.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/audience/visibility.h"
#include "services/editorial/rules/attributes.h"
#include "services/editorial/stop_decisions.h"
#include "storage/base/status_macros.h"
#include "storage/entry_builder.h"
#include "tests/testing/status_matchers.h"

namespace courant {

using v1::Article;
using v1::Change;

PartnerNewsroom::PartnerNewsroom(size_t ring_bytes)
    : wire({.ring_bytes = ring_bytes}),
      rights(wire.store.store->database(), wire.store.clock),
      listeners({&rights, &*wire.hub}),
      desk(wire.store.store->committer()) {
  wire.store.store->applier().SetListener(&listeners);
}

PartnerNewsroom::~PartnerNewsroom() {
  wire.store.store->applier().SetListener(nullptr);
}

void PartnerNewsroom::MakeDaily(const std::vector<std::string>& sections) {
  desk.Partner("daily");
  desk.Contract("daily", 30);
  for (const std::string& section : sections) {
    desk.Product(section, absl::StrCat("section=\"", section, "\""));
    desk.Grant("daily", section);
  }
}

uint64_t PartnerNewsroom::File(const Filed& filed) {
  Run([&](const storage::DecisionContext& context)
          -> absl::StatusOr<storage::Decision> {
    COURANT_ASSIGN_OR_RETURN(auto row, context.view.FindArticle(filed.id));
    storage::ChangeDraft draft{.kind = filed.kind, .article_id = filed.id};
    Article& article = draft.article;
    article.set_name(absl::StrCat("articles/", filed.id));
    article.set_state(filed.state);
    article.add_sections()->set_code(filed.section);
    article.mutable_headline()->set_value(filed.text);
    *article.mutable_create_time() = storage::ToTimestamp(context.commit_time);
    article.mutable_rights()->set_status(filed.rights);
    article.mutable_provenance()->set_source_system(filed.source);
    if (SightOf(Audience::kPublic, filed.state, false) == Sight::kText ||
        (row && row->attributes().was_public())) {
      *article.mutable_publish_time() =
          storage::ToTimestamp(context.commit_time);
    }
    if (filed.embargo_until != absl::InfinitePast()) {
      *article.mutable_embargo_until() =
          storage::ToTimestamp(filed.embargo_until);
    }
    if (!filed.was.empty()) {
      auto& diff = *article.mutable_change_note()->add_diffs();
      diff.set_where("headline");
      diff.set_was(filed.was);
      diff.set_now(filed.text);
    }
    draft.attributes = AttributesOf(article);
    if (!MayBeUsed(filed.state)) draft.tombstone.emplace().set_reason("stop");
    draft.previous = std::move(row);
    storage::Decision decision;
    decision.push_back(std::move(draft));
    return decision;
  });
  return wire.tail();
}

void PartnerNewsroom::Kill(const std::string& id) {
  Run([&](const storage::DecisionContext& context) {
    return DecideRequestKill(context, {.article_id = id},
                             {.reason = "a court", .contact = "the desk"},
                             "desk/kim", absl::Hours(1));
  });
  Run([&](const storage::DecisionContext& context) {
    return DecideConfirmKill(context, {.article_id = id}, "desk/lee");
  });
}

void PartnerNewsroom::Run(storage::Decide decide) {
  EXPECT_THAT(wire.store.store->committer().Commit({.actor = "desk/kim"},
                                                   std::move(decide)),
              IsOk());
}

StreamClient PartnerNewsroom::Follow(
    const v1::SubscribeChangesRequest& request) {
  return StreamClient(wire, request, ChangeStream::kProgressInterval, Daily());
}

StreamClient PartnerNewsroom::FollowOutside(
    const v1::SubscribeChangesRequest& request) {
  return StreamClient(wire, request, ChangeStream::kProgressInterval,
                      Audience::kPublic);
}

std::vector<std::string> PartnerNewsroom::Replayed(const std::string& filter,
                                                   bool conflated) {
  v1::SubscribeChangesRequest request;
  request.set_resume_after_sequence(0);
  request.set_filter(filter);
  if (conflated) {
    request.set_conflation(v1::SubscribeChangesRequest::WHILE_CATCHING_UP);
  }
  StreamClient client = Follow(request);
  EXPECT_THAT(client.Drain(), IsOk());
  return Heard(client);
}

std::vector<std::string> PartnerNewsroom::Snapshot(const std::string& filter) {
  v1::SubscribeChangesRequest request;
  request.set_start_from(v1::SNAPSHOT_THEN_LIVE);
  request.set_filter(filter);
  StreamClient client = Follow(request);
  EXPECT_THAT(client.Drain(), IsOk());
  EXPECT_TRUE(client.complete().has_value());
  return Heard(client);
}

std::vector<std::string> Heard(const StreamClient& client) {
  std::vector<std::string> heard;
  for (const Change& change : client.changes()) {
    const bool has_text = change.article().has_headline();
    heard.push_back(absl::StrCat(change.sequence(), " ",
                                 Change::Disposition_Name(change.disposition()),
                                 has_text               ? " text"
                                 : change.has_article() ? " notice"
                                                        : " tombstone"));
    EXPECT_EQ(change.actor(), "");
  }
  return heard;
}

}  // namespace courant
