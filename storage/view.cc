#include "storage/view.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant::storage {
namespace {

template <typename Row>
absl::StatusOr<std::optional<Row>> ParseRow(
    absl::StatusOr<std::optional<std::string>> bytes, absl::string_view what) {
  if (!bytes.ok()) return bytes.status();
  if (!bytes->has_value()) return std::nullopt;
  Row row;
  if (!row.ParseFromString(**bytes)) {
    return MakeError(courant::v1::DATA_CORRUPTED,
                     absl::StrCat("the stored ", what, " is damaged"));
  }
  return row;
}

absl::StatusOr<courant::v1::Translation> ParseTranslation(
    Sequence sequence, const std::string& bytes) {
  courant::v1::Translation translation;
  if (!translation.ParseFromString(bytes)) {
    return MakeError(courant::v1::DATA_CORRUPTED,
                     absl::StrCat("the translation in change ",
                                  sequence.value(), " is damaged"));
  }
  return translation;
}

}  // namespace

absl::StatusOr<std::optional<std::string>> View::Find(
    Family family, absl::string_view key) const {
  if (staged_ != nullptr) {
    if (const std::string* value = staged_->Find(family, key)) return *value;
  }
  return database_.Get(family, key, snapshot_, reach_);
}

absl::StatusOr<std::optional<v1::ArticleRow>> View::FindArticle(
    absl::string_view article_id) const {
  return ParseRow<v1::ArticleRow>(Find(Family::kArticle, article_id),
                                  "row of an article");
}

absl::StatusOr<std::optional<std::string>> View::FindAlias(
    absl::string_view source_system, absl::string_view id) const {
  const std::string key = AliasKey(source_system, id);
  COURANT_ASSIGN_OR_RETURN(std::optional<std::string> owner,
                           Find(Family::kAlias, key));
  if (!owner) return std::nullopt;
  // What is staged does not show deletions: the row has the last word.
  COURANT_ASSIGN_OR_RETURN(const std::optional<v1::ArticleRow> row,
                           FindArticle(*owner));
  if (!row) return std::nullopt;
  const auto& held = row->attributes().alias_ids();
  if (std::find(held.begin(), held.end(), key) == held.end()) {
    return std::nullopt;
  }
  return owner;
}

absl::StatusOr<std::optional<Sequence>> View::FindRevision(
    absl::string_view article_id, Revision revision) const {
  COURANT_ASSIGN_OR_RETURN(
      const std::optional<std::string> bytes,
      Find(Family::kRevision, RevisionKey(article_id, revision)));
  if (!bytes) return std::nullopt;
  const std::optional<uint64_t> sequence = DecodeNumber(*bytes);
  if (!sequence) {
    return MakeError(courant::v1::DATA_CORRUPTED,
                     "the stored position of a revision is damaged");
  }
  return Sequence(*sequence);
}

absl::StatusOr<std::optional<Sequence>> View::FindRevisionAt(
    absl::string_view article_id, Sequence at) const {
  COURANT_ASSIGN_OR_RETURN(const std::optional<v1::ArticleRow> row,
                           FindArticle(article_id));
  if (!row) return std::nullopt;
  if (Sequence(row->sequence()) <= at) return Sequence(row->sequence());
  std::optional<Sequence> newest;
  // Revisions up to `low` are not later than `at`, those from `high` on are.
  uint64_t low = 0;
  auto high = static_cast<uint64_t>(row->revision());
  while (low + 1 < high) {
    const uint64_t middle = low + (high - low) / 2;
    COURANT_ASSIGN_OR_RETURN(const std::optional<Sequence> made,
                             FindRevision(article_id, Revision(middle)));
    if (!made) {
      return MakeError(
          courant::v1::DATA_CORRUPTED,
          absl::StrCat("revision ", middle, " of ", article_id, " is missing"));
    }
    if (*made <= at) newest = made;
    (*made <= at ? low : high) = middle;
  }
  return newest;
}

absl::StatusOr<std::vector<std::string>> View::FindIds(absl::string_view prefix,
                                                       absl::string_view after,
                                                       int slashes,
                                                       size_t limit) const {
  const auto is_wanted = [&](absl::string_view id) {
    return absl::StartsWith(id, prefix) && id > after &&
           std::count(id.begin(), id.end(), '/') == slashes;
  };
  std::set<std::string> ids;
  if (staged_ != nullptr) {
    staged_->ForEach(Family::kArticle, [&](absl::string_view id) {
      if (is_wanted(id)) ids.emplace(id);
    });
  }
  const std::unique_ptr<rocksdb::Iterator> it =
      database_.Iterate(Family::kArticle, snapshot_);
  size_t found = 0;
  for (it->Seek(ToSlice(std::max(prefix, after)));
       it->Valid() && found < limit;) {
    const absl::string_view id = FromSlice(it->key());
    if (!absl::StartsWith(id, prefix)) break;
    if (std::count(id.begin(), id.end(), '/') > slashes) {
      // Everything under one that was wanted, or not, is passed over at once.
      size_t end = 0;
      for (int i = 0; i <= slashes; ++i) end = id.find('/', end) + 1;
      const std::string next = absl::StrCat(
          id.substr(0, end - 1), std::string(1, static_cast<char>('/' + 1)));
      it->Seek(ToSlice(next));
      continue;
    }
    if (is_wanted(id)) {
      ids.emplace(id);
      ++found;
    }
    it->Next();
  }
  if (!it->status().ok()) return FromRocksDb(it->status(), "find ids");
  std::vector<std::string> sorted(ids.begin(), ids.end());
  if (sorted.size() > limit) sorted.resize(limit);
  return sorted;
}

absl::StatusOr<std::string> View::ReadArticleBytes(Sequence sequence) const {
  if (pending_ != nullptr && !pending_->empty() &&
      sequence >= pending_->front().sequence()) {
    return OrNotKept(
        sequence,
        ArticleOf(pending_->at(sequence.value() -
                               pending_->front().sequence().value())));
  }
  // Through what is staged: a change decided just now may have taken it away.
  COURANT_ASSIGN_OR_RETURN(
      const std::optional<std::string> bytes,
      Find(Family::kChange, EncodeNumber(sequence.value())));
  if (!bytes) {
    return MakeError(courant::v1::DATA_CORRUPTED,
                     absl::StrCat("change ", sequence.value(), " is missing"));
  }
  return OrNotKept(sequence, DecodeArticle(sequence, *bytes));
}

absl::StatusOr<std::string> View::OrNotKept(
    Sequence sequence, absl::StatusOr<std::string> article) const {
  const std::optional<Sequence> by = ErasedBy(article.status());
  if (!by) return article;
  COURANT_ASSIGN_OR_RETURN(const Entry taker, ReadEntry(*by));
  return IsTrim(taker) ? NotKept(sequence, *by) : std::move(article);
}

absl::StatusOr<courant::v1::Article> View::ReadArticle(
    Sequence sequence) const {
  COURANT_ASSIGN_OR_RETURN(const std::string bytes, ReadArticleBytes(sequence));
  courant::v1::Article article;
  if (!article.ParseFromString(bytes)) {
    return MakeError(courant::v1::DATA_CORRUPTED,
                     absl::StrCat("the article in change ", sequence.value(),
                                  " is damaged"));
  }
  return article;
}

absl::StatusOr<std::string> View::ReadAnswerBytes(Sequence sequence) const {
  absl::StatusOr<std::string> bytes = ReadArticleBytes(sequence);
  if (!ErasedBy(bytes.status()) && !LetGoBy(bytes.status())) return bytes;
  COURANT_ASSIGN_OR_RETURN(const Entry entry, ReadEntry(sequence));
  COURANT_ASSIGN_OR_RETURN(const std::optional<v1::ArticleRow> row,
                           FindArticle(entry.facts.article_id()));
  if (!row) return bytes;
  return ReadArticleBytes(Sequence(row->sequence()));
}

absl::StatusOr<courant::v1::Translation> View::ReadTranslationAt(
    Sequence sequence) const {
  COURANT_ASSIGN_OR_RETURN(const std::string bytes, ReadArticleBytes(sequence));
  return ParseTranslation(sequence, bytes);
}

absl::StatusOr<courant::v1::Translation> View::ReadTranslation(
    const v1::ArticleRow& row) const {
  COURANT_ASSIGN_OR_RETURN(courant::v1::Translation translation,
                           ReadTranslationAt(Sequence(row.sequence())));
  if (translation.has_content() || row.content_sequence() == 0) {
    return translation;
  }
  absl::StatusOr<courant::v1::Translation> with_content =
      ReadTranslationAt(Sequence(row.content_sequence()));
  if (ErasedBy(with_content.status())) return translation;
  COURANT_RETURN_IF_ERROR(with_content.status());
  translation.mutable_content()->Swap(with_content->mutable_content());
  return translation;
}

absl::StatusOr<Ties> View::FindTies(absl::string_view article_id) const {
  const std::string prefix = DerivedPrefix(article_id);
  std::set<std::string> keys;
  const std::unique_ptr<rocksdb::Iterator> it =
      database_.Iterate(Family::kDerived, snapshot_);
  for (it->Seek(ToSlice(prefix)); it->Valid(); it->Next()) {
    const absl::string_view key = FromSlice(it->key());
    if (!absl::StartsWith(key, prefix)) break;
    keys.emplace(key);
  }
  if (!it->status().ok()) return FromRocksDb(it->status(), "read derived");
  if (staged_ != nullptr) {
    staged_->ForEach(Family::kDerived, [&](absl::string_view key) {
      if (absl::StartsWith(key, prefix)) keys.emplace(key);
    });
  }
  Ties ties;
  for (absl::string_view key : keys) {
    key.remove_prefix(prefix.size());
    if (key.empty()) continue;
    const auto tie = static_cast<Derived>(key.front());
    const std::string id(key.substr(1));
    if (tie == Derived::kArticle) ties.articles.push_back(id);
    if (tie == Derived::kTranslation) ties.translations.push_back(id);
    if (tie == Derived::kResultOf) ties.result_of = id;
  }
  return ties;
}

absl::StatusOr<Entry> View::ReadEntry(Sequence sequence) const {
  if (pending_ != nullptr && !pending_->empty() &&
      sequence >= pending_->front().sequence()) {
    return pending_->at(sequence.value() -
                        pending_->front().sequence().value());
  }
  COURANT_ASSIGN_OR_RETURN(
      const std::optional<std::string> bytes,
      Find(Family::kChange, EncodeNumber(sequence.value())));
  if (!bytes) {
    return MakeError(courant::v1::DATA_CORRUPTED,
                     absl::StrCat("change ", sequence.value(), " is missing"));
  }
  return DecodeEntry(*bytes);
}

absl::StatusOr<std::optional<v1::RequestRow>> View::FindRequest(
    absl::string_view request_id) const {
  return ParseRow<v1::RequestRow>(Find(Family::kRequest, request_id),
                                  "answer to a request");
}

}  // namespace courant::storage
