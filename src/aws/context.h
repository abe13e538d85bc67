#pragma once

#include <compare>
#include <memory>
#include <string>

#include "aws/model/service_model.h"
#include "base/time.h"
#include "http/client_presence.h"

namespace millrace::aws {

/// The account and region that own a resource: no service mixes two scopes.
struct Scope {
    std::string account;  ///< 12 digits
    std::string region;   ///< "us-east-1"
    friend auto operator<=>(const Scope&, const Scope&) = default;
};

/// What an operation knows about its call besides the input. A value: parked calls keep a copy.
struct RequestContext {
    Scope scope;
    std::string access_key;    ///< from the credentials; empty when the request is unsigned
    std::string request_id;    ///< UUID, goes back to the client
    std::string trace_header;  ///< X-Amzn-Trace-Id; empty when there is none
    std::string base_url;  ///< "http://localhost:4566", as the client reached us: queue URLs begin with it
    WallTime received;
    Protocol protocol = Protocol::kJson11;  ///< of the request; events are encoded in it
    /// Who must not be given what it can no longer take; nullptr when another service calls. On the home
    /// executor only.
    std::shared_ptr<http::ClientPresence> client = nullptr;
};

}  // namespace millrace::aws
