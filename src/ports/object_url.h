#pragma once

#include <optional>
#include <string_view>

#include "ports/object_source.h"

namespace millrace::ports {

/// The object that a URL names: "https://b.s3.us-east-1.amazonaws.com/k", "https://s3.amazonaws.com/b/k",
/// "http://localhost:4566/b/k", "http://b.localhost:4566/k", "s3://b/k"; the query may name a version
/// ("?versionId=..."). Of other hosts, by name or address, the path's first part is the bucket, as clients
/// with an endpoint of their own write it. nullopt when it is no such URL or names no key.
[[nodiscard]] std::optional<ObjectAddress> parse_object_url(std::string_view url);

}  // namespace millrace::ports
