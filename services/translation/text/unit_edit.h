#ifndef COURANT_SERVICES_TRANSLATION_TEXT_UNIT_EDIT_H_
#define COURANT_SERVICES_TRANSLATION_TEXT_UNIT_EDIT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "courant/v1/translation.pb.h"
#include "services/translation/text/code_points.h"
#include "services/translation/text/word_diff.h"

// Brings a text that somebody edited back into the segments that it was put
// together from. Internal to translation/text. Thread-compatible.
namespace courant::text {

// The segments of one unit while that is done.
class UnitEdit {
 public:
  // One of them.
  struct Part {
    v1::Segment segment;
    // Whether its sources, its target or its state are others than before.
    bool has_changed = false;
    // Whether it was joined to one before it, which has its sources now, unless
    // that was joined to another in turn.
    bool is_joined = false;
    size_t joined_to = 0;
    // Where its words end in the unit's text, with the space that was put after
    // them; in code points.
    size_t end = 0;
  };

  // Takes copies of the segments at `places` of `content`, whose targets are in
  // `language`.
  UnitEdit(const v1::TranslationContent& content,
           const std::vector<int>& places, absl::string_view language);

  // Makes the parts give `now` when put together. True when that changed any.
  bool Absorb(const v1::RichText& now);

  // Takes all words out. True when there were any.
  bool Clear();

  // In order, those that were joined too.
  const std::vector<Part>& parts() const { return parts_; }

 private:
  v1::RichText Assembled() const;
  size_t StartOf(size_t part) const {
    return part == 0 ? 0 : parts_[part - 1].end;
  }
  bool HasWords(size_t part) const { return StartOf(part) < parts_[part].end; }
  // Sets where each part ends in the text put together.
  void FindEnds();
  // Moves the ends to where they stand in `now`.
  void MoveEnds(const std::vector<Stretch>& stretches, const CodePoints& now);
  // Joins each part whose words are now among those of another to that one.
  void JoinReplaced(const std::vector<Stretch>& stretches,
                    const std::vector<size_t>& old_ends);
  // Joins parts between which a space would be put where there is none.
  void JoinTouching(const v1::RichText& now, const CodePoints& points);
  // Joins parts between which a sentence ended in `was`, and in `now` none
  // does: half a sentence must not be moved, or left out, without the other
  // half.
  void JoinWithinSentence(const v1::RichText& was, const v1::RichText& now,
                          const CodePoints& points,
                          const std::vector<size_t>& old_ends);
  // Joins part `i` and those before it, from `first` on, to `first`.
  void JoinAll(size_t first, size_t i);
  void Join(size_t part, size_t to);
  // Gives each part what stands between its ends. With `keep_spaces`, also the
  // space at its end that would be put there anyway.
  void TakeWords(const v1::RichText& now, const CodePoints& points,
                 bool keep_spaces);

  const std::string language_;
  const bool writes_spaces_;
  std::vector<Part> parts_;
};

}  // namespace courant::text

#endif  // COURANT_SERVICES_TRANSLATION_TEXT_UNIT_EDIT_H_
