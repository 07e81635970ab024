#ifndef COURANT_SERVICES_CLI_PARTNER_TEXT_H_
#define COURANT_SERVICES_CLI_PARTNER_TEXT_H_

#include <string>
#include <vector>

#include "courant/v1/partner.pb.h"
#include "courant/v1/partner_service.pb.h"

// Partners and their rights for people. Every text is clean for a terminal.
// Thread-safe.
namespace courant {

// One line for what was written, without a line break at its end. `Record` is a
// partner, contract, grant or product:
//
//   partners/daily  revision 2  change 31  suspended: unpaid since May
template <typename Record>
std::string RightsLine(const Record& record);

// A partner with everything that is set, a line for each.
std::string PartnerText(const v1::Partner& partner);

// "calls-per-second 200, max-streams 10": the limits that are set.
std::string QuotaText(const v1::Quota& quota);

// What a contract says, on one line: "2026  from 2026-01-01T00:00:00Z, ...".
std::string ContractLine(const v1::Contract& contract);

// The cells of a grant, under these headings.
std::vector<std::string> GrantHeadings();
std::vector<std::string> GrantCells(const v1::Grant& grant);

// The answer, then what decided it, then what stood in the way:
//
//   DENY  partners/daily  articles/ferries  APP in KR  2026-03-02T06:10:00Z
//   NO_GRANT         partners/daily (revision 1)
//   in the way:
//   USE_NOT_GRANTED  partners/daily/contracts/2026/grants/sport (revision 1)
std::string AccessText(const v1::ExplainAccessRequest& request,
                       const v1::ExplainAccessResponse& answer);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_PARTNER_TEXT_H_
