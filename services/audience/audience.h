#ifndef COURANT_SERVICES_AUDIENCE_AUDIENCE_H_
#define COURANT_SERVICES_AUDIENCE_AUDIENCE_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// For whom an answer is made. What follows from it is decided in visibility.h.
namespace courant {

enum class Audience {
  kInternal,  // The house: everything, as it is.
  kPublic,    // Somebody outside, cleared for nothing: what is public.
  // An outlet that has shown who it is: what its rights say. By itself nothing,
  // so that whoever forgets to ask for the rights shows nothing; see viewer.h.
  kPartner,
};

// The request metadata that says so, until callers can show who they are.
inline constexpr char kAudienceKey[] = "courant-audience";

// The audience called `value`: "internal" or "public", in that spelling.
//   INVALID_ARGUMENT / FIELD_INVALID  it is neither; names the key.
absl::StatusOr<Audience> ParseAudience(absl::string_view value);

// Whether `caller` may call what is open to `open_to`: the house may call
// everything, a partner what everybody may, or what is for partners.
bool MayCall(Audience caller, Audience open_to);

// PERMISSION_DENIED / NOT_CLEARED for `method`, its full name. Says nothing of
// what the call was about: that was not looked at.
absl::Status NotCleared(absl::string_view method);

}  // namespace courant

#endif  // COURANT_SERVICES_AUDIENCE_AUDIENCE_H_
