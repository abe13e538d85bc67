#include "net/address.h"

#include <arpa/inet.h>
#include <cstring>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>

namespace millrace::net {
namespace {

constexpr std::string_view kLocalhost = "localhost";

Result<std::vector<Address>> look_up(const std::string& host, std::uint16_t port, int flags) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = flags | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (error != 0) {
        return fail(ErrorCode::kNotFound, "cannot find the host \"" + host + "\": " + ::gai_strerror(error));
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
    std::vector<Address> addresses;
    for (const addrinfo* each = found; each; each = each->ai_next) {
        Address address;
        std::memcpy(&address.storage, each->ai_addr, each->ai_addrlen);
        address.size = each->ai_addrlen;
        addresses.push_back(address);
    }
    return addresses;
}

bool is_numeric(const std::string& host) {
    in6_addr ignored;
    return ::inet_pton(AF_INET, host.c_str(), &ignored) == 1 ||
           ::inet_pton(AF_INET6, host.c_str(), &ignored) == 1;
}

}  // namespace

std::uint16_t Address::port() const {
    if (family() == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_port);
    return ntohs(reinterpret_cast<const sockaddr_in*>(&storage)->sin_port);
}

Result<std::vector<Address>> resolve(const std::string& host, std::uint16_t port) {
    if (host != kLocalhost) return look_up(host, port, is_numeric(host) ? AI_NUMERICHOST : 0);
    // Both loopbacks, whatever /etc/hosts says; IPv4 first, as servers listen there by default.
    auto addresses = look_up("127.0.0.1", port, AI_NUMERICHOST);
    if (!addresses) return addresses;
    if (const auto sixth = look_up("::1", port, AI_NUMERICHOST)) {
        addresses->insert(addresses->end(), sixth->begin(), sixth->end());
    }
    return addresses;
}

bool resolves_at_once(const std::string& host) {
    return host == kLocalhost || is_numeric(host);
}

}  // namespace millrace::net
