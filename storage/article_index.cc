#include "storage/article_index.h"

#include <limits>

#include "absl/strings/str_cat.h"

namespace courant::storage {

ArticleCursor::ArticleCursor(const Database& database,
                             const Database::Snapshot* snapshot,
                             ArticleIndex index, absl::string_view value)
    : prefix_(ArticleIndexPrefix(index, value)),
      it_(database.Iterate(Family::kArticleIndex, snapshot)) {}

void ArticleCursor::SeekToNewest() {
  // A key under the prefix ends with at least one byte of id after its time.
  SeekBefore(absl::StrCat(prefix_, std::string(9, '\xff')));
}

void ArticleCursor::SeekTo(absl::Time time) {
  const int64_t micros = absl::ToUnixMicros(time);
  if (micros == std::numeric_limits<int64_t>::max()) return SeekToNewest();
  std::string limit = prefix_;
  // Everything at `time` sorts before the first key of the next microsecond.
  absl::StrAppend(&limit, EncodeNumber(static_cast<uint64_t>(micros) +
                                       (uint64_t{1} << 63) + 1));
  SeekBefore(limit);
}

void ArticleCursor::SeekAfter(const ArticleIndexPosition& position) {
  std::string limit = prefix_;
  absl::StrAppend(&limit,
                  EncodeNumber(static_cast<uint64_t>(position.list_time_us) +
                               (uint64_t{1} << 63)),
                  position.article_id);
  SeekBefore(limit);
}

void ArticleCursor::Next() {
  it_->Prev();
  Decode();
}

void ArticleCursor::SeekBefore(const std::string& limit) {
  it_->SeekForPrev(ToSlice(limit));
  if (it_->Valid() && FromSlice(it_->key()) == limit) it_->Prev();
  Decode();
}

void ArticleCursor::Decode() {
  position_.reset();
  if (it_->Valid()) {
    position_ = DecodeArticleIndexKey(FromSlice(it_->key()), prefix_);
  }
}

absl::Status ArticleCursor::status() const {
  return FromRocksDb(it_->status(), "walk the index of articles");
}

}  // namespace courant::storage
