#include "tests/model/planted_text.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/editorial/rules/text_scan.h"

namespace courant::model {
namespace {

std::string Capital(const std::string& word) {
  std::string with = word;
  if (with[0] >= 'a' && with[0] <= 'z') with[0] -= 'a' - 'A';
  return with;
}

size_t Shared(const std::vector<std::string>& a,
              const std::vector<std::string>& b) {
  std::vector<size_t> row(b.size() + 1, 0);
  for (const std::string& word : a) {
    size_t diagonal = 0;
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t above = row[j + 1];
      row[j + 1] = word == b[j] ? diagonal + 1 : std::max(above, row[j]);
      diagonal = above;
    }
  }
  return row.back();
}

bool IsBody(const Unit& unit) { return absl::StartsWith(unit.id, "body/"); }

}  // namespace

bool IsCaption(absl::string_view unit) {
  return absl::StartsWith(unit, "media/");
}

Difference Compare(const Placed& a, const Placed& b) {
  if (a.unit != b.unit && (IsCaption(a.unit) || IsCaption(b.unit))) {
    return Difference::kWords;
  }
  return Compare(a.sentence, b.sentence);
}

Difference Compare(const Sentence& a, const Sentence& b) {
  if (a.words != b.words) return Difference::kWords;
  if (a.comma != b.comma || a.end != b.end || a.capital != b.capital) {
    return Difference::kPunctuation;
  }
  return a.strong != b.strong ? Difference::kMarks : Difference::kNone;
}

bool IsAlike(const Sentence& a, const Sentence& b) {
  return Shared(a.words, b.words) * 2 >
         std::max(a.words.size(), b.words.size());
}

std::map<int, Placed> SentencesOf(const Document& document) {
  std::map<int, Placed> all;
  for (const Unit& unit : document) {
    for (const Sentence& sentence : unit.sentences) {
      all[sentence.uid] = {sentence, unit.id};
    }
  }
  return all;
}

std::string Sentences::NewWord(bool korean) {
  static constexpr absl::string_view kConsonants = "bdfghjklmnprstvz";
  static constexpr absl::string_view kVowels = "aeiou";
  std::string word;
  for (int i = 0; i < 4; ++i) {
    if (korean) {
      const auto c = static_cast<uint32_t>(0xAC00 + random_() % 11'172);
      word.push_back(static_cast<char>(0xE0 | c >> 12));
      word.push_back(static_cast<char>(0x80 | (c >> 6 & 0x3F)));
      word.push_back(static_cast<char>(0x80 | (c & 0x3F)));
    } else {
      word.push_back(kConsonants[random_() % kConsonants.size()]);
      word.push_back(kVowels[random_() % kVowels.size()]);
    }
  }
  return word;
}

Sentence Sentences::Make(bool korean) {
  Sentence sentence{.uid = NewUid()};
  for (int n = 5 + static_cast<int>(random_() % 5); n > 0; --n) {
    sentence.words.push_back(NewWord(korean));
  }
  Remember(sentence);
  return sentence;
}

void Sentences::Remember(const Sentence& sentence) {
  known_[TextOf(sentence)] = sentence;
}

int Sentences::UidOf(const Sentence& sentence) {
  const auto known = known_.find(TextOf(sentence));
  return known == known_.end() ? NewUid() : known->second.uid;
}

std::string Sentences::TextOf(const Sentence& sentence) {
  std::string text;
  for (size_t i = 0; i < sentence.words.size(); ++i) {
    if (i > 0) text.push_back(' ');
    const bool capital = i == 0 || (i == 1 && sentence.capital);
    text += capital ? Capital(sentence.words[i]) : sentence.words[i];
    if (i == 0 && sentence.comma) text.push_back(',');
  }
  text.push_back(sentence.end);
  return text;
}

v1::RichText Sentences::RichTextOf(const std::vector<Sentence>& sentences) {
  v1::RichText rich;
  std::string& text = *rich.mutable_text();
  for (const Sentence& sentence : sentences) {
    if (!text.empty()) text.push_back(' ');
    if (sentence.strong > 0) {
      size_t start = CountCodePoints(text);
      for (int i = 0; i + 1 < sentence.strong; ++i) {
        start += CountCodePoints(sentence.words[i]) + 1;
        if (i == 0 && sentence.comma) ++start;
      }
      v1::Mark& mark = *rich.add_marks();
      mark.set_type(v1::Mark::STRONG);
      mark.set_start(static_cast<int32_t>(start));
      mark.set_end(static_cast<int32_t>(
          start + CountCodePoints(sentence.words[sentence.strong - 1])));
    }
    text += TextOf(sentence);
  }
  return rich;
}

bool Sentences::Parse(const v1::RichText& text,
                      std::vector<Sentence>* sentences) const {
  const std::string& all = text.text();
  size_t begin = 0;
  while (begin < all.size()) {
    size_t end = all.find_first_of(".!?", begin);
    end = end == std::string::npos ? all.size() : end + 1;
    const auto found =
        known_.find(absl::string_view(all).substr(begin, end - begin));
    if (found == known_.end()) return false;
    Sentence sentence = found->second;
    auto start = static_cast<int32_t>(
        CountCodePoints(absl::string_view(all).substr(0, begin)));
    sentence.strong = 0;
    for (size_t i = 0; i < sentence.words.size(); ++i) {
      for (const v1::Mark& mark : text.marks()) {
        if (mark.start() == start) sentence.strong = static_cast<int>(i) + 1;
      }
      start += static_cast<int32_t>(CountCodePoints(sentence.words[i])) + 1;
      if (i == 0 && sentence.comma) ++start;
    }
    sentences->push_back(std::move(sentence));
    if (end < all.size() && all[end] == ' ') ++end;
    begin = end;
  }
  return true;
}

bool Sentences::Parse(const v1::Article& article, Document* document) const {
  bool good = true;
  const auto add = [&](std::string id, const v1::RichText& text) {
    if (text.text().empty()) return;
    document->push_back({.id = std::move(id)});
    good &= Parse(text, &document->back().sentences);
  };
  const auto plain = [&](std::string id, const std::string& words) {
    v1::RichText text;
    text.set_text(words);
    add(std::move(id), text);
  };
  plain("headline", article.headline().value());
  for (int i = 0; i < article.decks_size(); ++i) {
    plain(absl::StrCat("decks/", i + 1), article.decks(i).value());
  }
  for (const v1::Block& block : article.body()) {
    add("body/" + block.id(), block.paragraph().text());
  }
  for (const v1::Media& media : article.media()) {
    plain(absl::StrCat("media/", media.id(), "/caption"),
          media.caption().value());
  }
  return good;
}

void WriteTexts(const Document& document, v1::Article* article) {
  article->clear_decks();
  article->clear_body();
  article->clear_media();
  for (const Unit& unit : document) {
    v1::RichText text = Sentences::RichTextOf(unit.sentences);
    if (unit.id == "headline") {
      article->mutable_headline()->set_value(text.text());
    } else if (absl::StartsWith(unit.id, "decks/")) {
      article->add_decks()->set_value(text.text());
    } else if (absl::StartsWith(unit.id, "media/")) {
      v1::Media& media = *article->add_media();
      media.set_id(unit.id.substr(6, unit.id.rfind('/') - 6));
      media.set_kind(v1::Media::PICTURE);
      media.mutable_caption()->set_value(text.text());
    } else {
      v1::Block& block = *article->add_body();
      block.set_id(unit.id.substr(5));
      *block.mutable_paragraph()->mutable_text() = std::move(text);
    }
  }
}

bool Editor::EditWords(bool korean, Sentence* sentence) {
  switch (Below(8)) {
    case 0:  // quite another sentence
      for (std::string& word : sentence->words) {
        word = sentences_.NewWord(korean);
      }
      break;
    case 1:
      sentence->words.insert(
          sentence->words.begin() + Below(sentence->words.size()),
          sentences_.NewWord(korean));
      break;
    case 2:
      if (sentence->words.size() < 6) return false;
      sentence->words.erase(sentence->words.begin() +
                            Below(sentence->words.size()));
      // No two sentences have the same words.
      sentence->words[0] = sentences_.NewWord(korean);
      break;
    default:
      sentence->words[Below(sentence->words.size())] =
          sentences_.NewWord(korean);
  }
  sentences_.Remember(*sentence);
  return true;
}

std::string Editor::NewParagraphId(const Document& document) {
  int last = 0;
  for (const Unit& unit : document) {
    int number = 0;
    if (IsBody(unit) && absl::SimpleAtoi(unit.id.substr(6), &number)) {
      last = std::max(last, number);
    }
  }
  return absl::StrCat("body/p", last + 1 + Below(50));
}

std::string Editor::EditParagraphs(int verb, size_t unit, size_t at,
                                   Document* document) {
  Unit& here = (*document)[unit];
  const auto paragraphs =
      std::count_if(document->begin(), document->end(), IsBody);
  switch (verb) {
    case 0: {  // a new one
      Unit added{.id = NewParagraphId(*document)};
      const bool korean = (here.sentences[0].words[0][0] & 0x80) != 0;
      added.sentences.push_back(sentences_.Make(korean));
      document->insert(document->begin() + static_cast<ptrdiff_t>(unit),
                       std::move(added));
      return "new paragraph";
    }
    case 1:
      if (paragraphs < 2) return "";
      document->erase(document->begin() + static_cast<ptrdiff_t>(unit));
      return "paragraph gone";
    case 2: {
      if (at == 0) return "";
      Unit rest{.id = NewParagraphId(*document)};
      rest.sentences.assign(here.sentences.begin() + static_cast<ptrdiff_t>(at),
                            here.sentences.end());
      here.sentences.resize(at);
      document->insert(document->begin() + static_cast<ptrdiff_t>(unit) + 1,
                       std::move(rest));
      return "paragraph divided";
    }
    case 3: {
      if (unit + 1 >= document->size() || !IsBody((*document)[unit + 1])) {
        return "";
      }
      Unit& next = (*document)[unit + 1];
      here.sentences.insert(here.sentences.end(), next.sentences.begin(),
                            next.sentences.end());
      document->erase(document->begin() + static_cast<ptrdiff_t>(unit) + 1);
      return "paragraphs joined";
    }
    default: {
      if (unit + 1 >= document->size() || !IsBody((*document)[unit + 1])) {
        return "";
      }
      std::swap(here, (*document)[unit + 1]);
      return "paragraphs change places";
    }
  }
}

std::string Editor::Restructure(int verb, const EditLimits& limits, size_t unit,
                                size_t at, Document* document) {
  std::vector<Sentence>& here = (*document)[unit].sentences;
  const auto place = here.begin() + static_cast<ptrdiff_t>(at);
  switch (verb) {
    case 0:
      here.insert(place, sentences_.Make(limits.korean));
      return "sentence added";
    case 1:
      if (here.size() < 2) return "";
      here.erase(place);
      return "sentence gone";
    case 2: {  // to elsewhere in the body, or in its paragraph
      if (here.size() < 2) return "";
      Sentence moved = *place;
      here.erase(place);
      std::vector<size_t> bodies;
      for (size_t i = 0; i < document->size(); ++i) {
        if (IsBody((*document)[i])) bodies.push_back(i);
      }
      Unit& to = limits.paragraphs ? (*document)[bodies[Below(bodies.size())]]
                                   : (*document)[unit];
      to.sentences.insert(to.sentences.begin() + Below(to.sentences.size() + 1),
                          std::move(moved));
      return "sentence moved";
    }
    case 3: {  // one becomes two
      if (place->words.size() < 8) return "";
      Sentence second{.end = place->end};
      const size_t half = place->words.size() / 2;
      second.words.assign(place->words.begin() + static_cast<ptrdiff_t>(half),
                          place->words.end());
      place->words.resize(half);
      second.uid = sentences_.UidOf(second);
      place->end = '.';
      related.emplace_back(place->uid, second.uid);
      sentences_.Remember(*place);
      sentences_.Remember(second);
      here.insert(place + 1, std::move(second));
      return "sentence divided";
    }
    default: {  // two become one
      if (at + 1 >= here.size()) return "";
      const auto next = place + 1;
      related.emplace_back(place->uid, next->uid);
      place->words.insert(place->words.end(), next->words.begin(),
                          next->words.end());
      place->end = next->end;
      sentences_.Remember(*place);
      here.erase(next);
      return "sentences joined";
    }
  }
}

std::string Editor::SwapCaptions(size_t unit, Document* document) {
  const size_t other = unit + 1 < document->size() ? unit + 1 : unit - 1;
  if (!IsCaption((*document)[other].id)) return "";
  std::swap((*document)[unit].sentences, (*document)[other].sentences);
  return "captions change places";
}

std::string Editor::PutBack(const std::vector<Placed>& former,
                            Document* document) {
  if (former.empty()) return "";
  const Placed& back = former[Below(former.size())];
  for (Unit& unit : *document) {
    for (Sentence& sentence : unit.sentences) {
      if (sentence.uid != back.sentence.uid) continue;
      if (Compare(sentence, back.sentence) == Difference::kNone) return "";
      sentence = back.sentence;
      return "put back as it was";
    }
  }
  for (Unit& unit : *document) {
    if (unit.id != back.unit || !IsBody(unit)) continue;
    unit.sentences.insert(
        unit.sentences.begin() + Below(unit.sentences.size() + 1),
        back.sentence);
    return "put back what was gone";
  }
  return "";
}

std::string Editor::Edit(const EditLimits& limits,
                         const std::vector<Placed>& former,
                         Document* document) {
  const size_t unit = Below(document->size());
  const size_t at = Below((*document)[unit].sentences.size());
  Sentence& sentence = (*document)[unit].sentences[at];
  const bool body = IsBody((*document)[unit]);
  const int verb = Below(100);
  if (verb < 35) {
    return EditWords(limits.korean, &sentence) ? "words" : "";
  }
  if (verb < 50) {
    switch (Below(3)) {
      case 0:
        sentence.comma = !sentence.comma;
        break;
      case 1:
        sentence.end = sentence.end == '.' ? '!' : '.';
        break;
      default:
        if (limits.korean) return "";
        sentence.capital = !sentence.capital;
    }
    sentences_.Remember(sentence);
    return "punctuation";
  }
  if (verb < 62) return PutBack(former, document);
  if (IsCaption((*document)[unit].id) && limits.paragraphs) {
    return SwapCaptions(unit, document);
  }
  if (!body) return "";
  if (verb < 66) {
    sentence.strong = Below(3);
    return "mark";
  }
  if (verb < 86 || !limits.paragraphs) {
    return Restructure(Below(5), limits, unit, at, document);
  }
  return EditParagraphs(Below(5), unit, at, document);
}

}  // namespace courant::model
