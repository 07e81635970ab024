#include "services/audit/call_auditor.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/notification.h"
#include "courant/v1/account_service.pb.h"
#include "courant/v1/article_service.pb.h"
#include "courant/v1/partner_service.pb.h"
#include "courant/v1/subscription_service.pb.h"
#include "courant/v1/translation_service.pb.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"
#include "services/audit/call_facts.h"
#include "storage/errors/reason.h"
#include "tests/services/audit/audit_files.h"
#include "tests/services/audit/full_disk.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace courant {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr char kKill[] = "courant.v1.ArticleService/KillArticle";
constexpr char kPublish[] = "courant.v1.ArticleService/PublishArticle";
constexpr char kSubscribe[] = "courant.v1.ChangeService/SubscribeChanges";

class CallAuditorTest : public testing::Test {
 protected:
  CallAuditorTest() { Open(/*refuse=*/false); }

  void Open(bool refuse) {
    log_ = nullptr;
    registry_ = std::make_unique<prometheus::Registry>();
    log_ = *AuditLog::Open({.file = path_, .refuse_on_failure = refuse}, clock_,
                           *registry_);
    house_ = std::make_unique<CallAuditor>(*log_, "internal");
    partners_ = std::make_unique<CallAuditor>(*log_, "partner");
  }

  // A whole call of the house; how it was answered in the end.
  absl::StatusOr<std::string> Call(const char* method,
                                   const google::protobuf::Message& request,
                                   absl::StatusOr<std::string> answer) {
    const auto audit = house_->ForMethod(method);
    EXPECT_TRUE(audit->IsWrite());
    auto note = audit->Begin({.actor = "desk/kim", .peer = "ipv4:[::1]:7"},
                             request.SerializeAsString());
    if (!note.ok()) return note.status();
    absl::Notification left;
    (*note)->End(answer, [&left] { left.Notify(); });
    left.WaitForNotification();
    return answer;
  }

  // The lines of the log, which has ended.
  std::vector<std::string> Lines() {
    log_ = nullptr;
    EXPECT_THAT(VerifyFiles(path_), IsOk());
    return absl::StrSplit(ReadWhole(path_), '\n', absl::SkipEmpty());
  }

  TempDir folder_;
  const std::string path_ = folder_.Join("audit.jsonl");
  FakeClock clock_;
  std::unique_ptr<prometheus::Registry> registry_;
  std::unique_ptr<AuditLog> log_;
  std::unique_ptr<CallAuditor> house_;
  std::unique_ptr<CallAuditor> partners_;
};

v1::Article Quake() {
  v1::Article article;
  article.set_name("articles/quake");
  article.set_revision(4);
  article.set_change_sequence(77);
  article.mutable_headline()->set_value("Canary headline");
  article.add_body()->mutable_paragraph()->mutable_text()->set_text("Canary");
  return article;
}

TEST_F(CallAuditorTest, AWriteIsOneLineWithItsOutcomeAndNoText) {
  v1::PublishArticleRequest request;
  request.set_name("articles/quake");
  request.set_request_id("r-1");
  ASSERT_THAT(Call(kPublish, request, Quake().SerializeAsString()), IsOk());
  ASSERT_THAT(Call(kPublish, request,
                   MakeError(v1::ETAG_MISMATCH, "Canary was changed")),
              Not(IsOk()));
  const auto lines = Lines();
  ASSERT_EQ(lines.size(), 2);
  EXPECT_THAT(
      lines[0],
      AllOf(HasSubstr(R"("event":"call","listener":"internal",)"
                      R"("who":"desk/kim","peer":"ipv4:[::1]:7",)"
                      R"("method":"courant.v1.ArticleService/PublishArticle",)"
                      R"("resource":"articles/quake","revision":4,)"
                      R"("sequence":77,"code":"OK","request_id":"r-1",)"),
            Not(HasSubstr("Canary"))));
  EXPECT_THAT(lines[1],
              AllOf(HasSubstr(R"("code":"Aborted","reason":"ETAG_MISMATCH")"),
                    Not(HasSubstr("Canary"))));
}

TEST_F(CallAuditorTest, AKillIsOnTheDiskBeforeItIsTold) {
  v1::KillArticleRequest request;
  request.set_name("articles/quake");
  ASSERT_THAT(Call(kKill, request, Quake().SerializeAsString()), IsOk());
  EXPECT_THAT(ReadWhole(path_), HasSubstr("KillArticle"));
}

TEST_F(CallAuditorTest, WhereItMustBeWrittenAKillIsRefusedAndAnEditIsNot) {
  Open(/*refuse=*/true);
  v1::KillArticleRequest kill;
  kill.set_name("articles/quake");
  FullDisk full(0);
  // By this one it is found out.
  ASSERT_THAT(Call(kKill, kill, Quake().SerializeAsString()), IsOk());
  EXPECT_EQ(ReasonOf(Call(kKill, kill, Quake().SerializeAsString()).status()),
            v1::STORAGE_FULL);
  v1::PublishArticleRequest publish;
  EXPECT_THAT(Call(kPublish, publish, Quake().SerializeAsString()), IsOk());
}

TEST_F(CallAuditorTest, WhatWasRefusedIsSaidWithoutWhatWasShown) {
  const auto read =
      partners_->ForMethod("courant.v1.ArticleService/GetArticle");
  EXPECT_FALSE(read->IsWrite());
  read->Refused({.peer = "ipv4:10.0.0.7:1",
                 .who = "unknown",
                 .login = {.key = "0123456789ab", .why = "secret"}},
                CredentialsRefused());
  read->Refused({.peer = "ipv4:10.0.0.7:1",
                 .who = "partners/daily",
                 .login = {.key = "partners/daily/keys/k1"}},
                MakeError(v1::SCOPE_MISSING, "no"));
  // Not an access that was denied.
  read->Refused({}, MakeError(v1::QUOTA_EXCEEDED, "later"));
  const auto lines = Lines();
  ASSERT_EQ(lines.size(), 2);
  EXPECT_THAT(
      lines[0],
      AllOf(HasSubstr(R"("event":"login_refused","listener":"partner")"),
            HasSubstr(R"("key":"0123456789ab")"),
            HasSubstr(R"("code":"Unauthenticated","reason":"secret")"),
            Not(HasSubstr("\"who\""))));
  EXPECT_THAT(lines[1], AllOf(HasSubstr(R"("event":"denied")"),
                              HasSubstr(R"("who":"partners/daily",)"
                                        R"("key":"partners/daily/keys/k1")"),
                              HasSubstr(R"("reason":"SCOPE_MISSING")")));
}

TEST_F(CallAuditorTest, WhoTriesKeysFillsNoDisk) {
  const auto read =
      partners_->ForMethod("courant.v1.ArticleService/GetArticle");
  for (int i = 0; i < 100'000; ++i) {
    read->Refused({.peer = "ipv4:10.0.0.7:1", .login = {.why = "unknown"}},
                  CredentialsRefused());
  }
  const auto lines = Lines();
  EXPECT_LT(lines.size(), 200);
  EXPECT_THAT(lines.back(), HasSubstr(R"("event":"left_out",)"
                                      R"("who":"refused logins")"));
}

TEST_F(CallAuditorTest, StreamsOfPartnersOpenAndCloseAndOthersDoNot) {
  const RequestContext partner = {
      .actor = "partners/daily",
      .principal = Principal{.partner = "partners/daily",
                             .key = "partners/daily/keys/k1"}};
  EXPECT_EQ(house_->ForMethod(kSubscribe)->Opened({}), nullptr);
  const auto method = partners_->ForMethod(kSubscribe);
  const auto note = method->Opened(partner);
  ASSERT_NE(note, nullptr);
  note->End(absl::StatusCode::kCancelled, 12);
  const auto lines = Lines();
  ASSERT_EQ(lines.size(), 2);
  EXPECT_THAT(lines[0], HasSubstr(R"("event":"stream_opened")"));
  EXPECT_THAT(lines[1], AllOf(HasSubstr(R"("event":"stream_closed")"),
                              HasSubstr("partners/daily/keys/k1"),
                              HasSubstr(R"("code":"Canceled","count":12)")));
}

TEST_F(CallAuditorTest, AnAcknowledgementIsWrittenAndNotEndlessly) {
  const auto method =
      partners_->ForMethod("courant.v1.AccountService/AcknowledgeNotice");
  ASSERT_TRUE(method->IsWrite());
  v1::AcknowledgeNoticeRequest request;
  request.set_name("partners/daily/notices/7");
  for (int i = 0; i < 3000; ++i) {
    auto note =
        method->Begin({.actor = "partners/daily"}, request.SerializeAsString());
    ASSERT_THAT(note, IsOk());
    (*note)->End(std::string(), [] {});
  }
  const auto lines = Lines();
  EXPECT_THAT(lines[0], HasSubstr("partners/daily/notices/7"));
  EXPECT_LT(lines.size(), 1500);
  EXPECT_THAT(lines.back(), HasSubstr("left_out"));
}

// --- what is found in messages ----------------------------------------------

AuditRecord FactsOf(const char* method,
                    const google::protobuf::Message& request,
                    const google::protobuf::Message& answer) {
  AuditRecord record;
  const CallFacts facts(method);
  facts.FromRequest(request.SerializeAsString(), &record);
  facts.FromAnswer(answer.SerializeAsString(), &record);
  return record;
}

TEST(CallFactsTest, NamesAreFoundWhereverTheyAre) {
  v1::UpdateArticleRequest update;
  *update.mutable_article() = Quake();
  update.set_request_id("r-2");
  AuditRecord record =
      FactsOf("courant.v1.ArticleService/UpdateArticle", update, v1::Article());
  EXPECT_EQ(record.resource, "articles/quake");
  EXPECT_EQ(record.request_id, "r-2");

  v1::CreateApiKeyRequest make;
  make.set_parent("partners/daily");
  v1::CreateApiKeyResponse made;
  EXPECT_EQ(
      FactsOf("courant.v1.PartnerService/CreateApiKey", make, made).resource,
      "partners/daily");
  made.mutable_key()->set_name("partners/daily/keys/k1");
  made.set_secret("cour_live_canary");
  EXPECT_EQ(
      FactsOf("courant.v1.PartnerService/CreateApiKey", make, made).resource,
      "partners/daily/keys/k1");
}

TEST(CallFactsTest, OfSeveralNamesThereIsOneAndTheirNumber) {
  v1::PublishTranslationRequest publish;
  publish.add_names("articles/a/translations/ko");
  publish.add_names("articles/a/translations/ja");
  const AuditRecord record =
      FactsOf("courant.v1.TranslationService/PublishTranslation", publish,
              v1::PublishTranslationResponse());
  EXPECT_EQ(record.resource, "articles/a/translations/ja");
  EXPECT_EQ(record.count, 2);
}

TEST(CallFactsTest, BytesThatAreNoMessageHaveNoFacts) {
  const CallFacts facts(kPublish);
  const std::string whole = Quake().SerializeAsString();
  for (size_t size = 0; size < whole.size(); ++size) {
    AuditRecord record;
    facts.FromAnswer(whole.substr(0, size), &record);
    facts.FromRequest(whole.substr(0, size), &record);
  }
  AuditRecord record;
  facts.FromRequest(std::string(100, '\xff'), &record);
  EXPECT_EQ(record.resource, "");
}

TEST(CallFactsTest, EveryMethodThatMayChangeSomethingIsAWrite) {
  v1::GetAccountRequest::descriptor();
  v1::GetPartnerRequest::descriptor();
  v1::GetSubscriptionRequest::descriptor();
  v1::GetTranslationRequest::descriptor();
  std::vector<std::string> reads;
  int writes = 0;
  for (const char* const name :
       {"AccountService", "ArticleService", "ChangeService", "PartnerService",
        "SubscriptionService", "TranslationService"}) {
    const auto* const service =
        google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
            absl::StrCat("courant.v1.", name));
    ASSERT_NE(service, nullptr) << name;
    for (int i = 0; i < service->method_count(); ++i) {
      const std::string method =
          absl::StrCat(service->full_name(), "/", service->method(i)->name());
      if (!IsWriteMethod(method)) {
        reads.push_back(service->method(i)->name());
        continue;
      }
      ++writes;
    }
  }
  EXPECT_GT(writes, 50);
  // A new name here says that the method changes nothing.
  EXPECT_THAT(
      reads,
      ElementsAre("GetAccount", "ListDeliveries", "ListNotices", "GetArticle",
                  "BatchGetArticles", "ListArticles", "ListArticleRevisions",
                  "GetArticleRevision", "GetChange", "ListChanges",
                  "SubscribeChanges", "GetChangeLogStatus", "GetPartner",
                  "ListPartners", "GetContract", "ListContracts", "GetGrant",
                  "ListGrants", "GetProduct", "ListProducts", "ListApiKeys",
                  "ExplainAccess", "ListDeliveries", "ListNotices",
                  "ListExposures", "GetSubscription", "ListSubscriptions",
                  "ListParkedChanges", "GetTranslation", "ListTranslations",
                  "DiffTranslationSource", "LookupLanguageVersion"));
  EXPECT_TRUE(IsSyncedMethod("courant.v1.PartnerService/RevokeApiKey"));
  EXPECT_TRUE(IsSyncedMethod("courant.v1.ArticleService/WithdrawArticle"));
  EXPECT_FALSE(IsSyncedMethod("courant.v1.PartnerService/GetPartner"));
  EXPECT_FALSE(IsSyncedMethod("courant.v1.ArticleService/CreateArticle"));
}

}  // namespace
}  // namespace courant
