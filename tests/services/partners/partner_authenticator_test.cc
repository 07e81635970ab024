#include "services/partners/partner_authenticator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/partners/key_writes.h"
#include "services/partners/partner_writes.h"
#include "storage/errors/reason.h"
#include "tests/storage/store_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using testing::ElementsAre;

constexpr char kUri[] = "courant://partners/daily";
constexpr char kDns[] = "feed.daily.example";

using Names = std::vector<std::string>;

// The field that an error is about.
std::string FaultyField(const absl::Status& error) {
  const auto fields = BadRequestOf(error);
  return fields && fields->field_violations_size() > 0
             ? fields->field_violations(0).field()
             : "none";
}

class PartnerAuthenticatorTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(fixture_.Open(), IsOk());
    key_ring_ = *KeyRing::Load(fixture_.store->database());
    LoadRing();
  }
  void TearDown() override { fixture_.store->applier().SetListener(nullptr); }

  void LoadRing() {
    auto ring = CertificateRing::Load(fixture_.store->database());
    ASSERT_THAT(ring, IsOk());
    ring_ = *std::move(ring);
    both_.rings = {key_ring_.get(), ring_.get()};
    fixture_.store->applier().SetListener(&both_);
    authenticator_.emplace(*key_ring_, hasher_, *ring_, "live", fixture_.clock,
                           registry_);
  }

  absl::Status Run(PartnerWrites::Prepared write) {
    if (!write.ok()) return write.status();
    absl::Status status = absl::UnknownError("not answered");
    PartnerWrites(fixture_.store->committer())
        .Run(*std::move(write),
             [&status](const auto& answer) { status = answer.status(); });
    return status;
  }

  absl::Status Create(const std::string& id, const Names& names) {
    v1::CreatePartnerRequest request;
    request.set_partner_id(id);
    request.mutable_partner()->set_display_name(id);
    for (const std::string& name : names) {
      request.mutable_partner()->add_certificate_sans(name);
    }
    return Run(PartnerWrites::PrepareCreate(context_, request));
  }

  absl::Status Update(const std::string& id, const Names& names) {
    v1::UpdatePartnerRequest request;
    request.mutable_partner()->set_name(absl::StrCat("partners/", id));
    for (const std::string& name : names) {
      request.mutable_partner()->add_certificate_sans(name);
    }
    request.mutable_update_mask()->add_paths("certificate_sans");
    return Run(PartnerWrites::PrepareUpdate(context_, request));
  }

  // What a call sends that shows a new key of the partner.
  std::string KeyOf(const std::string& id) {
    KeyWrites keys(fixture_.store->committer(), hasher_, "live");
    v1::CreateApiKeyRequest request;
    request.set_parent(absl::StrCat("partners/", id));
    request.mutable_key()->set_display_name("Site");
    request.mutable_key()->add_scopes(v1::ApiKey::READ_ARTICLES);
    v1::CreateApiKeyResponse response;
    keys.CreateApiKey(context_, request, [&](absl::StatusOr<std::string> a) {
      ASSERT_THAT(a, IsOk());
      ASSERT_TRUE(response.ParseFromString(*a));
    });
    return absl::StrCat("Bearer ", response.secret());
  }

  absl::StatusOr<Principal> Try(const Names& certificate,
                                const Names& authorization = {}) {
    return authenticator_->Authenticate(
        {.authorization = {authorization.begin(), authorization.end()},
         .certificate_names = {certificate.begin(), certificate.end()}},
        &refused_);
  }

  // Tells both, as the server does.
  struct Both final : storage::ChangeListener {
    void OnApplied(const std::vector<storage::SharedEntry>& changes) override {
      for (storage::ChangeListener* ring : rings) ring->OnApplied(changes);
    }
    std::vector<storage::ChangeListener*> rings;
  };

  storage::StoreFixture fixture_;
  prometheus::Registry registry_;
  const KeyHasher hasher_{std::string(32, 'p')};
  const RequestContext context_{
      .actor = "rights/kim", .actor_given = true, .method = "UpdatePartner"};
  std::unique_ptr<KeyRing> key_ring_;
  std::unique_ptr<CertificateRing> ring_;
  Both both_;
  std::optional<PartnerAuthenticator> authenticator_;
  // Of the last try.
  RefusedLogin refused_;
};

TEST_F(PartnerAuthenticatorTest, ANameThatIsListedIsThatPartner) {
  ASSERT_THAT(Create("daily", {kUri, kDns}), IsOk());
  for (int i = 0; i < 2; ++i) {
    for (const Names& names :
         {Names{kUri}, Names{kDns}, Names{"other.example", kDns, kUri}}) {
      COURANT_ASSERT_OK_AND_ASSIGN(const Principal who, Try(names));
      EXPECT_EQ(who.partner, "partners/daily");
      EXPECT_EQ(who.key, "");
      EXPECT_THAT(who.scopes, ElementsAre(v1::ApiKey::READ_ARTICLES,
                                          v1::ApiKey::FOLLOW_CHANGES));
      EXPECT_TRUE(who.IsLive(fixture_.clock.Now()));
    }
    // And still is after a restart.
    LoadRing();
  }
}

TEST_F(PartnerAuthenticatorTest, AnyOtherNameIsNobody) {
  ASSERT_THAT(Create("daily", {kUri, kDns}), IsOk());
  // It looks like a partner, but says so itself.
  ASSERT_THAT(Create("weekly", {}), IsOk());
  for (const std::string& name :
       {std::string("courant://partners/weekly"),
        std::string("courant://partners/daily/"),
        std::string("courant://partners/Daily"),
        std::string("FEED.daily.example"), std::string("feed.daily.example."),
        std::string("feed.daily.example\0", 19), std::string("daily.example"),
        std::string("*.daily.example"), std::string()}) {
    EXPECT_EQ(Try({name}).status(), CredentialsRefused()) << name;
  }
  EXPECT_EQ(Try({}).status(), CredentialsRefused());
}

TEST_F(PartnerAuthenticatorTest, AKeyAndACertificateMustBeOfOnePartner) {
  ASSERT_THAT(Create("daily", {kUri}), IsOk());
  ASSERT_THAT(Create("weekly", {kDns}), IsOk());
  const std::string daily = KeyOf("daily");
  COURANT_ASSERT_OK_AND_ASSIGN(const Principal who, Try({kUri}, {daily}));
  EXPECT_THAT(who.scopes, ElementsAre(v1::ApiKey::READ_ARTICLES));
  EXPECT_EQ(Try({kDns}, {daily}).status(), CredentialsRefused());
  // A certificate does not mend what else is shown.
  EXPECT_EQ(Try({kUri}, {"Bearer nonsense"}).status(), CredentialsRefused());
  EXPECT_EQ(Try({kUri}, {daily, daily}).status(), CredentialsRefused());
  // One of two partners is of neither, also with a key.
  EXPECT_EQ(Try({kUri, kDns}).status(), CredentialsRefused());
  EXPECT_EQ(Try({kUri, kDns}, {daily}).status(), CredentialsRefused());
  // One that nobody lists lets in, and says nothing.
  EXPECT_THAT(Try({"other.example"}, {daily}), IsOk());
}

TEST_F(PartnerAuthenticatorTest, WhatIsTakenOffTheListEndsAtOnce) {
  ASSERT_THAT(Create("daily", {kUri, kDns}), IsOk());
  COURANT_ASSERT_OK_AND_ASSIGN(const Principal by_uri, Try({kUri}));
  COURANT_ASSERT_OK_AND_ASSIGN(const Principal by_dns, Try({kDns}));
  ASSERT_THAT(Update("daily", {kDns}), IsOk());
  EXPECT_FALSE(by_uri.IsLive(fixture_.clock.Now()));
  EXPECT_TRUE(by_dns.IsLive(fixture_.clock.Now()));
  EXPECT_EQ(Try({kUri}).status(), CredentialsRefused());
  EXPECT_THAT(Try({kDns}), IsOk());
  // Who has it next is not who had it.
  ASSERT_THAT(Create("weekly", {kUri}), IsOk());
  COURANT_ASSERT_OK_AND_ASSIGN(const Principal next, Try({kUri}));
  EXPECT_EQ(next.partner, "partners/weekly");
  EXPECT_FALSE(by_uri.IsLive(fixture_.clock.Now()));
  ASSERT_THAT(Update("daily", {}), IsOk());
  EXPECT_FALSE(by_dns.IsLive(fixture_.clock.Now()));
}

TEST_F(PartnerAuthenticatorTest, NoTwoPartnersListTheSame) {
  ASSERT_THAT(Create("daily", {kUri, kDns}), IsOk());
  ASSERT_THAT(Create("weekly", {"feed.weekly.example"}), IsOk());
  for (const absl::Status& refused :
       {Create("third", {"third.example", kDns}),
        Update("weekly", {"feed.weekly.example", kDns})}) {
    EXPECT_EQ(ReasonOf(refused), v1::RESOURCE_EXISTS);
    EXPECT_EQ(FaultyField(refused), "partner.certificate_sans[1]");
  }
  EXPECT_THAT(Update("daily", {kDns}), IsOk());
  EXPECT_THAT(Update("weekly", {kUri}), IsOk());
}

TEST_F(PartnerAuthenticatorTest, AListHasNamesAlone) {
  for (const std::string& name :
       {std::string(), std::string("a b"), std::string("데일리.example"),
        std::string("*.daily.example"), std::string("a\nb"),
        std::string(501, 'a'), std::string(":daily")}) {
    const absl::Status refused = Create("daily", {kUri, name});
    EXPECT_EQ(ReasonOf(refused), v1::FIELD_INVALID) << name;
    EXPECT_EQ(FaultyField(refused), "partner.certificate_sans[1]");
  }
  EXPECT_EQ(ReasonOf(Create("daily", {kUri, kUri})), v1::FIELD_INVALID);
  Names many;
  for (int i = 0; i < 21; ++i) many.push_back(absl::StrCat(i, ".example"));
  EXPECT_EQ(ReasonOf(Create("daily", many)), v1::FIELD_TOO_LONG);
  many.pop_back();
  EXPECT_THAT(Create("daily", many), IsOk());
}

}  // namespace
}  // namespace courant
