#ifndef COURANT_SERVICES_IMPORTERS_COPYRIGHT_LINE_H_
#define COURANT_SERVICES_IMPORTERS_COPYRIGHT_LINE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace courant::importers {

// Copyright lines as newspapers print them. Pure, thread-safe functions.

// How surely a line is a copyright notice.
enum class CopyrightSign {
  kNone,
  // It begins with a copyright sign: could also be the credit of a picture.
  kWeak,
  // It claims a right in words besides: "Copyright ⓒ", "All rights reserved",
  // "저작권자", "무단 전재 금지".
  kStrong,
};

// Judges one line. A sentence or headline about copyright is kNone, and so is
// anything longer than 300 code points.
CopyrightSign CopyrightSignOf(absl::string_view line);

// The holder that a notice names: "The Harbour Courier" in "<Copyright ⓒ The
// Harbour Courier, All rights reserved>". Signs, years and reservations around
// it are left out. Empty when it names none.
std::string CopyrightHolderOf(absl::string_view notice);

}  // namespace courant::importers

#endif  // COURANT_SERVICES_IMPORTERS_COPYRIGHT_LINE_H_
