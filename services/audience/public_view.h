#ifndef COURANT_SERVICES_AUDIENCE_PUBLIC_VIEW_H_
#define COURANT_SERVICES_AUDIENCE_PUBLIC_VIEW_H_

#include "courant/v1/article.pb.h"
#include "services/audience/visibility.h"

namespace courant {

// `article` as somebody outside gets it: what its publisher tells everybody,
// and nothing of how the house works. Left out are
//
//   who acted, and who asked for it; what is planned or asked for, such as a
//   kill; the state before a stop
//   notes from editor to editor, unless they are publishable, and how to reach
//   contributors
//   what an import cleaned away or could not map
//   media under an embargo of their own that had not ended when the revision
//   was made, with their places in the body: the next revision has them
//   fields that this program does not know
//
// A field that is added to Article later is left out until it is named here.
// What a public article says of others, such as `relations`, is part of it:
// their names are told whatever is known of them. Pure and thread-safe.
v1::Article PublicView(v1::Article article);

// What somebody outside gets of `article`, of which he is shown something: its
// public view, or that of its notice or stub.
v1::Article PublicView(const v1::Article& article, Shown shown);

}  // namespace courant

#endif  // COURANT_SERVICES_AUDIENCE_PUBLIC_VIEW_H_
