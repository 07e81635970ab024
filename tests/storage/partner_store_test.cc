#include "storage/partner_store.h"

#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "courant/v1/partner.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/base/status_macros.h"
#include "storage/keys.h"
#include "tests/storage/store_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant::storage {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr size_t kAll = 1000;

class PartnerStoreTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_THAT(fixture_.Open(), IsOk()); }

  // Commits the next revision of `record`; returns its bytes.
  template <typename Record>
  std::string Write(Record record, v1::Resource kind) {
    const absl::StatusOr<Committed> done = fixture_.store->committer().Commit(
        {.actor = "rights/kim"},
        [record,
         kind](const DecisionContext& context) -> absl::StatusOr<Decision> {
          COURANT_ASSIGN_OR_RETURN(
              std::optional<v1::ArticleRow> row,
              PartnerStore(context.view).FindRow(record.name()));
          ChangeDraft draft{.kind = courant::v1::Change::RIGHTS_UPDATED,
                            .article_id = RightsId(record.name()),
                            .named = record,
                            .previous = std::move(row)};
          draft.attributes.set_resource(kind);
          Decision decision;
          decision.push_back(std::move(draft));
          return decision;
        });
    EXPECT_THAT(done, IsOk());
    return done.ok() ? done->article : "";
  }

  std::string WriteProduct(const std::string& id,
                           const std::string& called = "") {
    courant::v1::Product product;
    product.set_name(absl::StrCat("products/", id));
    product.set_display_name(called);
    return Write(product, v1::PRODUCT);
  }

  void WritePartner(const std::string& id) {
    courant::v1::Partner partner;
    partner.set_name(absl::StrCat("partners/", id));
    Write(partner, v1::PARTNER);
  }
  void WriteContract(const std::string& partner, const std::string& id) {
    courant::v1::Contract contract;
    contract.set_name(absl::StrCat("partners/", partner, "/contracts/", id));
    Write(contract, v1::CONTRACT);
  }
  void WriteKey(const std::string& partner, const std::string& id) {
    courant::v1::ApiKey key;
    key.set_name(absl::StrCat("partners/", partner, "/keys/", id));
    Write(key, v1::API_KEY);
  }
  void WriteGrant(const std::string& partner, const std::string& contract,
                  const std::string& id) {
    courant::v1::Grant grant;
    grant.set_name(absl::StrCat("partners/", partner, "/contracts/", contract,
                                "/grants/", id));
    Write(grant, v1::GRANT);
  }

  std::vector<std::string> Names(v1::Resource kind, const std::string& prefix,
                                 const std::string& after = "",
                                 size_t limit = kAll) {
    const View view(fixture_.store->database());
    const auto names = PartnerStore(view).Names(kind, prefix, after, limit);
    EXPECT_THAT(names, IsOk());
    return names.ok() ? *names : std::vector<std::string>();
  }

  StoreFixture fixture_;
};

TEST_F(PartnerStoreTest, NamesAreByKindAndInTheOrderOfBytes) {
  for (const char* partner : {"p", "p-x", "p0", "pa", "o"}) {
    WritePartner(partner);
    WriteContract(partner, "c");
    WriteContract(partner, "c-2");
    WriteGrant(partner, "c", "g");
    WriteKey(partner, "k");
  }
  WriteProduct("p");
  EXPECT_THAT(Names(v1::PARTNER, "partners/"),
              ElementsAre("partners/o", "partners/p", "partners/p-x",
                          "partners/p0", "partners/pa"));
  EXPECT_THAT(Names(v1::PARTNER, "partners/", "partners/p", 2),
              ElementsAre("partners/p-x", "partners/p0"));
  EXPECT_THAT(Names(v1::PARTNER, "partners/", "partners/pa"), IsEmpty());
  EXPECT_THAT(
      Names(v1::CONTRACT, "partners/p/"),
      ElementsAre("partners/p/contracts/c", "partners/p/contracts/c-2"));
  EXPECT_EQ(Names(v1::CONTRACT, "partners/").size(), 10u);
  EXPECT_THAT(Names(v1::GRANT, "partners/p/"),
              ElementsAre("partners/p/contracts/c/grants/g"));
  EXPECT_THAT(Names(v1::GRANT, "partners/p/contracts/c-2/"), IsEmpty());
  EXPECT_THAT(Names(v1::PRODUCT, "products/"), ElementsAre("products/p"));
  EXPECT_THAT(Names(v1::API_KEY, "partners/", "partners/p/keys/k", 2),
              ElementsAre("partners/p0/keys/k", "partners/pa/keys/k"));
}

// Names of both have as many parts, and ids are anything.
TEST_F(PartnerStoreTest, ContractsAndKeysAreToldApartByTheirWord) {
  WriteContract("keys", "keys");
  WriteKey("contracts", "contracts");
  for (const char* id : {"a", "b", "c"}) {
    WriteKey("keys", id);
    WriteContract("contracts", id);
  }
  EXPECT_THAT(Names(v1::CONTRACT, "partners/keys/"),
              ElementsAre("partners/keys/contracts/keys"));
  EXPECT_THAT(Names(v1::API_KEY, "partners/contracts/"),
              ElementsAre("partners/contracts/keys/contracts"));
  // Past all that is of the other kind, up to the limit.
  EXPECT_THAT(
      Names(v1::API_KEY, "partners/", "", 2),
      ElementsAre("partners/contracts/keys/contracts", "partners/keys/keys/a"));
}

// A view under what a group has decided so far, as a decision has it.
TEST_F(PartnerStoreTest, WhatWasDecidedInTheSameGroupIsThere) {
  WriteContract("p", "b");
  StateBatch staged(fixture_.store->database());
  for (const char* id : {"c", "a"}) {
    staged.Put(Family::kArticle,
               RightsId(absl::StrCat("partners/p/contracts/", id)),
               v1::ArticleRow().SerializeAsString());
  }
  const std::vector<Entry> pending;
  const View view(fixture_.store->database(), staged, pending);
  COURANT_ASSERT_OK_AND_ASSIGN(
      const std::vector<std::string> names,
      PartnerStore(view).Names(v1::CONTRACT, "partners/p/", "", 2));
  EXPECT_THAT(names,
              ElementsAre("partners/p/contracts/a", "partners/p/contracts/b"));
}

// At every change, each is what it was made by the changes up to it.
TEST_F(PartnerStoreTest, ReadsWhatWasThereAtAnyChange) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937_64 random(seed);
  // By sequence: what stood then, by name.
  std::vector<std::map<std::string, std::string>> states(1);
  for (int i = 1; i <= 60; ++i) {
    std::map<std::string, std::string> state = states.back();
    if (random() % 3 == 0) {
      ASSERT_THAT(fixture_.Write("tide", absl::StrCat("headline ", i)), IsOk());
    } else {
      const std::string id = absl::StrCat("x", random() % 3);
      state[absl::StrCat("products/", id)] =
          WriteProduct(id, absl::StrCat("called ", i));
    }
    states.push_back(std::move(state));
  }
  const View view(fixture_.store->database());
  const PartnerStore store(view);
  for (size_t at = 0; at < states.size(); ++at) {
    for (int x = 0; x < 3; ++x) {
      const std::string name = absl::StrCat("products/x", x);
      COURANT_ASSERT_OK_AND_ASSIGN(const std::optional<std::string> bytes,
                                   store.ReadAt(name, Sequence(at)));
      const auto found = states[at].find(name);
      EXPECT_EQ(bytes.has_value(), found != states[at].end()) << at << name;
      if (bytes && found != states[at].end()) {
        EXPECT_EQ(*bytes, found->second) << at << name;
      }
    }
  }
  COURANT_ASSERT_OK_AND_ASSIGN(const auto newest, store.ReadAt("products/x0"));
  EXPECT_EQ(newest.has_value(), states.back().contains("products/x0"));
}

TEST_F(PartnerStoreTest, FindsTheNewestChangeAtATime) {
  const ChangeLog& log = fixture_.store->change_log();
  const auto newest = [&](absl::Time time) { return *log.NewestAt(time); };
  EXPECT_EQ(newest(absl::InfiniteFuture()), Sequence(0));
  std::vector<absl::Time> times;
  for (int i = 0; i < 9; ++i) {
    fixture_.clock.Advance(absl::Seconds(2));
    WriteProduct("x");
    times.push_back(log.tail().commit_time);
  }
  EXPECT_EQ(newest(absl::InfinitePast()), Sequence(0));
  for (size_t i = 0; i < times.size(); ++i) {
    EXPECT_EQ(newest(times[i] - absl::Microseconds(1)), Sequence(i));
    EXPECT_EQ(newest(times[i]), Sequence(i + 1));
    EXPECT_EQ(newest(times[i] + absl::Seconds(1)), Sequence(i + 1));
  }
}

TEST_F(PartnerStoreTest, AFrameWithRightsNeedsANewerReader) {
  ASSERT_THAT(fixture_.Write("tide", "Tide"), IsOk());
  WriteProduct("x");
  const auto level = [&](uint64_t index) {
    const auto bytes =
        *fixture_.store->database().Get(Family::kFrame, EncodeNumber(index));
    v1::FrameHeader header;
    EXPECT_TRUE(header.ParseFromString(*bytes));
    return header.min_reader_level();
  };
  EXPECT_EQ(level(1), 1u);
  EXPECT_EQ(level(2), 3u);
}

TEST_F(PartnerStoreTest, RightsAreNoArticles) {
  WritePartner("p");
  WriteContract("p", "c");
  ASSERT_THAT(fixture_.Write("tide", "Tide"), IsOk());
  COURANT_ASSERT_OK_AND_ASSIGN(ArticleScan scan,
                               fixture_.store->change_log().ScanArticles());
  scan.SeekAfter("");
  ASSERT_TRUE(scan.Valid());
  EXPECT_EQ(scan.article_id(), "tide");
  scan.Next();
  EXPECT_FALSE(scan.Valid());
  // Nor in any list.
  const auto it = fixture_.store->database().Iterate(Family::kArticleIndex);
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    EXPECT_EQ(it->key().ToString().find("partners"), std::string::npos);
  }
  EXPECT_THAT(fixture_.store->VerifyAll(), IsOk());
}

}  // namespace
}  // namespace courant::storage
