#ifndef COURANT_SERVICES_TRANSLATION_TEXT_SENTENCE_RULES_H_
#define COURANT_SERVICES_TRANSLATION_TEXT_SENTENCE_RULES_H_

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/translation/text/code_points.h"

// Our rules about where a sentence does not end, although Unicode's say that it
// does or may. Internal to translation/text; rules are versioned, see
// kRulesVersion. Pure and thread-safe.
namespace courant::text {

// One text, looked at as often as there are places where a sentence may end.
// Places are in code points.
class SentenceRules {
 public:
  // Does not keep `language`; `points` must outlive this.
  SentenceRules(const CodePoints& points, absl::string_view language);

  // The begin of the sentence after `place`, which is anywhere from behind the
  // mark that ends one to the begin of the next: moved over what still belongs
  // to the sentence before, i.e. closing quotes, brackets that stand behind
  // their sentence, and spaces. 0 when no sentence ends there, and when nothing
  // follows. `sentence` is where the sentence before begins.
  size_t NextSentence(size_t sentence, size_t place) const;

  // Places where a sentence may end that Unicode's rules do not know, because
  // small letters follow: after Korean ("... 했다. iPhone ..."), and before a
  // number ("It rained. 400 islanders waited.").
  std::vector<size_t> MorePlaces() const;

 private:
  // What stands before a place where a sentence may end.
  struct Ending {
    // The mark, e.g. a full stop; the last of several.
    size_t mark = 0;
    // The first of the marks ("?!", "...").
    size_t first_mark = 0;
    // Behind the closing quotes and brackets after it.
    size_t closed = 0;
    // A closing quote is among these.
    bool quoted = false;
  };

  bool FindEnding(size_t sentence, size_t place, Ending* ending) const;
  // Moves over closers, whole brackets and spaces from `at`.
  size_t SkipWhatBelongs(size_t at) const;
  bool IsClosingQuote(size_t i) const;
  bool IsOpening(size_t i) const;
  // Whether "(1)" or the like at `i` counts off what follows.
  bool IsEnumeratorBracket(size_t i) const;
  bool IsInsideBrackets(size_t i) const;
  bool HasBlankLine(size_t from, size_t to) const;

  // Each says whether the rule forbids an end at `ending`, before `next`.
  bool ForbidsAttached(const Ending& ending, size_t next) const;
  bool ForbidsQuotative(const Ending& ending, size_t next) const;
  bool ForbidsNumber(size_t sentence, const Ending& ending, size_t next) const;
  bool ForbidsAbbreviation(size_t sentence, const Ending& ending,
                           size_t next) const;
  bool ForbidsEllipsis(const Ending& ending, size_t next) const;
  bool ForbidsLowerCase(const Ending& ending, size_t next) const;

  const CodePoints& points_;
  const bool korean_;
  const bool ordinals_;
  // From here to the end there are only marks and spaces.
  size_t words_end_ = 0;
  // Of each opening bracket the place of its closing one, and the other way;
  // its own place for everything else.
  std::vector<size_t> partner_;
  // How many pairs of brackets are open before each place.
  std::vector<int> depth_;
  // Whether an odd number of straight quotes stands before each place.
  std::vector<bool> in_quotes_;
};

}  // namespace courant::text

#endif  // COURANT_SERVICES_TRANSLATION_TEXT_SENTENCE_RULES_H_
