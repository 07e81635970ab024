#ifndef COURANT_SERVICES_SERVER_PARTNER_SIDE_H_
#define COURANT_SERVICES_SERVER_PARTNER_SIDE_H_

#include <cstddef>
#include <memory>
#include <vector>

#include "courant/config/v1/server_config.pb.h"
#include "prometheus/registry.h"
#include "services/ledger/delivery_ledger.h"
#include "services/ledger/ledger_metrics.h"
#include "services/ledger/ledger_reads.h"
#include "services/ledger/open_notice_metrics.h"
#include "services/partners/access_reads.h"
#include "services/partners/account_reads.h"
#include "services/partners/denial_metrics.h"
#include "services/partners/key_hasher.h"
#include "services/partners/key_writes.h"
#include "services/partners/live_rights.h"
#include "services/partners/partner_authenticator.h"
#include "services/partners/partner_quotas.h"
#include "services/partners/partner_reads.h"
#include "services/partners/partner_rings.h"
#include "services/partners/partner_writes.h"
#include "services/partners/pepper_file.h"
#include "services/partners/pepper_guard.h"
#include "services/rpc/call_quota.h"
#include "services/rpc/handler.h"
#include "services/rpc/token_mac.h"
#include "storage/base/clock.h"
#include "storage/store.h"

namespace courant {

// What an outlet may send in one request, in bytes: names, filters and tokens,
// so 1 MiB is plenty, and less where `limits.max_request_bytes` is less.
size_t MaxPartnerRequest(const config::v1::ServerConfig& config);

// All of a running server that knows partners: their rights and keys, what they
// were given, and the two services about them. What reads and delivers asks it
// by the interfaces RightsBook, DeliveryBook and Authenticator, and knows
// nothing of contracts, keys and notices. Members are in the order of
// dependence, so that destruction undoes it. Thread-safe as its members are.
struct PartnerSide {
  // Nothing is owned but `known`, what is in `store` of it; all must outlive
  // the object. `options` are of the ledger, without what `config` says of it.
  // Reads the file of the pepper, if there is one; see pepper_file.h.
  PartnerSide(const config::v1::ServerConfig& config, storage::Store& store,
              PartnerRings known, const TokenKey& key, const Clock& clock,
              prometheus::Registry& registry, DeliveryLedger::Options options);

  // Who decides what may be read: must be told of each change before anybody
  // reads it, in this order.
  std::vector<storage::ChangeListener*> FirstListeners() {
    std::vector<storage::ChangeListener*> listeners =
        rings.ListenersAnd(&rights);
    listeners.push_back(&quotas);
    return listeners;
  }

  // Other numbers from now on than those it was made with; what is no limit or
  // time of the book is not looked at.
  void SetLimits(const config::v1::Partners& config);

  // PartnerService, for the house. The table refers to members of this object,
  // as that of the next one does.
  ServiceTable PartnerTable();
  // AccountService, for partners; the house is told that it has none.
  ServiceTable AccountTable();

  // What partners may have: asked by every read and stream.
  DenialMetrics denials;
  LiveRights rights;
  // What operators do with them, by PartnerService.
  PartnerReads reads;
  PartnerWrites writes;
  // Keys and certificates: what makes and checks them, who shows a good one,
  // and what becomes of them when the pepper is lost.
  PepperFile pepper_file;
  KeyHasher hasher;
  PartnerRings rings;
  PepperGuard pepper_guard;
  KeyWrites key_writes;
  PartnerAuthenticator authenticator;
  // How much each partner may ask for, and where that is its own.
  CallQuota quota;
  PartnerQuotas quotas;
  // What follows from rights, for operators and for the partner itself.
  AccessReads access_reads;
  AccountReads account_reads;
  // What was given and has to be told. Must be started before anything is
  // given, and be told of changes before streams are, so that the notice of a
  // change is there when a stream says that it is about to tell it.
  LedgerMetrics ledger_metrics;
  OpenNoticeMetrics open_notice_metrics;
  DeliveryLedger ledger;
  LedgerReads ledger_reads;
};

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_PARTNER_SIDE_H_
