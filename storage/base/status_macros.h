#ifndef COURANT_STORAGE_BASE_STATUS_MACROS_H_
#define COURANT_STORAGE_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Early return for functions whose result is absl::Status or
// absl::StatusOr<T>. The packaged Abseil does not have these yet.

// Evaluates `...`, an absl::Status, once. Returns it from the enclosing
// function unless it is OK.
//
//   COURANT_RETURN_IF_ERROR(Validate(request));
#define COURANT_RETURN_IF_ERROR(...)                                         \
  do {                                                                       \
    if (absl::Status courant_status = (__VA_ARGS__); !courant_status.ok()) { \
      return courant_status;                                                 \
    }                                                                        \
  } while (false)

// Evaluates `...`, an absl::StatusOr<T>, once. Returns its status from the
// enclosing function unless it is OK; otherwise moves the value into `lhs`,
// a variable or a declaration.
//
//   COURANT_ASSIGN_OR_RETURN(const Frame frame, log.Read(index));
//
// Expands to several statements: needs braces under an `if`. `lhs` must have
// no comma outside of parentheses.
#define COURANT_ASSIGN_OR_RETURN(lhs, ...)                                    \
  COURANT_ASSIGN_OR_RETURN_INTO_(COURANT_CONCAT_(courant_or_, __LINE__), lhs, \
                                 __VA_ARGS__)

// Private to this file. Two steps, so that __LINE__ is a number first.
#define COURANT_ASSIGN_OR_RETURN_INTO_(status_or, lhs, ...)  \
  auto status_or = (__VA_ARGS__);                            \
  if (!status_or.ok()) return std::move(status_or).status(); \
  lhs = *std::move(status_or)
#define COURANT_CONCAT_(a, b) COURANT_CONCAT_TOKENS_(a, b)
#define COURANT_CONCAT_TOKENS_(a, b) a##b

#endif  // COURANT_STORAGE_BASE_STATUS_MACROS_H_
