#include "aws/auth/credential.h"

#include <algorithm>
#include <utility>

#include "aws/auth/query_parameter.h"

namespace millrace::aws {

namespace {

constexpr std::string_view kTerminator = "aws4_request";
constexpr std::size_t kAccountDigits = 12;
/// Generous: AWS's are 16 to 128 characters.
constexpr std::size_t kAccessKeyBytesMax = 256;
constexpr std::size_t kNameBytesMax = 64;

/// Letters, digits and hyphens: regions and services go into ARNs.
bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= kNameBytesMax && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

bool is_digits(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_date(std::string_view text) {
    return text.size() == 8 && is_digits(text);
}

/// Takes the part behind the last slash off.
std::string_view pop_part(std::string_view& scope) {
    const std::size_t slash = scope.rfind('/');
    if (slash == std::string_view::npos) return std::exchange(scope, {});
    const std::string_view part = scope.substr(slash + 1);
    scope.remove_suffix(part.size() + 1);
    return part;
}

std::optional<Credential> of_version_2(std::string_view access_key) {
    if (access_key.empty() || access_key.size() > kAccessKeyBytesMax) return std::nullopt;
    return Credential{std::string(access_key), {}, "s3"};
}

}  // namespace

bool is_account(std::string_view access_key) {
    return access_key.size() == kAccountDigits && is_digits(access_key);
}

std::optional<Credential> parse_credential_scope(std::string_view scope) {
    if (pop_part(scope) != kTerminator) return std::nullopt;
    const std::string_view service = pop_part(scope);
    std::string_view region = pop_part(scope);
    if (is_date(region)) {
        region = {};  // 4A
    } else if (!is_name(region) || !is_date(pop_part(scope))) {
        return std::nullopt;
    }
    if (!is_name(service) || scope.empty() || scope.size() > kAccessKeyBytesMax) return std::nullopt;
    return Credential{std::string(scope), std::string(region), std::string(service)};
}

std::optional<Credential> parse_authorization(std::string_view header) {
    // "AWS <access key>:<signature>": version 2, which of our services only S3 takes.
    if (header.starts_with("AWS ")) return of_version_2(header.substr(4, header.find(':') - 4));
    if (!header.starts_with("AWS4-")) return std::nullopt;
    constexpr std::string_view kName = "Credential=";
    const std::size_t found = header.find(kName);
    if (found == std::string_view::npos) return std::nullopt;
    const char before = header[found - 1];
    if (before != ' ' && before != ',') return std::nullopt;
    const std::string_view value = header.substr(found + kName.size());
    return parse_credential_scope(value.substr(0, value.find_first_of(", ")));
}

std::optional<Credential> find_credential(const http::Headers& headers, const codec::Form& query) {
    if (const std::string* header = headers.find("Authorization")) return parse_authorization(*header);
    if (const std::string* presigned = find_parameter(query, "X-Amz-Credential"))
        return parse_credential_scope(*presigned);
    // Version 2 of signatures, which S3's URLs still come with; the query protocol's had an Action, too.
    const std::string* key = find_parameter(query, "AWSAccessKeyId");
    if (key == nullptr || find_parameter(query, "Signature") == nullptr ||
        find_parameter(query, "Action") != nullptr)
        return std::nullopt;
    return of_version_2(*key);
}

}  // namespace millrace::aws
