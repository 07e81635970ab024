#include "services/translation/hand_made.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "services/translation/piece_merge.h"
#include "services/translation/recast_block.h"
#include "services/translation/text/text_units.h"

namespace courant {
namespace {

using v1::Article;
using v1::Block;
using v1::Media;

template <typename Piece>
using Pieces = google::protobuf::RepeatedPtrField<Piece>;

// Between a key and the number of a further piece that has it.
constexpr char kAgain[] = "\x1f";

// What MergePieces asks about pieces.
template <typename Piece>
struct PieceRules {
  // Says which piece of one version is which of another. Pieces of one version
  // with the same key are told apart by their order.
  std::function<std::string(const Piece&)> key;
  // Whether one that was taken out by hand comes back. Null: none does.
  std::function<bool(const Piece&)> has_words;
  // Makes one of three.
  std::function<void(const Piece&, const Piece&, const Piece&, Piece*)> merge;
};

// The pieces of three versions as one list.
template <typename Piece>
class PieceMerge {
 public:
  using List = Pieces<Piece>;

  // All must outlive the object.
  PieceMerge(const List& base, const List& mine, const List& next,
             const PieceRules<Piece>& rules)
      : rules_(rules),
        base_(base, rules),
        mine_(mine, rules),
        next_(next, rules) {
    in_order_of_next_ = Common(base_) != Common(next_);
  }

  List Run() {
    in_order_of_next_ ? OrderAsNext() : OrderAsMine();
    List pieces;
    for (Placed& placed : placed_) *pieces.Add() = std::move(placed.piece);
    return pieces;
  }

 private:
  // One version.
  struct Version {
    Version(const List& pieces, const PieceRules<Piece>& rules) {
      for (const Piece& piece : pieces) {
        std::string key = rules.key(piece);
        for (int again = 2; by_key.contains(key); ++again) {
          key = absl::StrCat(rules.key(piece), kAgain, again);
        }
        by_key[key] = &piece;
        keys.push_back(std::move(key));
      }
    }

    bool Has(const std::string& key) const { return by_key.contains(key); }
    const Piece& Get(const std::string& key) const { return *by_key.at(key); }

    std::vector<std::string> keys;  // in its order
    absl::flat_hash_map<std::string, const Piece*> by_key;
  };

  struct Placed {
    std::string key;
    bool by_hand = false;
    Piece piece;
  };

  // Those of `version` that are in every version, in their order there.
  std::vector<std::string> Common(const Version& version) const {
    std::vector<std::string> keys;
    for (const std::string& key : version.keys) {
      if (base_.Has(key) && mine_.Has(key) && next_.Has(key)) {
        keys.push_back(key);
      }
    }
    return keys;
  }

  bool IsByHand(const std::string& key) const {
    return !base_.Has(key) && !next_.Has(key);
  }

  // Whether the piece `key`, which is in `next`, will be there.
  bool Stays(const std::string& key) const {
    return mine_.Has(key) || !base_.Has(key) ||
           (rules_.has_words && rules_.has_words(next_.Get(key)));
  }

  // The piece `key`, which is in `next`.
  Placed Make(const std::string& key) const {
    const Piece& next = next_.Get(key);
    Placed placed{.key = key};
    if (mine_.Has(key)) {
      // What both have brought: as it was set by hand.
      rules_.merge(base_.Has(key) ? base_.Get(key) : next, mine_.Get(key), next,
                   &placed.piece);
    } else {
      placed.piece = next;
    }
    return placed;
  }

  // The place behind the piece `key`; the beginning for an empty one.
  typename std::vector<Placed>::iterator Behind(const std::string& key) {
    auto place = placed_.end();
    while (place != placed_.begin() && std::prev(place)->key != key) --place;
    return place;
  }

  void OrderAsMine() {
    for (const std::string& key : mine_.keys) {
      if (IsByHand(key)) {
        placed_.push_back({key, true, mine_.Get(key)});
      } else if (next_.Has(key)) {
        placed_.push_back(Make(key));
      }
    }
    std::string previous;
    for (const std::string& key : next_.keys) {
      if (!mine_.Has(key)) {
        if (!Stays(key)) continue;
        auto place = Behind(previous);
        while (place != placed_.end() && place->by_hand) ++place;
        placed_.insert(place, Make(key));
      }
      previous = key;
    }
  }

  void OrderAsNext() {
    for (const std::string& key : next_.keys) {
      if (Stays(key)) placed_.push_back(Make(key));
    }
    std::string previous;
    for (const std::string& key : mine_.keys) {
      if (IsByHand(key)) {
        placed_.insert(Behind(previous), Placed{key, true, mine_.Get(key)});
      } else if (!next_.Has(key)) {
        continue;
      }
      previous = key;
    }
  }

  const PieceRules<Piece>& rules_;
  const Version base_;
  const Version mine_;
  const Version next_;
  bool in_order_of_next_ = false;
  std::vector<Placed> placed_;
};

template <typename Piece>
Pieces<Piece> MergePieces(const Pieces<Piece>& base, const Pieces<Piece>& mine,
                          const Pieces<Piece>& next,
                          const PieceRules<Piece>& rules) {
  return PieceMerge<Piece>(base, mine, next, rules).Run();
}

template <typename Piece>
absl::flat_hash_set<std::string> IdsOf(const Pieces<Piece>& pieces) {
  absl::flat_hash_set<std::string> ids;
  for (const Piece& piece : pieces) ids.insert(piece.id());
  return ids;
}

// New ids for those of `mine` that were made by hand, by the old ones, where
// the source has brought a piece of the same id, or has one that they cannot be
// one with.
template <typename Piece>
absl::flat_hash_map<std::string, std::string> NewIds(
    const Pieces<Piece>& base, const Pieces<Piece>& mine,
    const Pieces<Piece>& next,
    const std::function<bool(const Piece&)>& stands_apart = {}) {
  const absl::flat_hash_set<std::string> published = IdsOf(base);
  const absl::flat_hash_set<std::string> coming = IdsOf(next);
  absl::flat_hash_set<std::string> used = IdsOf(mine);
  used.insert(coming.begin(), coming.end());
  absl::flat_hash_map<std::string, std::string> ids;
  int number = 0;
  for (const Piece& piece : mine) {
    if (!coming.contains(piece.id()) ||
        (published.contains(piece.id()) &&
         !(stands_apart && stands_apart(piece)))) {
      continue;
    }
    std::string& id = ids[piece.id()];
    do {
      id = absl::StrCat("by-hand-", ++number);
    } while (!used.insert(id).second);
  }
  return ids;
}

const Block* Find(const Pieces<Block>& blocks, const std::string& id) {
  const auto found =
      std::find_if(blocks.begin(), blocks.end(),
                   [&id](const Block& block) { return block.id() == id; });
  return found == blocks.end() ? nullptr : &*found;
}

// `mine` with ids that no piece of the source has.
Article WithOwnIds(const PublishedVersions& versions) {
  Article mine = versions.mine;
  const auto media =
      NewIds(versions.base.media(), mine.media(), versions.next.media());
  const auto blocks = NewIds<Block>(
      versions.base.body(), mine.body(), versions.next.body(),
      [&versions](const Block& block) {
        const Block* const base = Find(versions.base.body(), block.id());
        const Block* const next = Find(versions.next.body(), block.id());
        return base != nullptr && next != nullptr &&
               RecastOf(*base, block, *next) == Recast::kStandsApart;
      });
  for (Media& medium : *mine.mutable_media()) {
    const auto found = media.find(medium.id());
    if (found != media.end()) medium.set_id(found->second);
  }
  for (Block& block : *mine.mutable_body()) {
    if (const auto found = blocks.find(block.id()); found != blocks.end()) {
      block.set_id(found->second);
    }
    if (!block.has_media()) continue;
    const auto found = media.find(block.media().media_id());
    if (found != media.end()) {
      block.mutable_media()->set_media_id(found->second);
    }
  }
  return mine;
}

// "body/p3" and "media/m1", for every text within.
absl::flat_hash_set<std::string> PiecesWithWords(const Article& article) {
  absl::flat_hash_set<std::string> pieces;
  for (const TextUnit& unit : TextUnitsOf(article, v1::Translation::FULL)) {
    const size_t slash = unit.unit.find('/');
    if (slash == std::string::npos) continue;
    pieces.insert(unit.unit.substr(0, unit.unit.find('/', slash + 1)));
  }
  return pieces;
}

// A block may show a medium that the source has dropped, or that was taken out
// while the source showed it once more.
void AddShownMedia(const Article& mine, const Article& next, Article* article) {
  absl::flat_hash_set<std::string> there = IdsOf(article->media());
  for (const Block& block : article->body()) {
    if (!block.has_media()) continue;
    const std::string& id = block.media().media_id();
    if (!there.insert(id).second) continue;
    for (const Article* from : {&next, &mine}) {
      const auto found = std::find_if(
          from->media().begin(), from->media().end(),
          [&id](const Media& medium) { return medium.id() == id; });
      if (found == from->media().end()) continue;
      *article->add_media() = *found;
      break;
    }
  }
}

}  // namespace

void MergeHandMade(const PublishedVersions& versions, Article* article) {
  const Article mine = WithOwnIds(versions);
  const Article& base = versions.base;
  const Article& next = versions.next;
  const absl::flat_hash_set<std::string> with_words = PiecesWithWords(next);
  const auto has_words = [&](absl::string_view folder, const std::string& id) {
    return with_words.contains(absl::StrCat(folder, "/", id));
  };

  for (const int text :
       {Article::kHeadlineFieldNumber, Article::kDecksFieldNumber,
        Article::kKickerFieldNumber, Article::kShortTitleFieldNumber,
        Article::kSummaryFieldNumber}) {
    MergeField(base, mine, next, text, article);
  }
  *article->mutable_body() = MergePieces<Block>(
      base.body(), mine.body(), next.body(),
      {.key = [](const Block& block) { return block.id(); },
       .has_words = [&](const Block& b) { return has_words("body", b.id()); },
       .merge = MergeBlock});
  *article->mutable_media() = MergePieces<Media>(
      base.media(), mine.media(), next.media(),
      {.key = [](const Media& medium) { return medium.id(); },
       .has_words = [&](const Media& m) { return has_words("media", m.id()); },
       .merge = MergeFields});
  *article->mutable_sections() = MergePieces<v1::Section>(
      base.sections(), mine.sections(), next.sections(),
      {.key = [](const v1::Section& section) { return section.code(); },
       .merge = MergeFields});
  *article->mutable_subjects() = MergePieces<v1::Subject>(
      base.subjects(), mine.subjects(), next.subjects(),
      {.key =
           [](const v1::Subject& subject) {
             return subject.qcode().empty() ? subject.SerializeAsString()
                                            : subject.qcode();
           },
       .merge = MergeFields});
  AddShownMedia(mine, next, article);
}

}  // namespace courant
