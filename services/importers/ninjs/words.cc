#include "services/importers/ninjs/words.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/importers/byline.h"
#include "services/importers/finish_item.h"
#include "services/importers/ninjs/fields.h"
#include "services/importers/ninjs/written_text.h"
#include "services/importers/unicode_text.h"

namespace courant::importers::ninjs {
namespace {

constexpr int kMaxSluglineCodePoints = 200;

bool IsDeckRole(absl::string_view role) {
  return absl::StartsWith(role, "subheadline") ||
         absl::StartsWith(role, "subhead") || role == "deck" ||
         role == "subtitle";
}

// The number behind the last dash, 0 without one.
int RankOf(absl::string_view role) {
  int rank = 0;
  const size_t dash = role.rfind('-');
  if (dash == absl::string_view::npos ||
      !absl::SimpleAtoi(role.substr(dash + 1), &rank)) {
    return 0;
  }
  return rank;
}

// One pass over the headlines of an item.
class Headlines {
 public:
  Headlines(JsonValue& item, ImportedItem& out, Faults& faults)
      : elements_(ElementsOf(item, "headlines")),
        article_(*out.request.mutable_article()),
        remarks_(out.remarks),
        faults_(faults) {}

  void Map() {
    MapMain();
    std::vector<size_t> decks;
    for (size_t i = 0; i < elements_.size(); ++i) {
      const std::string role = RoleOf(elements_[i]);
      if (IsDeckRole(role)) decks.push_back(i);
      if (role == "kicker" && !article_.has_kicker()) {
        Take(i, *article_.mutable_kicker());
      }
      if (role == "short" && !article_.has_short_title()) {
        Take(i, *article_.mutable_short_title()->mutable_text());
      }
    }
    std::stable_sort(decks.begin(), decks.end(), [this](size_t a, size_t b) {
      return RankOf(RoleOf(elements_[a])) < RankOf(RoleOf(elements_[b]));
    });
    for (const size_t i : decks) MapDeck(i);
  }

 private:
  // Smaller is better; 4 is no headline.
  static int ChoiceOf(absl::string_view role) {
    if (role == "main" || role == "headline") return 0;
    if (role.empty()) return 1;
    if (IsDeckRole(role) || role == "kicker" || role == "short") return 4;
    return 2;
  }

  void MapMain() {
    size_t best = elements_.size();
    int best_choice = 4;
    for (size_t i = 0; i < elements_.size(); ++i) {
      const int choice = ChoiceOf(RoleOf(elements_[i]));
      if (choice < best_choice && WritingOf(elements_[i]) != Writing::kOther &&
          !IsBlank(PeekString(elements_[i], "value"))) {
        best = i;
        best_choice = choice;
      }
    }
    if (best == elements_.size()) return;
    JsonValue& entry = elements_[best];
    const std::string words = TakeWords(entry, PathOf(best), faults_);
    if (CountCodePoints(words) > kMaxHeadlineCodePoints) {
      return faults_.Add(v1::FIELD_TOO_LONG, entry.line,
                         absl::StrCat(PathOf(best), ".value"),
                         "has more than 1,000 code points");
    }
    article_.mutable_headline()->set_value(words);
    if (best_choice < 2) {
      MarkUsed(entry, "role");
    } else {
      remarks_.push_back(absl::StrCat(
          "no headline has the role main: took the one with the role ",
          Quoted(PeekString(entry, "role"))));
    }
  }

  void MapDeck(size_t i) {
    if (article_.decks_size() == kMaxDecks) {
      return faults_.Add(v1::FIELD_TOO_LONG, elements_[i].line, PathOf(i),
                         "is one sub-headline too many: an article has 20");
    }
    v1::Text deck;
    if (Take(i, deck)) *article_.add_decks() = std::move(deck);
  }

  bool Take(size_t i, v1::Text& text) {
    JsonValue& entry = elements_[i];
    if (WritingOf(entry) == Writing::kOther) return false;
    MarkUsed(entry, "role");
    text.set_value(TakeWords(entry, PathOf(i), faults_));
    return true;
  }

  static std::string PathOf(size_t i) { return ElementPath("$.headlines", i); }

  const absl::Span<JsonValue> elements_;
  v1::Article& article_;
  std::vector<std::string>& remarks_;
  Faults& faults_;
};

void MapSummary(JsonValue& item, v1::Article& article, Faults& faults) {
  size_t index = 0;
  JsonValue* entry = BestDescription(item, index);
  if (entry == nullptr) return;
  const std::string role = RoleOf(*entry);
  if (role.empty() || role == "summary") MarkUsed(*entry, "role");
  article.mutable_summary()->set_value(
      TakeWords(*entry, ElementPath("$.descriptions", index), faults));
  if (article.summary().value().size() > kMaxFieldBytes) {
    faults.Add(v1::FIELD_TOO_LONG, entry->line,
               ElementPath("$.descriptions", index), "is longer than 64 KiB");
  }
}

}  // namespace

JsonValue* BestDescription(JsonValue& item, size_t& index) {
  const auto choice_of = [](const JsonValue& entry) {
    const std::string role = RoleOf(entry);
    const int by_role = role == "summary" || role == "caption" ? 0
                        : role.empty()                         ? 1
                                                               : 2;
    return 2 * by_role + (WritingOf(entry) == Writing::kPlain ? 0 : 1);
  };
  JsonValue* best = nullptr;
  const absl::Span<JsonValue> entries = ElementsOf(item, "descriptions");
  for (size_t i = 0; i < entries.size(); ++i) {
    if (WritingOf(entries[i]) == Writing::kOther ||
        IsBlank(PeekString(entries[i], "value"))) {
      continue;
    }
    if (best == nullptr || choice_of(entries[i]) < choice_of(*best)) {
      best = &entries[i];
      index = i;
    }
  }
  return best;
}

void MapWords(JsonValue& item, ImportedItem& out, Faults& faults) {
  v1::Article& article = *out.request.mutable_article();
  Headlines(item, out, faults).Map();
  if (article.kind() == v1::Article::TEXT) MapSummary(item, article, faults);

  if (const JsonValue* slugline = FindMember(item, "slugline")) {
    if (CountCodePoints(slugline->text) > kMaxSluglineCodePoints) {
      faults.Add(v1::FIELD_TOO_LONG, slugline->line, "$.slugline",
                 "has more than 200 code points");
    }
    article.set_slugline(TakeString(item, "slugline"));
  }
  if (const JsonValue* by = FindMember(item, "by")) {
    AddByline(TrimSpace(TakeString(item, "by")), by->line, out);
  }
  const std::string located = TakeString(item, "located");
  if (!located.empty()) {
    article.mutable_dateline()->mutable_place()->set_label(located);
  }
  const JsonValue* note = FindMember(item, "edNote");
  if (note != nullptr && !note->text.empty()) {
    article.add_editorial_notes()->mutable_text()->set_value(
        TakeString(item, "edNote"));
  }
}

}  // namespace courant::importers::ninjs
