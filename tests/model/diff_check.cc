#include "tests/model/diff_check.h"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace courant::model {
namespace {

using v1::Article;
using v1::ChangeNote;
using Words = std::vector<std::string>;

// The words at each place; none where there are none.
std::map<std::string, std::string> TextOf(const Article& article) {
  std::map<std::string, std::string> texts;
  if (!article.headline().value().empty()) {
    texts["headline"] = article.headline().value();
  }
  for (const v1::Block& block : article.body()) {
    const std::string& text = block.paragraph().text().text();
    if (!text.empty()) texts[absl::StrCat("body/", block.id())] = text;
  }
  return texts;
}

Words Split(const std::string& text) {
  return absl::StrSplit(text, ' ', absl::SkipEmpty());
}

// True when `diff` leads from `was` to `now` and is as short as can be.
bool Leads(const ChangeNote::Correction& diff, const std::string& was,
           const std::string& now) {
  const Words from = Split(was), to = Split(now);
  const Words out = Split(diff.was()), in = Split(diff.now());
  if (out.size() > from.size() || in.size() > to.size()) return false;
  // What both have at their beginning and at their end.
  const size_t shorter = std::min(from.size(), to.size());
  size_t head = 0, tail = 0;
  while (head < shorter && from[head] == to[head]) ++head;
  while (tail < shorter - head &&
         from[from.size() - 1 - tail] == to[to.size() - 1 - tail]) {
    ++tail;
  }
  if (out.size() + head + tail != from.size()) return false;
  for (size_t at = 0; at + out.size() <= from.size(); ++at) {
    Words made(from.begin(), from.begin() + at);
    if (!std::equal(out.begin(), out.end(), from.begin() + at)) continue;
    made.insert(made.end(), in.begin(), in.end());
    made.insert(made.end(), from.begin() + at + out.size(), from.end());
    if (made == to) return true;
  }
  return false;
}

}  // namespace

std::string CheckDiffs(const Article& before, const Article& after) {
  const ChangeNote& note = after.change_note();
  const bool expected = note.class_() == ChangeNote::UPDATE ||
                        note.class_() == ChangeNote::REFILE;
  if (!expected) {
    return note.diffs().empty() ? "" : "has diffs, but is no update or refile";
  }
  auto was = TextOf(before), now = TextOf(after);
  std::set<std::string> differ;
  for (const auto& texts : {was, now}) {
    for (const auto& [where, text] : texts) {
      if (was[where] != now[where]) differ.insert(where);
    }
  }
  for (const ChangeNote::Correction& diff : note.diffs()) {
    if (differ.erase(diff.where()) == 0 ||
        !Leads(diff, was[diff.where()], now[diff.where()])) {
      return absl::StrCat("a diff that does not lead from '", was[diff.where()],
                          "' to '", now[diff.where()],
                          "': ", diff.ShortDebugString());
    }
  }
  return differ.empty() ? "" : absl::StrCat("no diff for ", *differ.begin());
}

}  // namespace courant::model
