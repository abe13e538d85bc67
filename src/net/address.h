#pragma once

#include <cstdint>
#include <string>
#include <sys/socket.h>
#include <vector>

#include "base/error.h"

namespace millrace::net {

struct Address {
    sockaddr_storage storage{};
    socklen_t size = 0;

    [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
    [[nodiscard]] sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
    [[nodiscard]] int family() const { return storage.ss_family; }
    [[nodiscard]] std::uint16_t port() const;
};

/// The addresses of a host name or numeric address. Never asks the network when the host is numeric or
/// "localhost". Otherwise blocks for as long as the system's resolver takes.
[[nodiscard]] Result<std::vector<Address>> resolve(const std::string& host, std::uint16_t port);

/// True for numeric addresses and "localhost", which resolve() answers at once.
[[nodiscard]] bool resolves_at_once(const std::string& host);

}  // namespace millrace::net
