#pragma once

#include <memory>

#include "app/options.h"
#include "base/error.h"
#include "net/tls.h"

namespace millrace::app {

/// Where --tls keeps what it makes, below the data directory.
inline constexpr const char* kTlsCertificateFile = "tls/certificate.pem";
inline constexpr const char* kTlsKeyFile = "tls/key.pem";

/// The certificate that the options name, or with --tls the local one, which is made when it is missing or
/// about to expire; nullptr when no TLS is asked for. Says where the local one lies and how clients come to
/// trust it.
Result<std::shared_ptr<net::TlsContext>> open_tls(const ServeOptions& options);

}  // namespace millrace::app
