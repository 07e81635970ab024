#ifndef COURANT_SERVICES_LEDGER_LEDGER_NAMES_H_
#define COURANT_SERVICES_LEDGER_LEDGER_NAMES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "storage/base/ids.h"

// Names of deliveries and notices, and the last parts of names, which is what
// storage keeps. Those that are given to the first four must be names of the
// contract: they are not checked. Pure and thread-safe.
namespace courant {

// {partner} of `partners/{partner}` or of what is below that.
absl::string_view PartnerIdOf(absl::string_view name);

// The last part of a name of a key: {key} of `partners/{partner}/keys/{key}`.
absl::string_view KeyIdOf(absl::string_view name);

// `partners/{partner}`, and with `/keys/{key}`; without a key, empty.
std::string PartnerNameOf(absl::string_view partner_id);
std::string KeyNameOf(absl::string_view partner_id, absl::string_view key_id);

// `partners/{partner}/deliveries/{number}`.
std::string DeliveryName(absl::string_view partner_id, uint64_t number);

// `partners/{partner}/notices/{sequence}`.
std::string NoticeName(absl::string_view partner_id, Sequence sequence);

// {sequence} of a notice of `partner`, `partners/{partner}`.
//   INVALID_ARGUMENT / FIELD_INVALID  `name` is no name of a notice
//   NOT_FOUND / RESOURCE_NOT_FOUND    it is one of another partner
absl::StatusOr<Sequence> ParseNoticeName(absl::string_view name,
                                         absl::string_view partner);

}  // namespace courant

#endif  // COURANT_SERVICES_LEDGER_LEDGER_NAMES_H_
