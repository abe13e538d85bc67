#include "aws/s3_host.h"

#include <algorithm>

#include "base/ascii.h"

namespace millrace::aws {
namespace {

std::string lower_name(std::string_view host) {
    const std::size_t colon = host.rfind(':');
    if (colon != std::string_view::npos) host = host.substr(0, colon);
    return to_lower(host);
}

/// Takes a domain and the dot before it off; true when the name stood in it.
bool strip_domain(std::string_view& name, std::string_view domain) {
    if (!name.ends_with(domain)) return false;
    std::string_view rest = name.substr(0, name.size() - domain.size());
    if (!rest.empty() && !rest.ends_with('.')) return false;
    if (!rest.empty()) rest.remove_suffix(1);
    name = rest;
    return true;
}

bool is_s3_label(std::string_view label) {
    return label == "s3" || label.starts_with("s3-");
}

/// What stands before the last label that is S3's: a bucket may have labels like it. `name` may go on with
/// "dualstack" and a region.
S3Host split_at_service(std::string_view name) {
    std::string_view rest = name;
    for (int labels = 0; labels < 3 && !rest.empty(); ++labels) {
        const std::size_t dot = rest.rfind('.');
        const std::string_view label = rest.substr(dot == std::string_view::npos ? 0 : dot + 1);
        rest = rest.substr(0, dot == std::string_view::npos ? 0 : dot);
        if (!is_s3_label(label)) continue;
        if (rest.empty()) return {.is_s3 = true};
        return {.is_s3 = true, .bucket = std::string(rest)};
    }
    return {};
}

}  // namespace

S3Host read_s3_host(std::string_view host) {
    const std::string lower = lower_name(host);
    std::string_view name = lower;
    if (strip_domain(name, "amazonaws.com") || strip_domain(name, "amazonaws.com.cn"))
        return split_at_service(name);
    if (!strip_domain(name, "localhost") || name.empty()) return {};
    const S3Host found = split_at_service(name);
    return found.is_s3 ? found : S3Host{.is_s3 = false, .bucket = std::string(name)};
}

}  // namespace millrace::aws
