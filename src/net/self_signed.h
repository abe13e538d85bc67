#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace millrace::net {

/// Days that a self-signed certificate is good for; clients refuse those that are good for much longer.
inline constexpr int kSelfSignedDays = 820;
/// One that is good for fewer days than this is made anew.
inline constexpr int kSelfSignedRenewDays = 30;

struct SelfSigned {
    std::string certificate;  ///< PEM
    std::string key;          ///< PEM, not encrypted
};

/// A new key (P-256) and its certificate for localhost, 127.0.0.1 and ::1: its own issuer, so that a client
/// that is given it as an authority trusts exactly this server.
Result<SelfSigned> make_self_signed();

/// False also for what is no certificate.
[[nodiscard]] bool is_still_good(std::string_view certificate_pem);

}  // namespace millrace::net
