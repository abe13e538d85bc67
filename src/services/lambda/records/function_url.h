#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace millrace::lambda {

/// What browsers may do with a URL's answers, as configured; what was not given is not there.
struct UrlCors {
    std::optional<bool> allow_credentials;
    std::optional<std::vector<std::string>> allow_headers;
    std::optional<std::vector<std::string>> allow_methods;
    std::optional<std::vector<std::string>> allow_origins;
    std::optional<std::vector<std::string>> expose_headers;
    std::optional<int> max_age_seconds;
};

/// The HTTP endpoint of a function ($LATEST) or an alias. A value, replaced as a whole.
struct FunctionUrl {
    std::string id;           ///< 32 lower-case letters and digits, the first label of the URL's host
    std::string auth_type;    ///< "NONE", "AWS_IAM"
    std::string invoke_mode;  ///< "BUFFERED", "RESPONSE_STREAM"
    std::optional<UrlCors> cors;
    WallTime created;
    WallTime last_modified;
    static Result<FunctionUrl> from_json(std::string_view text);
};
[[nodiscard]] std::string to_json(const FunctionUrl& url);

}  // namespace millrace::lambda
