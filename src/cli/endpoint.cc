#include "cli/endpoint.h"

#include "base/number.h"

namespace millrace::cli {

Result<Endpoint> parse_endpoint(std::string_view url) {
    constexpr std::string_view kScheme = "http://";
    constexpr std::uint16_t kDefaultPort = 80;
    const auto wrong = [&](std::string_view what) {
        return fail(ErrorCode::kInvalidArgument, "the endpoint \"" + std::string(url) + "\" " +
                                                     std::string(what) +
                                                     "; it looks like http://127.0.0.1:4566");
    };
    if (url.starts_with("https://"))
        return wrong("is https, which the commands do not speak; the server answers http on the same port");
    if (!url.starts_with(kScheme)) return wrong("does not begin with http://");
    std::string_view place = url.substr(kScheme.size());
    if (place.ends_with('/')) place.remove_suffix(1);
    if (place.find_first_of("/?#@") != std::string_view::npos) return wrong("is more than host and port");

    const bool bracketed = place.starts_with('[');
    const auto host_end = bracketed ? place.find(']') : place.find(':');
    const std::string_view host = place.substr(bracketed ? 1 : 0, bracketed ? host_end - 1 : host_end);
    if (host.empty() || (bracketed && host_end == std::string_view::npos)) return wrong("has no host");
    std::string_view rest =
        host_end == std::string_view::npos ? "" : place.substr(host_end + (bracketed ? 1 : 0));
    if (rest.empty()) return Endpoint{std::string(host), kDefaultPort};

    if (!rest.starts_with(':')) return wrong("is more than host and port");
    rest.remove_prefix(1);
    const std::uint16_t port = parse_number<std::uint16_t>(rest).value_or(0);
    if (port == 0) return wrong("has a port that is none");
    return Endpoint{std::string(host), port};
}

}  // namespace millrace::cli
