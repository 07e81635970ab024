#ifndef COURANT_SERVICES_CLI_LEDGER_TEXT_H_
#define COURANT_SERVICES_CLI_LEDGER_TEXT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "courant/v1/ledger.pb.h"
#include "courant/v1/partner_service.pb.h"
#include "services/cli/terminal.h"

// The ledger of what partners got and were told, as rows. Thread-safe.
namespace courant {

// One value of a record: what it is called, what it is, and the SGR style
// (Terminal::Paint) in which it is shown. Not cleaned for a terminal.
struct LedgerCell {
  std::string name;
  std::string value;
  std::string style = "";
};

// A record as a row for people: few cells, short, "-" for what there is not.
// Which cells those are depends on the type alone.
std::vector<LedgerCell> LedgerRow(const v1::Delivery& delivery,
                                  const Terminal& terminal);
std::vector<LedgerCell> LedgerRow(const v1::Notice& notice,
                                  const Terminal& terminal);
std::vector<LedgerCell> LedgerRow(const v1::Exposure& exposure,
                                  const Terminal& terminal);

// A record as a row for a spreadsheet, by the names of the API: full names,
// times to the last digit, nothing for what there is not. Corrections, which
// are no row, are left out.
std::vector<LedgerCell> LedgerFields(const v1::Delivery& delivery);
std::vector<LedgerCell> LedgerFields(const v1::Notice& notice);
std::vector<LedgerCell> LedgerFields(const v1::Exposure& exposure);

// What `page`, any page of the answer, says of the article of that name:
// "articles/ferries  revision 4  KILLED". Cleaned; ends with a line break.
std::string ExposureHeading(absl::string_view article,
                            const v1::ListExposuresResponse& page,
                            const Terminal& terminal);

// Who has it and who owes an answer, on one line with a line break at its end:
//
//   3 partners have it; 1 has not acknowledged KILLED; 2 are at risk
std::string ExposureSummary(const std::vector<v1::Exposure>& exposures);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_LEDGER_TEXT_H_
