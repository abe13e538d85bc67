#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "aws/error.h"
#include "codec/uri.h"
#include "services/s3/errors.h"
#include "services/s3/limits.h"

namespace millrace::s3 {

// What all lists have in common.

/// Names as the client wants them: encoding-type=url for those that XML cannot hold.
class NameEncoder {
  public:
    explicit NameEncoder(const std::optional<std::string>& encoding_type) : url_(encoding_type == "url") {}
    std::string operator()(const std::string& name) const {
        return url_ ? codec::percent_encode_path(name) : name;
    }

  private:
    bool url_;
};

/// At most kListMax, whatever is asked for. InvalidArgument for a negative number.
[[nodiscard]] inline aws::Outcome<std::size_t> page_size(std::optional<std::int32_t> asked,
                                                         const char* name) {
    const std::int32_t count = asked.value_or(kListMax);
    if (count < 0) {
        return std::unexpected(
            invalid_argument("Argument " + std::string(name) + " must be an integer between 0 and 2147483647",
                             name, std::to_string(count)));
    }
    return static_cast<std::size_t>(std::min(count, kListMax));
}

template <class CommonPrefix>
[[nodiscard]] std::vector<CommonPrefix> describe_prefixes(const std::vector<std::string>& prefixes,
                                                          const NameEncoder& encode) {
    std::vector<CommonPrefix> out;
    for (const std::string& prefix : prefixes) out.push_back({.prefix = encode(prefix)});
    return out;
}

}  // namespace millrace::s3
