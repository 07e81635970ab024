#include "services/ledger/notice_rules.h"

namespace courant {

using v1::Change;
using v1::Notice;

bool AsksHolders(Change::Kind kind) {
  return kind == Change::CORRECTED || kind == Change::HELD ||
         kind == Change::WITHDRAWN || kind == Change::KILLED;
}

bool ConcernsHolders(Change::Kind kind) {
  return AsksHolders(kind) || kind == Change::HOLD_RELEASED ||
         kind == Change::RESTORED;
}

bool MakesPointless(Change::Kind later, Change::Kind earlier) {
  switch (later) {
    case Change::KILLED:
      return earlier != Change::KILLED && AsksHolders(earlier);
    case Change::WITHDRAWN:
      return earlier == Change::CORRECTED || earlier == Change::HELD;
    case Change::RESTORED:
      return earlier == Change::HELD || earlier == Change::WITHDRAWN;
    case Change::HOLD_RELEASED:
      return earlier == Change::HELD;
    default:
      return false;
  }
}

bool IsOpen(Notice::State state) {
  return state == Notice::PENDING || state == Notice::DELIVERED;
}

Notice::State StateAfter(Notice::State state, Notice::State said) {
  return state == Notice::APPLIED && said == Notice::ACKNOWLEDGED ? state
                                                                  : said;
}

}  // namespace courant
