#include "services/translation/recast_block.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "services/translation/text/text_units.h"

namespace courant {
namespace {

// The texts of a block.
class BlockTexts {
 public:
  explicit BlockTexts(const v1::Block& block) {
    v1::Article article;
    *article.add_body() = block;
    article.mutable_body(0)->set_id("b");
    for (const TextUnit& unit : TextUnitsOf(article, v1::Translation::FULL)) {
      names_.insert(unit.unit);
      // Where items meet there may be a space in one form, and none in another.
      std::copy_if(unit.text->begin(), unit.text->end(),
                   std::back_inserter(words_),
                   [](char c) { return c != ' ' && c != '\n'; });
    }
  }

  size_t size() const { return names_.size(); }
  const std::string& words() const { return words_; }
  bool Has(const BlockTexts& other) const {
    return std::all_of(
        other.names_.begin(), other.names_.end(),
        [this](const std::string& name) { return names_.contains(name); });
  }

 private:
  absl::flat_hash_set<std::string> names_;
  std::string words_;
};

}  // namespace

Recast RecastOf(const v1::Block& base, const v1::Block& mine,
                const v1::Block& next) {
  if (mine.content_case() == base.content_case()) return Recast::kNot;
  const BlockTexts now(mine);
  const BlockTexts coming(next);
  if (coming.size() == 0) return Recast::kStays;
  if (now.Has(coming)) return Recast::kTakesWords;
  if (now.words() == coming.words()) return Recast::kStays;
  // See AbsorbHandEdit: of one text, what became of it is known.
  return now.size() > 0 && BlockTexts(base).size() == 1 && coming.size() == 1
             ? Recast::kGivesWay
             : Recast::kStandsApart;
}

}  // namespace courant
