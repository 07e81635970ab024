#include "services/subscriptions/parked_page.h"

#include <xxhash.h>

#include "services/distribution/change_name.h"
#include "storage/base/status_macros.h"
#include "storage/entry_builder.h"
#include "storage/errors/reason.h"
#include "storage/keys.h"

namespace courant {

absl::StatusOr<ParkedPage> ReadParkedPage(
    const storage::SubscriptionStore& store, const TokenKey& key,
    const std::string& name, size_t size, const std::string& page_token) {
  Sequence after;
  if (!page_token.empty()) {
    COURANT_ASSIGN_OR_RETURN(const std::string last,
                             OpenPageToken(key, PagedList::kParkedChanges,
                                           PageScope(name), page_token));
    const std::optional<uint64_t> number = storage::DecodeNumber(last);
    if (!number) {
      return MakeFieldError(
          v1::PAGE_TOKEN_INVALID,
          {{"page_token", "is damaged; start from the first page"}});
    }
    after = Sequence(*number);
  }
  ParkedPage page;
  // One more, to know whether there is a next page.
  COURANT_ASSIGN_OR_RETURN(page.changes,
                           store.ListParked(name, after, size + 1));
  if (page.changes.size() > size) {
    page.changes.pop_back();
    page.next_page_token =
        ParkedPageToken(key, name, page.changes.back().sequence);
  }
  return page;
}

std::string ParkedPageToken(const TokenKey& key, const std::string& name,
                            Sequence last) {
  return MintPageToken(key, {.list = PagedList::kParkedChanges,
                             .scope = PageScope(name),
                             .last_key = storage::EncodeNumber(last.value())});
}

v1::ParkedChange ToParkedChange(Sequence sequence,
                                const storage::v1::ParkedRow& row) {
  v1::ParkedChange parked;
  parked.set_change(ChangeName(sequence));
  parked.set_reason(row.reason());
  parked.set_actor(row.actor());
  *parked.mutable_park_time() =
      storage::ToTimestamp(absl::FromUnixMicros(row.park_time_us()));
  return parked;
}

uint64_t PageScope(absl::string_view text) {
  return XXH3_64bits(text.data(), text.size());
}

}  // namespace courant
