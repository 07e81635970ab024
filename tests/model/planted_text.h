#ifndef COURANT_TESTS_MODEL_PLANTED_TEXT_H_
#define COURANT_TESTS_MODEL_PLANTED_TEXT_H_

#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "courant/v1/article.pb.h"

// Texts that are known sentence by sentence, since the test made them: what
// differs between two of them is known without comparing words.
namespace courant::model {

// A sentence. No two that were ever made have the same words.
struct Sentence {
  // Names it through all its wordings.
  int uid = 0;
  std::vector<std::string> words;
  // Punctuation, case, and which word is strong: 1 the first, 0 none.
  bool comma = false;
  char end = '.';
  bool capital = false;
  int strong = 0;
};

// How two wordings differ, the lesser first.
enum class Difference { kNone, kMarks, kPunctuation, kWords };
Difference Compare(const Sentence& a, const Sentence& b);

// True when so many words of one are in the other, in order, that a reader
// would say that the one was made of the other: more than half.
bool IsAlike(const Sentence& a, const Sentence& b);

// A text of an article: "headline", "decks/1", "body/p3", "media/m1/caption".
struct Unit {
  std::string id;
  std::vector<Sentence> sentences;
};

// All texts of an article, in reading order.
using Document = std::vector<Unit>;

// By uid, with the unit in which each stands.
struct Placed {
  Sentence sentence;
  std::string unit;
};
std::map<int, Placed> SentencesOf(const Document& document);

// Whether a text is told of a picture: the same words are others under another
// one.
bool IsCaption(absl::string_view unit);
Difference Compare(const Placed& a, const Placed& b);

// Makes sentences, and remembers every one.
class Sentences {
 public:
  // Of `random` alone.
  explicit Sentences(uint32_t seed) : random_(seed) {}

  // A sentence of new words. `korean`: in Hangul.
  Sentence Make(bool korean);
  // The same sentence, as it is from now on.
  void Remember(const Sentence& sentence);
  std::string NewWord(bool korean);
  int NewUid() { return ++last_uid_; }
  // That of a sentence that had these words before, or a new one: what is
  // divided again where it was joined is what it was.
  int UidOf(const Sentence& sentence);

  // The text of a sentence.
  static std::string TextOf(const Sentence& sentence);
  // The text of several, put together.
  static v1::RichText RichTextOf(const std::vector<Sentence>& sentences);

  // The sentences of a text that was made of such; false when there is
  // something else in it.
  bool Parse(const v1::RichText& text, std::vector<Sentence>* sentences) const;
  // All texts of an article.
  bool Parse(const v1::Article& article, Document* document) const;

 private:
  std::minstd_rand random_;
  int last_uid_ = 0;
  // By text; marks are not in it.
  std::map<std::string, Sentence, std::less<>> known_;
};

// The texts of `document` as those of an article.
void WriteTexts(const Document& document, v1::Article* article);

// What edits are made to a document.
struct EditLimits {
  // Paragraphs may come, go, be divided and joined, captions change places;
  // else only sentences.
  bool paragraphs = true;
  bool korean = false;
};

// Edits a document: words, punctuation, case, marks; sentences come, go, move,
// are divided and joined. Says in words what it did.
class Editor {
 public:
  Editor(Sentences& sentences, uint32_t seed)
      : sentences_(sentences), random_(seed) {}

  // `former` holds what was said before: what is put back comes from it.
  std::string Edit(const EditLimits& limits, const std::vector<Placed>& former,
                   Document* document);

  // Sentences that became one, or of which one came from the other.
  std::vector<std::pair<int, int>> related;

 private:
  int Below(size_t n) { return static_cast<int>(random_() % n); }
  bool EditWords(bool korean, Sentence* sentence);
  std::string Restructure(int verb, const EditLimits& limits, size_t unit,
                          size_t at, Document* document);
  std::string EditParagraphs(int verb, size_t unit, size_t at,
                             Document* document);
  std::string SwapCaptions(size_t unit, Document* document);
  std::string PutBack(const std::vector<Placed>& former, Document* document);
  std::string NewParagraphId(const Document& document);

  Sentences& sentences_;
  std::minstd_rand random_;
};

}  // namespace courant::model

#endif  // COURANT_TESTS_MODEL_PLANTED_TEXT_H_
