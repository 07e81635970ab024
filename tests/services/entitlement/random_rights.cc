#include "tests/services/entitlement/random_rights.h"

#include "absl/strings/str_cat.h"

namespace courant {
namespace {

constexpr int64_t kHalfDayUs = int64_t{12} * 60 * 60 * 1'000'000;
constexpr int64_t kBeginUs = int64_t{1'772'323'200} * 1'000'000;  // 2026-03-01
constexpr int kProducts = 4;
// In no enum.
constexpr int kOfALaterProgram = 77;

bool UsesPublishTime(const Wish& wish) {
  if (wish.kind == Wish::Kind::kTest) return wish.field == "publish_time";
  for (const Wish& part : wish.parts) {
    if (UsesPublishTime(part)) return true;
  }
  return false;
}

std::string ProductName(size_t i) { return absl::StrCat("products/p", i); }

}  // namespace

int64_t RightsMaker::MakeTime() {
  return kBeginUs + static_cast<int64_t>(Below(60)) * kHalfDayUs +
         Pick<int64_t>({0, 0, 0, -1, 1});
}

google::protobuf::Timestamp RightsMaker::MakeTimestamp() {
  const int64_t us = MakeTime();
  google::protobuf::Timestamp time;
  time.set_seconds(us / 1'000'000);
  time.set_nanos(static_cast<int32_t>(us % 1'000'000 * 1000));
  return time;
}

v1::Grant::Use RightsMaker::MakeUse() {
  return Pick({v1::Grant::PRINT, v1::Grant::WEB, v1::Grant::WEB,
               v1::Grant::AI_TRAINING, v1::Grant::AI_INPUT,
               v1::Grant::SEARCH_INDEX});
}

v1::Product RightsMaker::MakeProduct(const std::string& name,
                                     std::optional<Wish>* wish) {
  v1::Product product;
  product.set_name(name);
  product.set_revision(static_cast<int64_t>(1 + Below(5)));
  if (Chance(50)) {
    *wish = filters_.MakeWish(/*depth=*/2);
    while (UsesPublishTime(**wish)) *wish = filters_.MakeWish(/*depth=*/2);
    product.set_filter(filters_.Write(**wish));
  }
  if (Chance(10)) product.mutable_suspension()->set_reason("unpaid");
  return product;
}

v1::Contract RightsMaker::MakeContract(const std::string& name) {
  v1::Contract contract;
  contract.set_name(name);
  contract.set_revision(static_cast<int64_t>(1 + Below(5)));
  if (Chance(30)) *contract.mutable_valid_from() = MakeTimestamp();
  if (Chance(30)) *contract.mutable_valid_to() = MakeTimestamp();
  if (Chance(30)) contract.set_archive_days(static_cast<int>(1 + Below(20)));
  if (Chance(20)) contract.add_territories("KR");
  if (Chance(20)) contract.add_territories("JP");
  if (Chance(15)) {
    contract.add_excluded_territories(Pick<const char*>({"KR", "JP", "US"}));
  }
  if (Chance(10)) contract.mutable_suspension()->set_reason("unpaid");
  return contract;
}

v1::Grant RightsMaker::MakeGrant(const std::string& name) {
  v1::Grant grant;
  grant.set_name(name);
  grant.set_revision(static_cast<int64_t>(1 + Below(5)));
  grant.set_product(ProductName(Below(kProducts)));
  if (Chance(15)) grant.set_effect(v1::Grant::BLOCK);
  if (Chance(10)) grant.set_effect(v1::Grant::ALLOW);
  if (Chance(2)) {
    grant.set_effect(static_cast<v1::Grant::Effect>(kOfALaterProgram));
  }
  const bool blocks_all = grant.effect() == v1::Grant::BLOCK && Chance(30);
  for (size_t n = blocks_all ? 0 : 1 + Below(5); n > 0; --n) {
    grant.add_uses(Chance(4) ? static_cast<v1::Grant::Use>(kOfALaterProgram)
                             : MakeUse());
  }
  if (Chance(30)) {
    grant.add_languages(Pick<const char*>({"en", "ko", "en-GB", "zh-Hant"}));
  }
  if (Chance(30)) grant.add_languages(Pick<const char*>({"en", "cy", "zh"}));
  if (Chance(15)) grant.add_territories("KR");
  if (Chance(15)) grant.add_territories("US");
  if (Chance(20)) *grant.mutable_valid_from() = MakeTimestamp();
  if (Chance(20)) *grant.mutable_valid_to() = MakeTimestamp();
  if (Chance(10)) grant.mutable_suspension()->set_reason("unpaid");
  return grant;
}

PlainRights RightsMaker::MakeRights() {
  PlainRights rights;
  rights.partner.set_name("partners/daily");
  rights.partner.set_revision(static_cast<int64_t>(1 + Below(5)));
  rights.partner.set_embargo_clearance(Pick(
      {v1::Partner::EMBARGO_CLEARANCE_UNSPECIFIED, v1::Partner::NOT_CLEARED,
       v1::Partner::PRE_NOTICE, v1::Partner::PRE_NOTICE}));
  if (Chance(2)) {
    rights.partner.set_embargo_clearance(
        static_cast<v1::Partner::EmbargoClearance>(kOfALaterProgram));
  }
  if (Chance(5)) rights.partner.mutable_suspension()->set_reason("unpaid");
  for (size_t i = 0; i < kProducts; ++i) {
    const std::string name = ProductName(i);
    rights.products.push_back(MakeProduct(name, &rights.wishes[name]));
  }
  const size_t contracts = Below(5);
  for (size_t i = 0; i < contracts; ++i) {
    // One name begins with another.
    const std::string name = absl::StrCat(rights.partner.name(), "/contracts/",
                                          std::string(i + 1, 'c'));
    rights.contracts.push_back(MakeContract(name));
    const size_t grants = Below(6);
    for (size_t j = 0; j < grants; ++j) {
      rights.grants.push_back(MakeGrant(absl::StrCat(name, "/grants/g", j)));
    }
  }
  return rights;
}

PlainQuestion RightsMaker::MakeQuestion() {
  PlainQuestion question;
  question.article = "articles/tide";
  question.revision = static_cast<int64_t>(1 + Below(9));
  storage::v1::Attributes& article = question.attributes;
  article = filters_.MakeAttributes();
  // Most are out, as most questions are about what is.
  if (Chance(85)) {
    article.set_state(Pick({v1::Article::PUBLISHED, v1::Article::CORRECTED,
                            v1::Article::EMBARGOED}));
  }
  if (Chance(1)) {
    article.set_state(static_cast<v1::Article::State>(kOfALaterProgram));
  }
  article.set_list_time_us(MakeTime());
  if (article.state() == v1::Article::EMBARGOED || Chance(20)) {
    article.set_embargo_until_us(Chance(5) ? 0 : MakeTime());
  }
  if (Chance(95)) {
    article.set_rights_status(
        Chance(85) ? v1::Rights::CLEARED
                   : Pick({v1::Rights::STATUS_UNSPECIFIED, v1::Rights::UNKNOWN,
                           v1::Rights::RESTRICTED,
                           static_cast<v1::Rights::Status>(kOfALaterProgram)}));
  }
  if (Chance(40)) {
    article.set_data_mining(static_cast<v1::Rights::DataMining>(
        Chance(5) ? kOfALaterProgram
                  : Below(v1::Rights::DataMining_ARRAYSIZE)));
  }
  if (Chance(15)) article.set_expires_at_us(MakeTime());
  AskOtherwise(&question);
  return question;
}

void RightsMaker::AskOtherwise(PlainQuestion* question) {
  question->use = MakeUse();
  question->territory = Pick<const char*>({"KR", "JP", "US", "FR"});
  question->time_us = MakeTime();
  question->is_to_come = Chance(50);
}

}  // namespace courant
