#include "services/distribution/change_encoder.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/audience/public_view.h"
#include "services/distribution/sight_under.h"
#include "services/rpc/wire_format.h"
#include "storage/base/failpoint.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

// Field numbers of ChangeBatch and Change that are written by hand.
constexpr int kBatchChanges = v1::ChangeBatch::kChangesFieldNumber;
constexpr int kDisposition = v1::Change::kDispositionFieldNumber;
constexpr int kConflatedCount = v1::Change::kConflatedCountFieldNumber;
constexpr int kGroupContinues = v1::Change::kGroupContinuesFieldNumber;
constexpr int kTombstone = v1::Change::kTombstoneFieldNumber;

// Of the tag and length of an element, at most.
constexpr size_t kMaxPrefixBytes = 11;
// Of what an element has besides stored bytes, about.
constexpr size_t kMaxHeadBytes = 40;

// The field of Change for what is stored with a change of `resource`.
int PayloadField(storage::v1::Resource resource) {
  switch (resource) {
    case storage::v1::TRANSLATION:
      return v1::Change::kTranslationFieldNumber;
    case storage::v1::PARTNER:
      return v1::Change::kPartnerFieldNumber;
    case storage::v1::CONTRACT:
      return v1::Change::kContractFieldNumber;
    case storage::v1::GRANT:
      return v1::Change::kGrantFieldNumber;
    case storage::v1::PRODUCT:
      return v1::Change::kProductFieldNumber;
    case storage::v1::API_KEY:
      return v1::Change::kApiKeyFieldNumber;
    case storage::v1::HISTORY:
      return v1::Change::kHistoryTrimFieldNumber;
    default:
      return v1::Change::kArticleFieldNumber;
  }
}

absl::Status Damaged(const storage::Entry& entry) {
  return MakeError(
      v1::DATA_CORRUPTED,
      absl::StrCat("change ", entry.sequence().value(), " is damaged"));
}

}  // namespace

absl::StatusOr<InPlace> InPlaceBy(const storage::Entry& taker) {
  v1::Change change;
  if (!change.ParseFromString(taker.facts.change())) return Damaged(taker);
  InPlace in_place{.let_go = storage::IsTrim(taker)};
  if (change.has_tombstone()) {
    in_place.tombstone = change.tombstone().SerializeAsString();
  }
  return in_place;
}

void SharedChange::Decode() const {
  std::call_once(decoded_once_, [this] {
    v1::Change change;
    // A damaged one stays unspecified, of which only the house is told.
    if (!change.ParseFromString(entry_->facts.change())) return;
    kind_ = change.kind();
    commit_time_ = absl::FromUnixSeconds(change.commit_time().seconds()) +
                   absl::Nanoseconds(change.commit_time().nanos());
  });
}

v1::Change::Kind SharedChange::kind() const {
  Decode();
  return kind_;
}

absl::Time SharedChange::commit_time() const {
  Decode();
  return commit_time_;
}

std::optional<v1::Change::Disposition> SharedChange::DispositionFor(
    const Viewer& viewer, const Filter& filter) const {
  if (viewer.audience != Audience::kInternal &&
      !IsTold(viewer.audience, kind())) {
    return std::nullopt;
  }
  const storage::v1::ChangeFacts& facts = entry_->facts;
  const bool has_before =
      facts.has_before() && !COURANT_FAILPOINT("filter.only_after");
  const auto disposition = DispositionOf(
      has_before ? SightUnder(viewer, filter, facts.before()) : Sight::kNothing,
      SightUnder(viewer, filter, facts.row().attributes()));
  if (disposition == v1::Change::LEFT && COURANT_FAILPOINT("filter.no_left")) {
    return std::nullopt;
  }
  if (disposition || !facts.has_tombstone()) return disposition;
  if (MayHaveHad(viewer, filter, facts.row())) return v1::Change::LEFT;
  return std::nullopt;
}

absl::StatusOr<std::shared_ptr<const storage::v1::Attributes>>
SharedChange::Newest(const storage::ChangeLog& log) const {
  using storage::v1::Attributes;
  // Before the lookup, which has all up to here and perhaps more.
  const Sequence tail = log.tail().last_sequence;
  if (tail <= entry_->sequence()) {
    return std::shared_ptr<const Attributes>(entry_,
                                             &entry_->facts.row().attributes());
  }
  {
    MutexLock lock(newest_mu_);
    if (newest_ != nullptr && newest_at_ == tail) return newest_;
  }
  COURANT_ASSIGN_OR_RETURN(const std::optional<storage::v1::ArticleRow> row,
                           log.FindArticle(entry_->facts.article_id()));
  if (!row) return Damaged(*entry_);
  auto newest = std::make_shared<const Attributes>(row->attributes());
  MutexLock lock(newest_mu_);
  if (newest_at_ < tail) {
    newest_at_ = tail;
    newest_ = newest;
  }
  return newest;
}

bool SharedChange::SendsText(Audience audience,
                             v1::Change::Disposition disposition) const {
  // What was stored with a tombstone keeps it.
  return audience == Audience::kInternal && !entry_->facts.has_tombstone() &&
         disposition != v1::Change::LEFT && !entry_->article.empty() &&
         !COURANT_FAILPOINT("encoder.lose_text");
}

int SharedChange::TextField() const {
  return PayloadField(entry_->facts.row().attributes().resource());
}

void SharedChange::AppendFacts(std::string* out,
                               v1::Change::Disposition disposition) const {
  out->append(entry_->facts.change());
  AppendVarintField(out, kDisposition, static_cast<uint64_t>(disposition));
  if (disposition == v1::Change::SNAPSHOT) {
    // The last value counts, and this one is of no group any more.
    out->push_back(static_cast<char>(kGroupContinues << 3));
    out->push_back('\0');
  }
}

SharedChange::View SharedChange::ViewOf(Audience audience, Shown shown) {
  if (audience == Audience::kInternal) return kHouse;
  if (audience != Audience::kPartner) return kOutside;
  if (shown.sight < Sight::kNotice) return kNoArticle;
  if (shown.sight == Sight::kNotice) return kNoticeView;
  return shown.past_words ? kOutside : kWithoutPast;
}

Shown SharedChange::ShownIn(View view) {
  switch (view) {
    case kNoArticle:
      return {.sight = Sight::kNothing};
    case kNoticeView:
      return {.sight = Sight::kNotice};
    default:
      return {.sight = Sight::kText, .past_words = view != kWithoutPast};
  }
}

absl::StatusOr<std::string> SharedChange::Encode(
    Audience audience, v1::Change::Disposition disposition, Shown shown) const {
  std::string out;
  if (audience != Audience::kInternal) {
    COURANT_RETURN_IF_ERROR(
        AppendPublic(&out, disposition, ViewOf(audience, shown)));
    return out;
  }
  AppendFacts(&out, disposition);
  if (SendsText(audience, disposition)) {
    AppendBytesField(&out, TextField(), entry_->article);
  } else if (!entry_->facts.has_tombstone() &&
             (disposition == v1::Change::LEFT || !is_let_go())) {
    // Empty for what only left the filter: drop it from this view, no more.
    AppendBytesField(&out, kTombstone, in_place_.tombstone);
  }
  return out;
}

absl::Status SharedChange::AppendPublic(std::string* out,
                                        v1::Change::Disposition disposition,
                                        View view) const {
  v1::Change change;
  if (!change.ParseFromString(entry_->facts.change())) return Damaged(*entry_);
  change.set_disposition(disposition);
  change.clear_actor();
  if (disposition == v1::Change::SNAPSHOT) change.clear_group_continues();
  if (!change.has_tombstone()) {
    Shown shown = ShownIn(view);
    if (shown.sight == Sight::kText) {
      // At most what everybody may know.
      shown.sight =
          SightOf(Audience::kPublic, entry_->facts.row().attributes());
    }
    if (disposition == v1::Change::LEFT || shown.sight < Sight::kNotice ||
        (entry_->article.empty() && !is_let_go())) {
      if (!change.mutable_tombstone()->ParseFromString(in_place_.tombstone)) {
        return Damaged(*entry_);
      }
    } else if (!is_let_go()) {
      v1::Article article;
      if (!article.ParseFromString(entry_->article)) return Damaged(*entry_);
      *change.mutable_article() = PublicView(article, shown);
    }
  }
  change.AppendToString(out);
  return absl::OkStatus();
}

absl::StatusOr<SharedChange::Pieces> SharedChange::MakeElement(
    Audience audience, v1::Change::Disposition disposition,
    int32_t conflated_count, Shown shown) const {
  const bool sends_text = SendsText(audience, disposition);
  // The tag and the length go in front, when the length is known.
  auto head = std::make_unique<std::string>(kMaxPrefixBytes, '\0');
  if (sends_text) {
    head->reserve(entry_->facts.change().size() + kMaxHeadBytes);
    AppendFacts(head.get(), disposition);
  } else {
    COURANT_ASSIGN_OR_RETURN(const std::string change,
                             Encode(audience, disposition, shown));
    head->append(change);
  }
  AppendVarintField(head.get(), kConflatedCount,
                    static_cast<uint64_t>(conflated_count));
  size_t size = head->size() - kMaxPrefixBytes;
  if (sends_text) {
    AppendLengthPrefix(head.get(), TextField(), entry_->article.size());
    size = head->size() - kMaxPrefixBytes + entry_->article.size();
  }
  std::string prefix;
  AppendLengthPrefix(&prefix, kBatchChanges, size);
  const size_t begin = kMaxPrefixBytes - prefix.size();
  head->replace(begin, prefix.size(), prefix);
  char* const bytes = head->data() + begin;
  const size_t length = head->size() - begin;
  Pieces pieces;
  pieces.reserve(sends_text ? 2 : 1);
  pieces.emplace_back(
      bytes, length,
      [](void* owner) { delete static_cast<std::string*>(owner); },
      head.release());
  if (sends_text) pieces.push_back(ShareText());
  return pieces;
}

grpc::Slice SharedChange::ShareText() const {
  // gRPC only reads it.
  return grpc::Slice(
      const_cast<char*>(entry_->article.data()), entry_->article.size(),
      [](void* owner) { delete static_cast<storage::SharedEntry*>(owner); },
      new storage::SharedEntry(entry_));
}

absl::Status SharedChange::AppendConflated(Audience audience,
                                           v1::Change::Disposition disposition,
                                           int32_t conflated_count,
                                           std::vector<grpc::Slice>* message,
                                           Shown shown) const {
  COURANT_ASSIGN_OR_RETURN(
      const Pieces element,
      MakeElement(audience, disposition, conflated_count, shown));
  message->insert(message->end(), element.begin(), element.end());
  return absl::OkStatus();
}

absl::Status SharedChange::AppendElement(Audience audience,
                                         v1::Change::Disposition disposition,
                                         std::vector<grpc::Slice>* message,
                                         Shown shown) const {
  Encoding& encoding =
      encodings_[ViewOf(audience, shown)][static_cast<size_t>(disposition)];
  std::call_once(encoding.once, [&] {
    absl::StatusOr<Pieces> element =
        MakeElement(audience, disposition, 0, shown);
    encoding.status = element.status();
    if (element.ok()) encoding.element = *std::move(element);
  });
  message->insert(message->end(), encoding.element.begin(),
                  encoding.element.end());
  return encoding.status;
}

}  // namespace courant
