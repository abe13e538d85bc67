#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace millrace::aws {

/// What a Host says about S3.
struct S3Host {
    bool is_s3 = false;  ///< one of S3's own names: "s3.localhost", "b.s3.eu-west-1.amazonaws.com"
    /// The bucket in front of it ("virtual-hosted style"), also of "b.localhost", which need not mean S3.
    std::optional<std::string> bucket = std::nullopt;
    friend bool operator==(const S3Host&, const S3Host&) = default;
};

/// Reads "b.s3.us-east-1.amazonaws.com:443", "s3-us-west-2.amazonaws.com", "b.s3.localhost:4566",
/// "b.localhost"; of any other name nothing. The case of letters makes no difference.
[[nodiscard]] S3Host read_s3_host(std::string_view host);

}  // namespace millrace::aws
