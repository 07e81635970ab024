#ifndef COURANT_SERVICES_SERVER_TLS_CREDENTIALS_H_
#define COURANT_SERVICES_SERVER_TLS_CREDENTIALS_H_

#include <memory>

#include "grpcpp/security/server_credentials.h"
#include "services/server/tls_files.h"

namespace courant {

// Credentials with which a server shows, at each handshake, what is in force in
// `files` then, and lets in whom their authorities vouch for, if they have any.
// `files` is not owned, and both must outlive every server that listens by
// them. For one port alone.
//
// gRPC has a callback for that in its C interface, and only files or constants
// in the C++ one, of which the first would need keys on the disk again.
std::shared_ptr<grpc::ServerCredentials> TlsCredentials(const TlsFiles& files);

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_TLS_CREDENTIALS_H_
