#include "tests/model/model_words.h"

#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/message_differencer.h"

namespace courant::model {
namespace {

using v1::Article;
using v1::ChangeNote;

// The fields that these articles have.
constexpr absl::string_view kFields[] = {
    "headline", "body", "rights", "embargo_until", "expires_at", "alias_ids"};

const google::protobuf::FieldDescriptor* Field(absl::string_view name) {
  return Article::descriptor()->FindFieldByName(std::string(name));
}

// The places that have words, in reading order.
std::vector<std::pair<std::string, std::string*>> Places(Article* article) {
  std::vector<std::pair<std::string, std::string*>> places = {
      {"headline", article->mutable_headline()->mutable_value()}};
  for (v1::Block& block : *article->mutable_body()) {
    places.emplace_back(
        absl::StrCat("body/", block.id()),
        block.mutable_paragraph()->mutable_text()->mutable_text());
  }
  return places;
}

}  // namespace

std::vector<std::string> Differing(const Article& a, const Article& b) {
  std::vector<std::string> names;
  for (const absl::string_view name : kFields) {
    if (!google::protobuf::util::MessageDifferencer().CompareWithFields(
            a, b, {Field(name)}, {Field(name)})) {
      names.emplace_back(name);
    }
  }
  return names;
}

std::vector<std::string> MissingToPublish(const Article& article) {
  std::vector<std::string> missing;
  if (article.headline().value().empty()) missing.emplace_back("headline");
  if (article.rights().copyright_notice().empty()) {
    missing.emplace_back("rights.copyright_notice");
  }
  bool words = false;
  for (const v1::Block& block : article.body()) {
    words |= !block.paragraph().text().text().empty();
  }
  if (!words) missing.emplace_back("body");
  return missing;
}

void TakeOver(const Article& patch, const google::protobuf::FieldMask& mask,
              Article* article) {
  for (const std::string& path : mask.paths()) {
    if (path == "rights.copyright_notice") {
      article->mutable_rights()->set_copyright_notice(
          patch.rights().copyright_notice());
      if (article->rights().ByteSizeLong() == 0) article->clear_rights();
      continue;
    }
    Article only = patch;
    const auto* field = Field(path);
    for (const absl::string_view name : kFields) {
      if (name != path) only.GetReflection()->ClearField(&only, Field(name));
    }
    article->GetReflection()->ClearField(article, field);
    Article blank;
    blank.GetReflection()->SwapFields(&only, &blank, {field});
    article->MergeFrom(blank);
  }
}

bool Repair(
    const Article& before,
    google::protobuf::RepeatedPtrField<ChangeNote::Correction>* corrections,
    Article* after) {
  Article words = before;  // As they stand, without what `after` brings.
  std::set<std::string> brought;
  for (const auto& [where, text] : Places(&words)) {
    bool same = false;
    for (const auto& [new_where, new_text] : Places(after)) {
      same |= new_where == where && *new_text == *text;
    }
    if (!same) brought.insert(where);
  }
  for (ChangeNote::Correction& each : *corrections) {
    int count = 0;
    std::string place, *found = nullptr;
    for (const auto& [where, text] : Places(&words)) {
      if (where != each.where() &&
          !(each.where() == "body" && absl::StartsWith(where, "body/"))) {
        continue;
      }
      for (size_t at = text->find(each.was()); at != std::string::npos;
           at = text->find(each.was(), at + 1)) {
        ++count;
        place = where;
        found = text;
      }
    }
    if (count != 1) return false;
    std::string* goal = nullptr;
    for (const auto& [where, text] : Places(after)) {
      if (where == place) goal = text;
    }
    found->replace(found->find(each.was()), each.was().size(), each.now());
    if (brought.count(place) == 0) {
      *goal = *found;
    } else if (goal == nullptr || !absl::StrContains(*goal, each.now())) {
      return false;
    }
    each.set_where(place);
  }
  return true;
}

}  // namespace courant::model
