#include <set>
#include <string>

#include "courant/v1/account_service.pb.h"
#include "courant/v1/article_service.pb.h"
#include "courant/v1/backup_service.pb.h"
#include "courant/v1/change_service.pb.h"
#include "courant/v1/partner_service.pb.h"
#include "courant/v1/subscription_service.pb.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"
#include "services/backup/backup_service.h"
#include "services/distribution/change_service.h"
#include "services/editorial/article_service.h"
#include "services/ledger/delivery_ledger.h"
#include "services/ledger/ledger_calls.h"
#include "services/ledger/ledger_metrics.h"
#include "services/ledger/ledger_reads.h"
#include "services/partners/account_reads.h"
#include "services/partners/key_hasher.h"
#include "services/partners/key_writes.h"
#include "services/partners/live_rights.h"
#include "services/partners/partner_service.h"
#include "services/subscriptions/subscription_metrics.h"
#include "services/subscriptions/subscription_service.h"
#include "tests/storage/store_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

// Methods of the contract that no table has yet: callers get UNIMPLEMENTED. To
// be emptied, not to be added to.
const std::set<std::string>& NotYet() {
  static const auto& methods = *new std::set<std::string>{};
  return methods;
}

// Methods that somebody outside may call. A new one stays closed until it is
// added here, which says that what it answers was looked at.
const std::set<std::string>& OpenToThePublic() {
  static const auto& methods = *new std::set<std::string>{
      "courant.v1.ArticleService.GetArticle",
      "courant.v1.ArticleService.BatchGetArticles",
      "courant.v1.ArticleService.ListArticles",
      "courant.v1.ArticleService.ListArticleRevisions",
      "courant.v1.ArticleService.GetArticleRevision",
      "courant.v1.ChangeService.GetChange",
      "courant.v1.ChangeService.ListChanges",
      "courant.v1.ChangeService.SubscribeChanges",
      "courant.v1.ChangeService.GetChangeLogStatus",
  };
  return methods;
}

// The descriptors come with the messages.
const ServiceDescriptor* FindService(const std::string& name) {
  v1::GetAccountRequest::descriptor();
  v1::GetArticleRequest::descriptor();
  v1::GetChangeRequest::descriptor();
  v1::GetPartnerRequest::descriptor();
  v1::GetSubscriptionRequest::descriptor();
  return DescriptorPool::generated_pool()->FindServiceByName(name);
}

// Fails the test unless the table has what the contract says, each once and of
// the same kind. A method that is misspelt would be UNIMPLEMENTED to clients.
void ExpectContract(const ServiceTable& table) {
  SCOPED_TRACE(table.name);
  const ServiceDescriptor* const service = FindService(table.name);
  ASSERT_NE(service, nullptr) << "is not in the contract";
  std::set<std::string> names;
  for (const Method& method : table.methods) {
    SCOPED_TRACE(method.name);
    EXPECT_TRUE(names.insert(method.name).second) << "twice in the table";
    const MethodDescriptor* const declared =
        service->FindMethodByName(method.name);
    if (declared == nullptr) {
      ADD_FAILURE() << "is not in the contract";
      continue;
    }
    EXPECT_NE(method.unary == nullptr, method.stream == nullptr);
    EXPECT_FALSE(declared->client_streaming());
    EXPECT_EQ(declared->server_streaming(), method.stream != nullptr);
    EXPECT_EQ(method.open_to == Audience::kPublic,
              OpenToThePublic().contains(declared->full_name()));
  }
  for (int i = 0; i < service->method_count(); ++i) {
    const MethodDescriptor& declared = *service->method(i);
    EXPECT_NE(names.contains(declared.name()),
              NotYet().contains(declared.full_name()))
        << declared.full_name() << " must be in the table or in NotYet()";
  }
}

TEST(ServiceTablesTest, HaveWhatTheContractSays) {
  storage::StoreFixture fixture;
  ASSERT_THAT(fixture.Open(), IsOk());
  storage::Store& store = *fixture.store;
  COURANT_ASSERT_OK_AND_ASSIGN(const TokenKey key,
                               TokenKey::FromSecret(store.token_key()));
  ArticleWrites writes(store.committer(), fixture.clock, {});
  ArticleReads reads(store.database(), store.applier(), key);
  ExpectContract(ArticleServiceTable(writes, reads));
  ExpectContract(BackupServiceTable(nullptr, nullptr));

  HubMetrics metrics(*fixture.registry);
  ChangeHub hub(store.change_log(), metrics, {});
  const LogPositions positions(store.change_log(), {}, key);
  ChangeService changes(hub, positions);
  ExpectContract(changes.Table());

  SessionTable sessions(store.subscriptions(), fixture.clock);
  SubscriptionMetrics of_subscriptions(store.subscriptions(),
                                       store.change_log(), *fixture.registry);
  const SubscriptionParts parts{.store = store.subscriptions(),
                                .sessions = sessions,
                                .hub = hub,
                                .positions = positions,
                                .key = key,
                                .clock = fixture.clock};
  SubscriptionWrites cursor_writes(parts, of_subscriptions.commits());
  SubscriptionReads cursor_reads(parts);
  ExpectContract(SubscriptionServiceTable(cursor_writes, cursor_reads));

  PartnerWrites partner_writes(store.committer());
  PartnerReads partner_reads(store.database(), key);
  AccessReads access(store.database(), store.change_log(), fixture.clock);
  const KeyHasher hasher(std::string(KeyHasher::kPepperBytes, 'p'));
  KeyWrites keys(store.committer(), hasher, "test");
  AccountReads account(store.database(), store.change_log(), fixture.clock, 1);
  LiveRights rights(store.database(), fixture.clock);
  LedgerMetrics ledger_metrics(*fixture.registry);
  DeliveryLedger ledger(store.ledger(), store.database(), store.change_log(),
                        rights, fixture.clock, ledger_metrics, {});
  const LedgerReads ledger_reads(store.ledger(), store.database(), key);
  ExpectContract(
      WithLedger(AccountServiceTable(account), ledger_reads, ledger, rights));
  ExpectContract(WithLedger(
      PartnerServiceTable(partner_writes, keys, partner_reads, access),
      ledger_reads, ledger));
}

}  // namespace
}  // namespace courant
