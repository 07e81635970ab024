#ifndef COURANT_TESTS_SERVICES_CLI_SAMPLE_LEDGER_H_
#define COURANT_TESTS_SERVICES_CLI_SAMPLE_LEDGER_H_

#include <cstdint>
#include <string>

#include "courant/v1/ledger.pb.h"

// Records of a ledger, on 2026-11-30. Thread-safe.
namespace courant {

// 06:10:00 and so many seconds, in UTC.
inline google::protobuf::Timestamp LedgerTime(int seconds, int nanos = 0) {
  google::protobuf::Timestamp time;
  time.set_seconds(1'796'019'000 + seconds);
  time.set_nanos(nanos);
  return time;
}

// Of articles/ferries, at second `number`.
inline v1::Delivery SampleDelivery(int number, const std::string& partner) {
  v1::Delivery delivery;
  delivery.set_name("partners/" + partner + "/deliveries/" +
                    std::to_string(number));
  delivery.set_article("articles/ferries");
  delivery.set_revision(2);
  delivery.set_sequence(30);
  delivery.set_channel(v1::Delivery::STREAM);
  delivery.set_decision(v1::Access::FULL);
  *delivery.mutable_deliver_time() = LedgerTime(number, 250'000'000);
  delivery.set_key("partners/" + partner + "/keys/k3f9q0m1x7zr");
  return delivery;
}

// Of articles/ferries and change 31, a minute later.
inline v1::Notice SampleNotice(const std::string& partner,
                               v1::Change::Kind kind, v1::Notice::State state) {
  v1::Notice notice;
  notice.set_name("partners/" + partner + "/notices/31");
  notice.set_article("articles/ferries");
  notice.set_revision(3);
  notice.set_kind(kind);
  notice.set_action(v1::Tombstone::REMOVE);
  notice.set_reason("A court order.");
  notice.set_contact("desk@courant.example");
  notice.set_state(state);
  notice.set_held_revision(2);
  *notice.mutable_commit_time() = LedgerTime(60);
  return notice;
}

// Has revision 2 of it.
inline v1::Exposure SampleExposure(const std::string& partner) {
  v1::Exposure exposure;
  exposure.set_partner("partners/" + partner);
  exposure.set_revision(2);
  exposure.set_channel(v1::Delivery::STREAM);
  *exposure.mutable_deliver_time() = LedgerTime(0, 250'000'000);
  exposure.set_full_revisions(2);
  exposure.set_metadata_revisions(1);
  return exposure;
}

// SampleExposure(), and was told of a change of `kind`.
inline v1::Exposure ToldExposure(const std::string& partner,
                                 v1::Change::Kind kind,
                                 v1::Notice::State state) {
  v1::Exposure exposure = SampleExposure(partner);
  *exposure.mutable_notice() = SampleNotice(partner, kind, state);
  const bool open =
      state == v1::Notice::PENDING || state == v1::Notice::DELIVERED;
  exposure.set_open_notices(open ? 1 : 0);
  exposure.set_at_risk(state != v1::Notice::APPLIED);
  return exposure;
}

}  // namespace courant

#endif  // COURANT_TESTS_SERVICES_CLI_SAMPLE_LEDGER_H_
