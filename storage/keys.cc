#include "storage/keys.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "courant/v1/translation.pb.h"

namespace courant::storage {
namespace {

// Moves signed times into the unsigned range, keeping their order.
constexpr uint64_t kTimeShift = uint64_t{1} << 63;

// Somebody has it, or may take it.
bool IsWorkOpen(const v1::Attributes& attributes) {
  using Task = courant::v1::TranslationTask;
  switch (attributes.task_state()) {
    case Task::REQUESTED:
    case Task::CLAIMED:
    case Task::TRANSLATING:
    case Task::SUBMITTED:
    case Task::IN_REVIEW:
      return true;
    default:
      return false;
  }
}

std::vector<std::string> TranslationIndexKeys(
    absl::string_view translation_id, const v1::Attributes& attributes) {
  std::vector<std::string> keys;
  const auto add = [&](ArticleIndex index, absl::string_view value) {
    keys.push_back(ArticleIndexKey(index, value, attributes.list_time_us(),
                                   translation_id));
  };
  add(ArticleIndex::kTranslation, "");
  add(ArticleIndex::kTranslationStory, attributes.story());
  if (IsWorkOpen(attributes)) {
    add(ArticleIndex::kTranslationWork, attributes.language());
  }
  return keys;
}

}  // namespace

absl::string_view FamilyName(Family family) {
  switch (family) {
    case Family::kMeta:
      return "default";
    case Family::kFrame:
      return "frame";
    case Family::kChange:
      return "change";
    case Family::kArticle:
      return "article";
    case Family::kRevision:
      return "revision";
    case Family::kArticleIndex:
      return "article_index";
    case Family::kRequest:
      return "request";
    case Family::kRequestAge:
      return "request_age";
    case Family::kAlias:
      return "alias";
    case Family::kDerived:
      return "derived";
    case Family::kSubscription:
      return "subscription";
    case Family::kLedger:
      return "ledger";
  }
  return "";
}

std::string EncodeNumber(uint64_t number) {
  std::string bytes(8, '\0');
  for (int i = 7; i >= 0; --i, number >>= 8) {
    bytes[i] = static_cast<char>(number & 0xff);
  }
  return bytes;
}

std::optional<uint64_t> DecodeNumber(absl::string_view bytes) {
  if (bytes.size() != 8) return std::nullopt;
  uint64_t number = 0;
  for (const char byte : bytes) {
    number = number << 8 | static_cast<unsigned char>(byte);
  }
  return number;
}

std::string ErasureKey(Sequence sequence) {
  return absl::StrCat(kErasurePrefix, EncodeNumber(sequence.value()));
}

std::string RevisionKey(absl::string_view article_id, Revision revision) {
  return absl::StrCat(article_id, absl::string_view("\0", 1),
                      EncodeNumber(revision.value()));
}

Sequence PlaceOf(const v1::RequestRow& row) {
  return Sequence(row.decided_at() == 0 ? row.sequence() : row.decided_at());
}

std::string RequestAgeKey(const v1::RequestRow& row,
                          absl::string_view request_id) {
  const std::string place = EncodeNumber(PlaceOf(row).value());
  return row.decided_at() == 0 ? place : absl::StrCat(place, request_id);
}

std::string AliasKey(absl::string_view source_system, absl::string_view id) {
  return absl::StrCat(source_system, absl::string_view("\0", 1), id);
}

std::string DerivedPrefix(absl::string_view article_id) {
  return absl::StrCat(article_id, absl::string_view("\0", 1));
}

std::string DerivedKey(absl::string_view article_id, Derived tie,
                       absl::string_view id) {
  return absl::StrCat(DerivedPrefix(article_id),
                      std::string(1, static_cast<char>(tie)), id);
}

absl::string_view SourceOf(absl::string_view translation_id) {
  return translation_id.substr(0, translation_id.find('/'));
}

std::string RightsId(absl::string_view name) { return absl::StrCat("/", name); }

bool IsRights(v1::Resource resource) {
  return resource == v1::PARTNER || resource == v1::CONTRACT ||
         resource == v1::GRANT || resource == v1::PRODUCT ||
         resource == v1::API_KEY;
}

std::string SubscriptionKey(absl::string_view name) {
  return absl::StrCat("s", name);
}

std::string ParkedPrefix(absl::string_view name) {
  return absl::StrCat("p", name, absl::string_view("\0", 1));
}

std::string ParkedKey(absl::string_view name, Sequence sequence) {
  return absl::StrCat(ParkedPrefix(name), EncodeNumber(sequence.value()));
}

std::string SubscriptionRequestKey(absl::string_view request_id) {
  return absl::StrCat("r", request_id);
}

std::string ArticleIndexPrefix(ArticleIndex index, absl::string_view value) {
  return absl::StrCat(std::string(1, static_cast<char>(index)), value,
                      absl::string_view("\0", 1));
}

std::string ArticleIndexKey(ArticleIndex index, absl::string_view value,
                            int64_t list_time_us,
                            absl::string_view article_id) {
  return absl::StrCat(
      ArticleIndexPrefix(index, value),
      EncodeNumber(static_cast<uint64_t>(list_time_us) + kTimeShift),
      article_id);
}

std::optional<ArticleIndexPosition> DecodeArticleIndexKey(
    absl::string_view key, absl::string_view prefix) {
  if (!absl::StartsWith(key, prefix)) return std::nullopt;
  key.remove_prefix(prefix.size());
  const std::optional<uint64_t> time = DecodeNumber(key.substr(0, 8));
  if (!time) return std::nullopt;
  return ArticleIndexPosition{static_cast<int64_t>(*time - kTimeShift),
                              std::string(key.substr(8))};
}

std::vector<std::string> ArticleIndexKeys(absl::string_view article_id,
                                          const v1::Attributes& attributes) {
  if (attributes.resource() == v1::TRANSLATION) {
    return TranslationIndexKeys(article_id, attributes);
  }
  if (attributes.resource() != v1::ARTICLE) return {};
  std::vector<std::string> keys;
  const auto add = [&](ArticleIndex index, absl::string_view value) {
    keys.push_back(
        ArticleIndexKey(index, value, attributes.list_time_us(), article_id));
  };
  add(ArticleIndex::kAll, "");
  add(ArticleIndex::kLanguage, attributes.language());
  add(ArticleIndex::kState,
      courant::v1::Article::State_Name(attributes.state()));
  add(ArticleIndex::kStory, attributes.story());
  for (const std::string& section : attributes.sections()) {
    add(ArticleIndex::kSection, section);
  }
  for (const std::string& subject : attributes.subjects()) {
    add(ArticleIndex::kSubject, subject);
  }
  if (attributes.due_time_us() != 0) {
    keys.push_back(ArticleIndexKey(ArticleIndex::kDue, "",
                                   attributes.due_time_us(), article_id));
  }
  return keys;
}

}  // namespace courant::storage
