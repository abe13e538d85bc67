#include "services/lambda/code/package_link.h"

#include <fmt/format.h>

#include "services/lambda/code/code_store.h"

namespace millrace::lambda {

namespace {

constexpr std::string_view kPathPrefix = "/_lambda-code/";
constexpr std::size_t kDigits = 64;

}  // namespace

std::string code_link(const CodeReference& code, std::string_view base_url) {
    if (code.kind == CodeReference::Kind::kLocal) return "file://" + code.path;
    return fmt::format("{}{}{}{}", base_url, kPathPrefix, code.sha256, kPackageSuffix);
}

std::optional<std::string> find_package_link(const http::Request& request) {
    std::string_view path = request.target;
    path = path.substr(0, path.find('?'));
    if (!path.starts_with(kPathPrefix)) return std::nullopt;
    path.remove_prefix(kPathPrefix.size());
    if (path.ends_with(kPackageSuffix)) path.remove_suffix(kPackageSuffix.size());
    // Nothing else is ever part of a file's name.
    const bool digest =
        path.size() == kDigits && path.find_first_not_of("0123456789abcdef") == std::string_view::npos;
    return digest ? std::string(path) : std::string();
}

http::Response answer_package(const http::Request& request, Result<std::string> package) {
    if (request.method != "GET" && request.method != "HEAD")
        return {.status = 405, .headers = {}, .body = "a package can be downloaded, and nothing else\n"};
    if (!package) {
        const bool gone = package.error().code == ErrorCode::kNotFound;
        return {.status = gone ? 404 : 503, .headers = {}, .body = package.error().message + "\n"};
    }
    http::Response response{.status = 200, .headers = {}, .body = std::move(*package)};
    response.headers.add("Content-Type", "application/zip");
    return response;
}

}  // namespace millrace::lambda
