#include "services/importers/redelivery.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"

namespace courant {
namespace {

// What only the source says.
constexpr const char* kOfSource[] = {
    "language", "headline", "decks",   "kicker",     "short_title",
    "summary",  "slugline", "byline",  "dateline",   "contributors",
    "body",     "media",    "urgency", "provenance",
};

// What a desk may have filled in, where the source had nothing.
constexpr const char* kOfBoth[] = {
    "sections",  "subjects",      "entities",        "editorial_notes",
    "relations", "canonical_url", "content_created", "expires_at",
};

// The numbers in a version, without zeros in front: "v2.010" gives 2 and 10.
std::vector<absl::string_view> NumbersOf(absl::string_view version) {
  std::vector<absl::string_view> numbers;
  size_t at = 0;
  while (at < version.size()) {
    if (!absl::ascii_isdigit(version[at])) {
      ++at;
      continue;
    }
    const size_t begin = at;
    while (at < version.size() && absl::ascii_isdigit(version[at])) ++at;
    absl::string_view number = version.substr(begin, at - begin);
    number.remove_prefix(
        std::min(number.find_first_not_of('0'), number.size()));
    numbers.push_back(number);
  }
  return numbers;
}

// Negative, 0 or positive as `a` is less than, equal to or greater than `b`.
// Numbers of any length: dates make versions of 17 digits.
int CompareNumbers(absl::string_view a, absl::string_view b) {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return a.compare(b);
}

int CompareVersions(std::vector<absl::string_view> a,
                    std::vector<absl::string_view> b) {
  const size_t count = std::max(a.size(), b.size());
  a.resize(count);
  b.resize(count);
  for (size_t i = 0; i < count; ++i) {
    const int order = CompareNumbers(a[i], b[i]);
    if (order != 0) return order;
  }
  return 0;
}

// A version with its numbers taken out, where these say nothing more.
std::string LettersOf(absl::string_view version) {
  std::string letters;
  for (const char c : version) {
    if (absl::ascii_isalpha(c)) letters.push_back(c);
  }
  return letters;
}

Redelivery FromOrder(int order) {
  if (order == 0) return Redelivery::kSame;
  return order < 0 ? Redelivery::kNewer : Redelivery::kOlder;
}

bool IsPublic(v1::Article::State state) {
  return state == v1::Article::PUBLISHED || state == v1::Article::CORRECTED;
}

bool IsSet(const v1::Article& article, const char* name) {
  const google::protobuf::FieldDescriptor& field =
      *article.GetDescriptor()->FindFieldByName(name);
  return field.is_repeated()
             ? article.GetReflection()->FieldSize(article, &field) > 0
             : article.GetReflection()->HasField(article, &field);
}

bool SaysRights(const v1::Rights& rights) {
  v1::Rights said = rights;
  if (said.status() == v1::Rights::UNKNOWN) said.clear_status();
  return said.ByteSizeLong() > 0;
}

bool HasAlias(const v1::Article& article, const v1::AliasId& wanted) {
  return std::any_of(article.alias_ids().begin(), article.alias_ids().end(),
                     [&wanted](const v1::AliasId& alias) {
                       return alias.source_system() == wanted.source_system() &&
                              alias.id() == wanted.id();
                     });
}

void AddAliases(const v1::Article& there, v1::UpdateArticleRequest& update) {
  v1::Article& article = *update.mutable_article();
  google::protobuf::RepeatedPtrField<v1::AliasId> given;
  given.Swap(article.mutable_alias_ids());
  *article.mutable_alias_ids() = there.alias_ids();
  for (const v1::AliasId& alias : given) {
    if (!HasAlias(article, alias)) *article.add_alias_ids() = alias;
  }
  if (article.alias_ids_size() > there.alias_ids_size()) {
    update.mutable_update_mask()->add_paths("alias_ids");
  }
}

}  // namespace

Redelivery CompareDeliveries(const v1::Provenance& there,
                             const v1::Provenance& now) {
  const std::string& version = there.source_version();
  const std::string& other = now.source_version();
  if (!version.empty() && version == other) return Redelivery::kSame;
  const std::vector<absl::string_view> numbers = NumbersOf(version);
  const std::vector<absl::string_view> others = NumbersOf(other);
  if (!numbers.empty() && !others.empty()) {
    const int order = CompareVersions(numbers, others);
    if (order != 0 || LettersOf(version) == LettersOf(other)) {
      return FromOrder(order);
    }
  }
  if (!there.has_source_version_time() || !now.has_source_version_time()) {
    return Redelivery::kUnknown;
  }
  const auto parts = [](const google::protobuf::Timestamp& time) {
    return std::make_tuple(time.seconds(), time.nanos());
  };
  const auto before = parts(there.source_version_time());
  const auto after = parts(now.source_version_time());
  return FromOrder(before < after ? -1 : before > after ? 1 : 0);
}

v1::UpdateArticleRequest UpdateFor(const v1::Article& there,
                                   const ImportedItem& item, absl::Time now) {
  v1::UpdateArticleRequest update;
  v1::Article& article = *update.mutable_article();
  article = item.request.article();
  article.set_name(there.name());
  article.set_etag(there.etag());
  google::protobuf::FieldMask& mask = *update.mutable_update_mask();
  for (const char* field : kOfSource) mask.add_paths(field);
  for (const char* field : kOfBoth) {
    if (IsSet(article, field)) mask.add_paths(field);
  }
  if (SaysRights(article.rights())) mask.add_paths("rights");
  const google::protobuf::Timestamp& embargo = article.embargo_until();
  if (article.has_embargo_until() && !IsPublic(there.state()) &&
      absl::FromUnixSeconds(embargo.seconds()) +
              absl::Nanoseconds(embargo.nanos()) >
          now) {
    mask.add_paths("embargo_until");
  }
  AddAliases(there, update);
  return update;
}

}  // namespace courant
