#include "tests/history/filter_oracle.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "storage/base/status_macros.h"

namespace courant::history {

// Not in the unnamed namespace, since the parser, which is not, holds them.
namespace oracle {

struct Token {
  enum class Kind { kEnd, kWord, kQuoted, kSign };
  Kind kind = Kind::kEnd;
  std::string text;

  bool Is(absl::string_view word) const {
    return (kind == Kind::kWord || kind == Kind::kSign) && text == word;
  }
};

}  // namespace oracle

namespace {

using oracle::Token;

constexpr int kMaxLevels = 40;
constexpr absl::string_view kSpecial = "()\"'=!<>,";

bool IsSpace(char c) { return absl::ascii_isspace(c); }

absl::Status NotAFilter(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("no filter: ", what));
}

// The signs and words of `text`. `field:` is a word and a sign where a field
// can stand; a colon inside of a value stays in it.
absl::StatusOr<std::vector<Token>> Split(absl::string_view text) {
  std::vector<Token> tokens;
  size_t at = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (IsSpace(c)) {
      ++at;
    } else if (c == '"' || c == '\'') {
      Token token{Token::Kind::kQuoted, ""};
      for (++at; at < text.size() && text[at] != c; ++at) {
        if (text[at] == '\\' && at + 1 < text.size()) ++at;
        token.text += text[at];
      }
      if (at == text.size()) return NotAFilter("a quote is open");
      ++at;
      tokens.push_back(std::move(token));
    } else if (absl::StrContains("()=:<>!-", c)) {
      Token token{Token::Kind::kSign, std::string(1, c)};
      if ((c == '!' || c == '<' || c == '>') && at + 1 < text.size() &&
          text[at + 1] == '=') {
        token.text += '=';
      }
      at += token.text.size();
      tokens.push_back(std::move(token));
    } else if (c == ',') {
      return NotAFilter("a comma");
    } else {
      // A colon ends what can be a field, once: values have colons too.
      const bool after_sign =
          !tokens.empty() && tokens.back().kind == Token::Kind::kSign &&
          absl::StrContains("=:<>!=<=>=", tokens.back().text);
      Token token{Token::Kind::kWord, ""};
      for (; at < text.size() && !IsSpace(text[at]) &&
             !absl::StrContains(kSpecial, text[at]) &&
             (after_sign || text[at] != ':');
           ++at) {
        token.text += text[at];
      }
      tokens.push_back(std::move(token));
    }
  }
  tokens.emplace_back();
  return tokens;
}

bool SameLetters(absl::string_view a, absl::string_view b) {
  return absl::EqualsIgnoreCase(a, b);
}

// `tag` itself or a longer one that begins with it.
bool InLanguage(absl::string_view range, absl::string_view tag) {
  return SameLetters(range, tag) ||
         (absl::StartsWithIgnoreCase(tag, range) && tag.size() > range.size() &&
          tag[range.size()] == '-');
}

bool Contains(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

class FilterOracle::Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  absl::StatusOr<Node> ParseWhole() {
    Node all;
    if (Here().kind == Token::Kind::kEnd) return all;
    COURANT_ASSIGN_OR_RETURN(all, ParseAll(nullptr, 0));
    if (Here().kind != Token::Kind::kEnd) return NotAFilter(Here().text);
    return all;
  }

 private:
  // `test`: field and sign of a group of values; null outside of one.
  absl::StatusOr<Node> ParseAll(const Node* test, int level) {
    Node all{.kind = Kind::kAll};
    do {
      COURANT_ASSIGN_OR_RETURN(Node any, ParseAny(test, level));
      all.parts.push_back(std::move(any));
    } while (Take("AND") ||
             (Here().kind != Token::Kind::kEnd && !Here().Is(")")));
    return all;
  }

  absl::StatusOr<Node> ParseAny(const Node* test, int level) {
    Node any{.kind = Kind::kAny};
    do {
      COURANT_ASSIGN_OR_RETURN(Node term, ParseTerm(test, level));
      any.parts.push_back(std::move(term));
    } while (Take("OR"));
    return any;
  }

  absl::StatusOr<Node> ParseTerm(const Node* test, int level) {
    if (level > kMaxLevels) return NotAFilter("too deep");
    if (Take("NOT") || Take("-")) {
      COURANT_ASSIGN_OR_RETURN(Node part, ParseTerm(test, level + 1));
      Node negation{.kind = Kind::kNot};
      negation.parts.push_back(std::move(part));
      return negation;
    }
    if (Take("(")) {
      COURANT_ASSIGN_OR_RETURN(Node all, ParseAll(test, level + 1));
      if (!Take(")")) return NotAFilter("a parenthesis is open");
      return all;
    }
    return test == nullptr ? ParseTest(level) : ParseValue(*test);
  }

  absl::StatusOr<Node> ParseTest(int level) {
    if (Here().kind != Token::Kind::kWord) return NotAFilter(Here().text);
    Node test{.kind = Kind::kTest, .field = Next().text};
    static constexpr absl::string_view kFields[] = {
        "section", "language", "subject", "story", "state", "kind", "source"};
    if (std::find(std::begin(kFields), std::end(kFields), test.field) ==
        std::end(kFields)) {
      return NotAFilter(absl::StrCat("the field ", test.field));
    }
    if (!Here().Is("=") && !Here().Is("!=") && !Here().Is(":")) {
      return NotAFilter(absl::StrCat("the sign ", Here().text));
    }
    test.sign = Next().text;
    if (!Take("(")) return ParseValue(test);
    COURANT_ASSIGN_OR_RETURN(Node all, ParseAll(&test, level + 1));
    if (!Take(")")) return NotAFilter("a parenthesis is open");
    return all;
  }

  absl::StatusOr<Node> ParseValue(const Node& test) {
    if (Here().kind != Token::Kind::kWord &&
        Here().kind != Token::Kind::kQuoted) {
      return NotAFilter(Here().text);
    }
    Node whole = test;
    whole.value = Next().text;
    return whole;
  }

  const Token& Here() const { return tokens_[at_]; }
  const Token& Next() {
    return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_];
  }
  bool Take(absl::string_view word) {
    if (!Here().Is(word)) return false;
    Next();
    return true;
  }

  const std::vector<oracle::Token> tokens_;
  size_t at_ = 0;
};

absl::StatusOr<FilterOracle> FilterOracle::Parse(absl::string_view text) {
  COURANT_ASSIGN_OR_RETURN(std::vector<Token> tokens, Split(text));
  FilterOracle oracle;
  COURANT_ASSIGN_OR_RETURN(oracle.root_,
                           Parser(std::move(tokens)).ParseWhole());
  return oracle;
}

bool FilterOracle::Matches(const Attributes& attributes) const {
  return Holds(root_, attributes);
}

bool FilterOracle::Holds(const Node& node, const Attributes& attributes) {
  const auto holds = [&](const Node& part) { return Holds(part, attributes); };
  switch (node.kind) {
    case Kind::kTest:
      return TestHolds(node, attributes);
    case Kind::kNot:
      return !holds(node.parts[0]);
    case Kind::kAll:
      return std::all_of(node.parts.begin(), node.parts.end(), holds);
    case Kind::kAny:
      return std::any_of(node.parts.begin(), node.parts.end(), holds);
  }
  return false;
}

bool FilterOracle::TestHolds(const Node& node, const Attributes& attributes) {
  bool equal = false;
  if (node.field == "section") {
    equal = Contains(attributes.sections, node.value);
  } else if (node.field == "subject") {
    equal = Contains(attributes.subjects, node.value);
  } else if (node.field == "language") {
    equal = node.sign == ":" ? InLanguage(node.value, attributes.language)
                             : SameLetters(node.value, attributes.language);
  } else if (node.field == "story") {
    equal = attributes.story == node.value;
  } else if (node.field == "state") {
    equal = attributes.state == node.value;
  } else if (node.field == "kind") {
    equal = (attributes.kind.empty() ? "TEXT" : attributes.kind) == node.value;
  } else {
    equal = attributes.source == node.value;
  }
  return equal == (node.sign != "!=");
}

}  // namespace courant::history
