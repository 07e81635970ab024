#include "services/console/console_state.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "courant/v1/change.pb.h"
#include "courant/v1/translation.pb.h"
#include "courant/v1/translation_service.pb.h"
#include "nlohmann/json.hpp"
#include "services/audience/visibility.h"
#include "services/editorial/rules/identifiers.h"
#include "services/editorial/rules/lifecycle.h"
#include "services/ledger/ledger_names.h"
#include "services/rpc/request_context.h"
#include "services/subscriptions/subscription_parts.h"
#include "storage/base/status_macros.h"
#include "storage/change_log.h"
#include "storage/view.h"

namespace courant {
namespace {

using nlohmann::ordered_json;
using storage::SharedEntry;
using storage::StoredNotice;

// Changes and bytes of one read of the log.
constexpr size_t kReadChanges = 100;
constexpr size_t kReadBytes = 8 << 20;
// Translations looked at that are behind.
constexpr int32_t kReadTranslations = 200;

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", time, absl::UTCTimeZone());
}

std::string TimeText(const google::protobuf::Timestamp& time) {
  return TimeText(absl::FromUnixSeconds(time.seconds()) +
                  absl::Nanoseconds(time.nanos()));
}

// What everybody may know of a change; nothing when that is nothing.
absl::StatusOr<std::optional<ordered_json>> PublicChange(
    const storage::v1::ChangeFacts& facts, const storage::View& view) {
  const storage::v1::Attributes& after = facts.row().attributes();
  v1::Change change;
  if (after.resource() != storage::v1::ARTICLE ||
      !change.ParseFromString(facts.change()) ||
      !IsTold(Audience::kPublic, change.kind())) {
    return std::nullopt;
  }
  const Sight before = facts.has_before()
                           ? SightOf(Audience::kPublic, facts.before())
                           : Sight::kNothing;
  if (!DispositionOf(before, SightOf(Audience::kPublic, after))) {
    return std::nullopt;
  }
  ordered_json row;
  row["sequence"] = change.sequence();
  row["time"] = TimeText(change.commit_time());
  row["kind"] = v1::Change::Kind_Name(change.kind());
  row["resource"] = ArticleName(facts.article_id());
  row["language"] = after.language();
  COURANT_ASSIGN_OR_RETURN(const auto now,
                           view.FindArticle(facts.article_id()));
  if (now && IsPublic(now->attributes().state())) {
    // It may be killed between the two reads, and is not shown then.
    const auto article = view.ReadArticle(Sequence(now->sequence()));
    if (article.ok()) row["headline"] = article->headline().value();
  }
  return row;
}

ordered_json KeptHistory(const ConsoleState::Sources& from) {
  const storage::ChangeLog& log = from.store.change_log();
  const absl::Time since = log.history().kept_since;
  ordered_json part;
  part["floor_sequence"] = log.floor().value();
  part["kept_since"] = nullptr;
  if (since != absl::InfinitePast()) part["kept_since"] = TimeText(since);
  part["retention_hours"] = absl::ToInt64Hours(from.retention);
  return part;
}

// The changes after `after` up to `until`.
absl::StatusOr<std::vector<SharedEntry>> ReadRange(
    const storage::ChangeLog& log, uint64_t after, uint64_t until) {
  std::vector<SharedEntry> all;
  while (after < until) {
    COURANT_ASSIGN_OR_RETURN(
        const std::vector<SharedEntry> some,
        log.Read(Sequence(after),
                 {.max_changes = until - after, .max_bytes = kReadBytes}));
    if (some.empty()) break;
    all.insert(all.end(), some.begin(), some.end());
    after = some.back()->sequence().value();
  }
  return all;
}

absl::StatusOr<ordered_json> Changes(const storage::Store& store) {
  const storage::ChangeLog& log = store.change_log();
  const storage::View view(store.database());
  // What is shown is in the facts, which stay.
  const uint64_t begin = log.begin().value() - 1;
  const uint64_t tail = log.tail().last_sequence.value();
  const uint64_t least =
      std::max(begin, tail - std::min(tail, ConsoleState::kMaxChangesRead));
  ordered_json rows = ordered_json::array();
  for (uint64_t until = tail; until > least;) {
    const uint64_t after =
        std::max(least, until - std::min(until, kReadChanges));
    COURANT_ASSIGN_OR_RETURN(std::vector<SharedEntry> entries,
                             ReadRange(log, after, until));
    std::reverse(entries.begin(), entries.end());
    for (const SharedEntry& entry : entries) {
      COURANT_ASSIGN_OR_RETURN(auto row, PublicChange(entry->facts, view));
      if (row) rows.push_back(*std::move(row));
      if (rows.size() == ConsoleState::kMaxChanges) return rows;
    }
    until = after;
  }
  return rows;
}

absl::StatusOr<ordered_json> Subscriptions(const ConsoleState::Sources& from) {
  COURANT_ASSIGN_OR_RETURN(auto all,
                           from.store.subscriptions().List(
                               "", "", std::numeric_limits<size_t>::max()));
  const size_t shown = std::min(all.size(), ConsoleState::kMaxRows);
  std::partial_sort(all.begin(), all.begin() + static_cast<ptrdiff_t>(shown),
                    all.end(), [](const auto& a, const auto& b) {
                      const uint64_t a_at = a.row.committed_sequence();
                      const uint64_t b_at = b.row.committed_sequence();
                      return a_at != b_at ? a_at < b_at : a.name < b.name;
                    });
  ordered_json part;
  part["total"] = all.size();
  part["rows"] = ordered_json::array();
  for (size_t i = 0; i < shown; ++i) {
    COURANT_ASSIGN_OR_RETURN(
        const v1::Subscription one,
        ToSubscription(all[i].name, all[i].row, from.store.change_log(),
                       from.clock.Now(), from.sessions.IsOpen(all[i].name)));
    ordered_json row;
    row["name"] = one.name();
    row["lag_changes"] = one.lag_changes();
    row["lag_seconds"] = one.lag_time().seconds();
    row["stream_open"] = one.stream_open();
    part["rows"].push_back(std::move(row));
  }
  return part;
}

// What is open of one partner.
struct OpenNotices {
  int64_t open = 0;
  int64_t kills = 0;
  int64_t overdue = 0;
  int64_t oldest_us = std::numeric_limits<int64_t>::max();
};

ordered_json ByPartner(const std::map<std::string, OpenNotices>& partners) {
  ordered_json rows = ordered_json::array();
  for (const auto& [partner, its] : partners) {
    ordered_json row;
    row["partner"] = PartnerNameOf(partner);
    row["open"] = its.open;
    row["kills"] = its.kills;
    row["overdue"] = its.overdue;
    row["oldest_time"] = TimeText(absl::FromUnixMicros(its.oldest_us));
    rows.push_back(std::move(row));
  }
  // Who has to be called first: kills, then what is overdue.
  std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    return std::make_pair(a["kills"].template get<int64_t>(),
                          a["overdue"].template get<int64_t>()) >
           std::make_pair(b["kills"].template get<int64_t>(),
                          b["overdue"].template get<int64_t>());
  });
  if (rows.size() > ConsoleState::kMaxRows) {
    rows.erase(rows.begin() + ConsoleState::kMaxRows, rows.end());
  }
  return rows;
}

ordered_json KillRows(std::vector<StoredNotice> kills) {
  std::stable_sort(kills.begin(), kills.end(), [](auto& a, auto& b) {
    return a.row.made_time_us() < b.row.made_time_us();
  });
  if (kills.size() > ConsoleState::kMaxRows) {
    kills.resize(ConsoleState::kMaxRows);
  }
  ordered_json rows = ordered_json::array();
  for (const StoredNotice& kill : kills) {
    ordered_json row;
    row["partner"] = PartnerNameOf(kill.partner);
    row["article"] = ArticleName(kill.row.article_id());
    row["made_time"] = TimeText(absl::FromUnixMicros(kill.row.made_time_us()));
    row["overdue"] = kill.row.escalate_time_us() != 0;
    rows.push_back(std::move(row));
  }
  return rows;
}

absl::StatusOr<ordered_json> Notices(const storage::Store& store) {
  std::map<std::string, OpenNotices> partners;
  std::vector<StoredNotice> kills;
  size_t seen = 0;
  COURANT_RETURN_IF_ERROR(store.ledger().ForEachNotice(
      /*partner=*/"", /*after=*/{}, /*open_only=*/true,
      [&](const StoredNotice& notice) -> absl::StatusOr<bool> {
        if (++seen > ConsoleState::kMaxNotices) return false;
        OpenNotices& its = partners[notice.partner];
        ++its.open;
        if (notice.row.escalate_time_us() != 0) ++its.overdue;
        its.oldest_us = std::min(its.oldest_us, notice.row.made_time_us());
        if (notice.row.kind() == v1::Change::KILLED) {
          ++its.kills;
          kills.push_back(notice);
        }
        return true;
      }));
  ordered_json part;
  part["more"] = seen > ConsoleState::kMaxNotices;
  part["partners"] = ByPartner(partners);
  part["kills"] = KillRows(std::move(kills));
  return part;
}

// Whether everybody could ever read the article: its name may be a secret
// before.
absl::StatusOr<bool> WasPublic(const std::string& article,
                               const storage::View& view) {
  COURANT_ASSIGN_OR_RETURN(const std::string id,
                           ParseArticleName(article, "source_article"));
  COURANT_ASSIGN_OR_RETURN(const auto row, view.FindArticle(id));
  return row && row->attributes().was_public();
}

absl::StatusOr<ordered_json> Translations(const storage::Store& store,
                                          TranslationReads& translations) {
  using Translation = v1::Translation;
  v1::ListTranslationsRequest request;
  request.set_parent("articles/-");
  request.set_page_size(kReadTranslations);
  for (const Translation::Freshness freshness :
       {Translation::OUTDATED_MINOR, Translation::OUTDATED,
        Translation::OUTDATED_CRITICAL, Translation::SOURCE_WITHHELD,
        Translation::SOURCE_WITHDRAWN, Translation::SOURCE_KILLED}) {
    request.add_freshness(freshness);
  }
  COURANT_ASSIGN_OR_RETURN(
      const v1::ListTranslationsResponse page,
      translations.ListTranslations(RequestContext(), request));
  ordered_json part;
  part["more"] = !page.next_page_token().empty();
  part["rows"] = ordered_json::array();
  const storage::View view(store.database());
  for (const Translation& one : page.translations()) {
    COURANT_ASSIGN_OR_RETURN(const bool was_public,
                             WasPublic(one.source_article(), view));
    if (!was_public) continue;
    if (part["rows"].size() == ConsoleState::kMaxRows) {
      part["more"] = true;
      break;
    }
    ordered_json row;
    row["name"] = one.name();
    row["language"] = one.language();
    row["source_language"] = one.source_language();
    row["freshness"] = Translation::Freshness_Name(one.freshness());
    part["rows"].push_back(std::move(row));
  }
  return part;
}

ordered_json OrError(absl::StatusOr<ordered_json> part) {
  if (part.ok()) return *std::move(part);
  ordered_json error;
  error["error"] = std::string(part.status().message());
  return error;
}

}  // namespace

std::string ConsoleState::Json() const {
  MutexLock lock(mu_);
  const absl::Time now = sources_.clock.Now();
  // The clock may have been set back.
  if (now >= made_at_ && now - made_at_ < kFresh) return json_;
  ordered_json state;
  state["time"] = TimeText(now);
  state["version"] = sources_.version;
  state["ready"] = sources_.is_ready();
  state["history"] = KeptHistory(sources_);
  state["changes"] = OrError(Changes(sources_.store));
  state["subscriptions"] = OrError(Subscriptions(sources_));
  state["notices"] = OrError(Notices(sources_.store));
  state["translations"] =
      OrError(Translations(sources_.store, sources_.translations));
  json_ = state.dump(/*indent=*/-1, /*indent_char=*/' ', /*ensure_ascii=*/false,
                     ordered_json::error_handler_t::replace);
  made_at_ = now;
  return json_;
}

}  // namespace courant
