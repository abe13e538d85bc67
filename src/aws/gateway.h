#pragma once

#include <string>

#include "aws/faults/faults.h"
#include "aws/recognise.h"
#include "aws/registry.h"
#include "base/executor.h"
#include "base/random.h"
#include "base/time.h"
#include "http/message.h"

namespace millrace::aws {

struct GatewayOptions {
    std::string default_account = "000000000000";  ///< of access keys that are no account
    std::string default_region = "us-east-1";      ///< of unsigned requests
    std::string default_host = "localhost:4566";   ///< of requests without a Host
    Faults* faults = nullptr;                      ///< used on the home executor; nullptr: none
};

/// From an HTTP request to an operation and back, for all services on one port: recognises service, protocol
/// and operation, decodes and validates the input, runs the operation on the home executor, encodes what it
/// answers. Every request is answered, the wrong ones with AWS's own errors.
class Gateway {
  public:
    /// The registry must be complete; all references must outlive the gateway.
    Gateway(Registry& registry, Executor& home, const Clock& clock, Random& random, GatewayOptions options);

    /// From any thread (the random must then stand that). `respond` runs inside the call for what is refused
    /// here, later on the home executor for what was run.
    void handle(http::Request request, http::Respond respond);

    /// What answers a request, here without its body, that is larger than what is read of it.
    [[nodiscard]] http::Response refuse_body(const http::Request& head, std::size_t bytes_max);

  private:
    [[nodiscard]] RequestContext make_context(const http::Request& request,
                                              const std::optional<Credential>& credential);
    void run(Recognised call, RequestContext context, Instance input, http::Respond respond);

    Registry& registry_;
    Executor& home_;
    const Clock& clock_;
    Random& random_;
    GatewayOptions options_;
    Recogniser recogniser_;
};

}  // namespace millrace::aws
