#include "services/translation/text/gap_alignment.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace courant::text {
namespace {

// Pairs that are compared at most.
constexpr size_t kMostPairs = 10'000;
// Steps of 64 words that all comparisons together may take; what comes later
// counts as different. A tenth of a second.
constexpr size_t kMostSteps = 20'000'000;

// One side of the gap.
class Side {
 public:
  explicit Side(const std::vector<LooseSegment>& segments)
      : segments_(segments), patterns_(segments.size()) {
    words_.reserve(segments.size());
    for (const LooseSegment& segment : segments) {
      words_.push_back(WordsOf(segment.words));
    }
  }

  size_t size() const { return segments_.size(); }
  const std::vector<uint64_t>& words(size_t i) const { return words_[i]; }
  bool AreNeighbours(size_t i) const {
    return i + 1 < size() && segments_[i].index + 1 == segments_[i + 1].index;
  }
  // The words of `count` segments from `first` on.
  std::vector<uint64_t> WordsOfAll(size_t first, size_t count) const {
    std::vector<uint64_t> all;
    for (size_t i = first; i < first + count; ++i) {
      all.insert(all.end(), words_[i].begin(), words_[i].end());
    }
    return all;
  }
  const WordPattern& pattern(size_t i) {
    if (!patterns_[i]) patterns_[i].emplace(words_[i]);
    return *patterns_[i];
  }

 private:
  const std::vector<LooseSegment>& segments_;
  std::vector<std::vector<uint64_t>> words_;
  std::vector<std::optional<WordPattern>> patterns_;
};

// What to do at a pair of places, and what it is worth from there on.
struct Step {
  enum Move : uint8_t { kEnd, kSkipBound, kSkipHead, kPair, kSplit, kMerge };
  // Words shared from here to the ends, doubled, less one for every segment
  // that is a second part: then a pair is preferred that shares as much.
  int32_t worth = 0;
  Move move = kEnd;
};

class Aligner {
 public:
  Aligner(const std::vector<LooseSegment>& bound,
          const std::vector<LooseSegment>& head, Share share)
      : bound_(bound), head_(head), share_(share) {
    const size_t rows = bound.size();
    // A band around the diagonal, as wide as the bound allows.
    width_ =
        std::min(head.size(),
                 std::max<size_t>(4, kMostPairs / std::max<size_t>(1, rows)));
    stride_ = width_ + 1;
    steps_.resize((rows + 1) * stride_);
  }

  std::vector<Alignment> Run();

 private:
  // The first place of `head` that is compared with `i` of `bound`; rises.
  size_t BandStart(size_t i) const {
    const size_t room = head_.size() - width_;
    return bound_.size() == 0 ? 0 : room * i / bound_.size();
  }
  // Moves on from a place outside of the band to where it is entered again:
  // what is passed over has no partner.
  void EnterBand(size_t* i, size_t* j) const {
    *j = std::max(*j, BandStart(*i));
    while (*j > BandStart(*i) + width_) ++*i;
  }
  const Step& At(size_t i, size_t j) const {
    EnterBand(&i, &j);
    return steps_[i * stride_ + (j - BandStart(i))];
  }
  bool Affords(size_t a, size_t b) {
    spent_ += a * (b / 64 + 1);
    return spent_ <= kMostSteps;
  }
  // Words shared by a pair, 0 when they are too few.
  size_t Pair(size_t i, size_t j);
  // Words shared by the pattern of `one` and two others, 0 when too few.
  size_t OneAndTwo(Side& one, size_t i, Side& two, size_t j);
  Step Best(size_t i, size_t j);
  std::vector<Alignment> Walk() const;
  // Whether all words of `added`, a neighbour of the bound segments of `found`,
  // stand in its head beside theirs.
  bool IsJoined(const Alignment& found, size_t added);
  // Adds such neighbours: more than two may have been joined.
  void TakeJoined(std::vector<Alignment>* all);

  Side bound_;
  Side head_;
  const Share share_;
  size_t width_;
  size_t stride_;
  size_t spent_ = 0;
  std::vector<Step> steps_;
};

size_t Aligner::Pair(size_t i, size_t j) {
  const size_t a = bound_.words(i).size();
  const size_t b = head_.words(j).size();
  const size_t least =
      share_ == Share::kHalf ? (std::max(a, b) + 1) / 2 : std::min(a, b);
  if (std::min(a, b) < least || !Affords(b, a)) return 0;
  const size_t shared = bound_.pattern(i).SharedWith(head_.words(j));
  return shared >= least ? shared : 0;
}

size_t Aligner::OneAndTwo(Side& one, size_t i, Side& two, size_t j) {
  if (!two.AreNeighbours(j)) return 0;
  const size_t whole = one.words(i).size();
  const size_t first = two.words(j).size();
  const size_t second = two.words(j + 1).size();
  const size_t both = first + second;
  if (std::min(whole, both) * 2 < std::max(whole, both)) return 0;
  if (!Affords(both * 2, whole)) return 0;
  const WordPattern& pattern = one.pattern(i);
  const size_t shared = pattern.SharedWith(two.WordsOfAll(j, 2));
  if (shared * 2 < std::max(whole, both)) return 0;
  // What each of the two brings.
  const size_t by_first = shared - pattern.SharedWith(two.words(j + 1));
  const size_t by_second = shared - pattern.SharedWith(two.words(j));
  return by_first * 2 >= first && by_second * 2 >= second ? shared : 0;
}

Step Aligner::Best(size_t i, size_t j) {
  Step best;
  const auto consider = [&best](Step::Move move, int32_t worth) {
    if (best.move == Step::kEnd || worth > best.worth) best = {worth, move};
  };
  if (i < bound_.size() && j < head_.size()) {
    if (const size_t shared = Pair(i, j)) {
      consider(Step::kPair,
               static_cast<int32_t>(2 * shared) + At(i + 1, j + 1).worth);
    }
    if (const size_t shared = OneAndTwo(bound_, i, head_, j)) {
      consider(Step::kSplit,
               static_cast<int32_t>(2 * shared) - 1 + At(i + 1, j + 2).worth);
    }
    if (const size_t shared = OneAndTwo(head_, j, bound_, i)) {
      consider(Step::kMerge,
               static_cast<int32_t>(2 * shared) - 1 + At(i + 2, j + 1).worth);
    }
  }
  if (i < bound_.size()) consider(Step::kSkipBound, At(i + 1, j).worth);
  if (j < head_.size()) consider(Step::kSkipHead, At(i, j + 1).worth);
  return best;
}

bool Aligner::IsJoined(const Alignment& found, size_t added) {
  const std::vector<uint64_t> had =
      bound_.WordsOfAll(found.bound, found.bounds);
  const std::vector<uint64_t> has =
      bound_.WordsOfAll(std::min(found.bound, added), found.bounds + 1);
  if (!Affords(had.size() + has.size(), head_.words(found.head).size())) {
    return false;
  }
  const WordPattern& head = head_.pattern(found.head);
  return head.SharedWith(has) - head.SharedWith(had) ==
         bound_.words(added).size();
}

void Aligner::TakeJoined(std::vector<Alignment>* all) {
  size_t begin = 0;
  for (size_t k = 0; k < all->size(); ++k) {
    Alignment& found = (*all)[k];
    const size_t end =
        k + 1 < all->size() ? (*all)[k + 1].bound : bound_.size();
    const auto next = [&found] { return found.bound + found.bounds; };
    while (found.heads == 1 && found.bound > begin &&
           bound_.AreNeighbours(found.bound - 1) &&
           IsJoined(found, found.bound - 1)) {
      --found.bound;
      ++found.bounds;
    }
    while (found.heads == 1 && next() < end &&
           bound_.AreNeighbours(next() - 1) && IsJoined(found, next())) {
      ++found.bounds;
    }
    begin = next();
  }
}

std::vector<Alignment> Aligner::Walk() const {
  std::vector<Alignment> found;
  for (size_t i = 0, j = 0;;) {
    EnterBand(&i, &j);
    switch (At(i, j).move) {
      case Step::kEnd:
        return found;
      case Step::kSkipBound:
        ++i;
        break;
      case Step::kSkipHead:
        ++j;
        break;
      case Step::kPair:
        found.push_back({i++, 1, j++, 1});
        break;
      case Step::kSplit:
        found.push_back({i++, 1, j, 2});
        j += 2;
        break;
      case Step::kMerge:
        found.push_back({i, 2, j++, 1});
        i += 2;
        break;
    }
  }
}

std::vector<Alignment> Aligner::Run() {
  for (size_t i = bound_.size() + 1; i-- > 0;) {
    const size_t start = BandStart(i);
    for (size_t j = std::min(start + width_, head_.size()) + 1; j-- > start;) {
      steps_[i * stride_ + (j - start)] = Best(i, j);
    }
  }
  std::vector<Alignment> found = Walk();
  TakeJoined(&found);
  return found;
}

}  // namespace

std::vector<Alignment> AlignGap(const std::vector<LooseSegment>& bound,
                                const std::vector<LooseSegment>& head,
                                Share share) {
  if (bound.empty() || head.empty()) return {};
  return Aligner(bound, head, share).Run();
}

}  // namespace courant::text
