#pragma once

#include "http/client.h"
#include "net/loop.h"
#include "services/lambda/execution/sandbox_host.h"

namespace millrace::lambda {

/// Sandboxes as real processes, with real listeners on 127.0.0.1. The loop is the home executor, and its
/// thread lives as long as the processes may (net/process.h).
class SystemHost final : public SandboxHost {
  public:
    /// The loop must outlive the host and all it started.
    explicit SystemHost(net::Loop& loop) : loop_(loop), client_(loop) {}

    Result<std::unique_ptr<HostedProcess>> start(ProcessSpec spec, ProcessEvents& events) override;
    Result<std::unique_ptr<HostedListener>> listen(
        http::Handler handler, std::function<bool(const http::Headers&)> streams) override;
    void post(std::uint16_t port, const std::string& path, std::string body,
              std::move_only_function<void(bool delivered)> done) override;

  private:
    net::Loop& loop_;
    http::Client client_;
};

}  // namespace millrace::lambda
