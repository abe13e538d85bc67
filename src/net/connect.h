#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/error.h"
#include "base/time.h"
#include "net/connection.h"

namespace millrace::net {

using OnConnected = std::move_only_function<void(Result<std::shared_ptr<Connection>>)>;

/// Connects to the first address of the host that answers. Calls back once, on the loop, never from inside;
/// the error is a sentence that names host and port. The time limit covers resolving and all addresses.
void connect(Loop& loop, const std::string& host, std::uint16_t port, Milliseconds timeout, OnConnected done);

}  // namespace millrace::net
