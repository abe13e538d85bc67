#include "services/lambda/urls/url_address.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/ascii.h"

namespace millrace::lambda {

namespace {

constexpr std::string_view kLabel = ".lambda-url.";
constexpr std::size_t kIdCharacters = 32;

// Of "host:port" or "[address]:port".
std::string_view without_port(std::string_view host) {
    const std::size_t colon = host.rfind(':');
    const bool in_address =
        host.find(']', colon == std::string_view::npos ? 0 : colon) != std::string_view::npos;
    return colon == std::string_view::npos || in_address ? host : host.substr(0, colon);
}

std::string_view port_of(std::string_view base_url) {
    const std::size_t scheme = base_url.find("://");
    const std::string_view host = scheme == std::string_view::npos ? base_url : base_url.substr(scheme + 3);
    return host.substr(without_port(host).size());  // with its colon
}

std::optional<UrlAddress> from_path(const std::string& target) {
    std::string_view rest = target;
    if (!rest.starts_with(kUrlPathPrefix)) return std::nullopt;
    rest.remove_prefix(kUrlPathPrefix.size());
    const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
    std::string path(rest.substr(end));
    if (!path.starts_with('/')) path.insert(0, "/");
    return UrlAddress{.id = to_lower(rest.substr(0, end)), .target = std::move(path), .domain = {}};
}

}  // namespace

std::optional<UrlAddress> find_url_address(const http::Request& request) {
    const std::string host = to_lower(without_port(request.headers.get("Host")));
    const std::size_t label = host.find(kLabel);
    if (label == std::string::npos || label == 0) return from_path(request.target);
    return UrlAddress{.id = host.substr(0, label), .target = request.target, .domain = host};
}

std::string url_domain(std::string_view id, const aws::Scope& scope) {
    return fmt::format("{}{}{}.localhost", id, kLabel, scope.region);
}

std::string function_url(std::string_view id, const aws::Scope& scope, std::string_view base_url) {
    return fmt::format("{}://{}{}/", base_url.starts_with("https:") ? "https" : "http", url_domain(id, scope),
                       port_of(base_url));
}

std::string make_url_id(Random& random) {
    constexpr std::string_view kCharacters = "abcdefghijklmnopqrstuvwxyz234567";
    std::string id;
    while (id.size() < kIdCharacters) {
        std::uint64_t bits = random.next();
        for (int i = 0; i < 8; ++i, bits >>= 5) id += kCharacters[bits % kCharacters.size()];
    }
    return id;
}

}  // namespace millrace::lambda
