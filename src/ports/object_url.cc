#include "ports/object_url.h"

#include <string>
#include <utility>

#include "aws/s3_host.h"
#include "codec/form.h"
#include "codec/uri.h"

namespace millrace::ports {
namespace {

/// "b/k" to its two halves, decoded.
std::optional<ObjectAddress> split_bucket(std::string_view path, bool encoded) {
    const std::size_t slash = path.find('/');
    if (slash == 0 || slash == std::string_view::npos || slash + 1 == path.size()) return std::nullopt;
    std::string key(path.substr(slash + 1));
    if (encoded) {
        auto decoded = codec::percent_decode(key);
        if (!decoded) return std::nullopt;
        key = std::move(*decoded);
    }
    return ObjectAddress{.bucket = std::string(path.substr(0, slash)), .key = std::move(key)};
}

}  // namespace

std::optional<ObjectAddress> parse_object_url(std::string_view url) {
    constexpr std::string_view kS3 = "s3://";
    if (url.starts_with(kS3)) return split_bucket(url.substr(kS3.size()), false);
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos) return std::nullopt;
    if (const auto name = url.substr(0, scheme); name != "http" && name != "https") return std::nullopt;
    url.remove_prefix(scheme + 3);
    const std::size_t host_end = url.find('/');
    if (host_end == std::string_view::npos) return std::nullopt;
    const auto [path, query] = codec::split_target(url.substr(host_end));
    const aws::S3Host host = aws::read_s3_host(url.substr(0, host_end));
    std::string whole(path.substr(1));
    if (host.bucket) whole = *host.bucket + '/' + whole;
    auto address = split_bucket(whole, true);
    if (!address) return std::nullopt;
    const codec::Form parameters = codec::parse_form(query).value_or(codec::Form{});
    for (const auto& [name, value] : parameters) {
        if (name == "versionId") address->version_id = value;
    }
    return address;
}

}  // namespace millrace::ports
