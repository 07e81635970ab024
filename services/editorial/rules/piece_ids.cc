#include "services/editorial/rules/piece_ids.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace courant {
namespace {

// What cannot be in a text, so that no two lists of words give the same key.
constexpr char kEnd = '\0';

void AppendWords(absl::string_view words, std::string* key) {
  key->append(words.data(), words.size());
  key->push_back(kEnd);
}

template <typename Texts>
void AppendAll(const Texts& texts, std::string* key) {
  for (const v1::RichText& text : texts) AppendWords(text.text(), key);
}

// Equal for blocks that are the same piece of the article.
std::string KeyOf(const v1::Block& block) {
  std::string key = absl::StrCat(static_cast<int>(block.content_case()), ":");
  switch (block.content_case()) {
    case v1::Block::kParagraph:
      AppendWords(block.paragraph().text().text(), &key);
      break;
    case v1::Block::kHeading:
      AppendWords(block.heading().text().text(), &key);
      break;
    case v1::Block::kList:
      AppendAll(block.list().items(), &key);
      break;
    case v1::Block::kQuote:
      AppendAll(block.quote().paragraphs(), &key);
      break;
    case v1::Block::kMedia:
      AppendWords(block.media().media_id(), &key);
      break;
    case v1::Block::kTable:
      AppendWords(block.table().caption().text(), &key);
      for (const v1::Table::Row& row : block.table().rows()) {
        AppendAll(row.cells(), &key);
      }
      break;
    case v1::Block::kPreformatted:
      AppendWords(block.preformatted().text(), &key);
      break;
    case v1::Block::kEmbed:
      AppendWords(block.embed().url(), &key);
      break;
    case v1::Block::CONTENT_NOT_SET:
      break;
  }
  return key;
}

// Equal for media that are the same picture.
std::string KeyOf(const v1::Media& media) {
  std::string key = absl::StrCat(static_cast<int>(media.kind()), ":");
  for (const v1::Rendition& file : media.renditions()) {
    AppendWords(file.href(), &key);
  }
  if (media.renditions().empty()) {
    AppendWords(media.alt().text().value(), &key);
    AppendWords(media.caption().value(), &key);
    AppendWords(media.credit(), &key);
  }
  return key;
}

// Gives ids to `pieces`; `before` are those of the revision before.
template <typename Pieces>
void GiveIds(const Pieces& before, absl::string_view fresh_prefix,
             Pieces* pieces) {
  const auto lacks_id = [](const auto& piece) { return piece.id().empty(); };
  if (std::none_of(pieces->begin(), pieces->end(), lacks_id)) return;

  absl::flat_hash_set<std::string> used;
  for (const auto& piece : *pieces) used.insert(piece.id());
  absl::flat_hash_map<std::string, std::deque<std::string>> known;
  for (const auto& piece : before) {
    if (!used.contains(piece.id())) known[KeyOf(piece)].push_back(piece.id());
  }
  for (const auto& piece : before) used.insert(piece.id());

  int64_t number = 0;
  for (auto& piece : *pieces) {
    if (!piece.id().empty()) continue;
    std::deque<std::string>& same = known[KeyOf(piece)];
    if (!same.empty()) {
      piece.set_id(same.front());
      same.pop_front();
      continue;
    }
    std::string id;
    do {
      id = absl::StrCat(fresh_prefix, ++number);
    } while (!used.insert(id).second);
    piece.set_id(id);
  }
}

// Long enough to tell languages apart, and short enough for an id.
constexpr size_t kMaxLanguageBytes = 12;

std::string FreshPrefix(const v1::Article* previous, const v1::Article& article,
                        absl::string_view letter) {
  if (previous == nullptr) return std::string(letter);
  const std::string revision = absl::StrCat("r", previous->revision() + 1, "-");
  if (!article.has_translation_of()) return absl::StrCat(revision, letter);
  return absl::StrCat(
      revision,
      absl::AsciiStrToLower(
          absl::string_view(article.language()).substr(0, kMaxLanguageBytes)),
      "-", letter);
}

}  // namespace

void GiveBlockIds(const v1::Article* previous, v1::Article* article) {
  GiveIds(previous == nullptr ? v1::Article().body() : previous->body(),
          FreshPrefix(previous, *article, "p"), article->mutable_body());
}

void GiveMediaIds(const v1::Article* previous, v1::Article* article) {
  GiveIds(previous == nullptr ? v1::Article().media() : previous->media(),
          FreshPrefix(previous, *article, "m"), article->mutable_media());
}

}  // namespace courant
