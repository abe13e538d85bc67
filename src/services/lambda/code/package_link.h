#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"
#include "services/lambda/function.h"

namespace millrace::lambda {

/// Where the code can be had, as GetFunction and GetLayerVersion tell it. Of a package: a URL of this server,
/// "http://127.0.0.1:4566/_lambda-code/<sha256>.zip", at the address by which the caller reached us
/// (`base_url`), which, like AWS's, asks for no signature. Of code of this machine: "file:///its/path".
[[nodiscard]] std::string code_link(const CodeReference& code, std::string_view base_url);

/// The package, by its SHA-256, that a request to such a URL asks for; nothing when it is none. Whether there
/// is such a package is not looked at.
[[nodiscard]] std::optional<std::string> find_package_link(const http::Request& request);

/// What the package's bytes, or the reason why there are none, answer to such a request.
[[nodiscard]] http::Response answer_package(const http::Request& request, Result<std::string> package);

}  // namespace millrace::lambda
