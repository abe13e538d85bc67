#include "services/logs/names.h"

#include <fmt/format.h>

namespace millrace::logs {
namespace {

/// The part before the separator; `text` keeps what follows it.
std::optional<std::string> take_part(std::string_view& text, char separator) {
    const std::size_t end = text.find(separator);
    if (end == std::string_view::npos) return std::nullopt;
    std::string part{text.substr(0, end)};
    text.remove_prefix(end + 1);
    return part;
}

}  // namespace

std::string group_arn(const aws::Scope& scope, std::string_view group) {
    return fmt::format("arn:aws:logs:{}:{}:log-group:{}", scope.region, scope.account, group);
}

std::string stream_arn(const StreamKey& key) {
    return fmt::format("{}:log-stream:{}", group_arn(key.scope, key.group), key.stream);
}

std::optional<std::string> group_of_identifier(const aws::Scope& scope, std::string_view identifier) {
    if (!identifier.starts_with("arn:")) return std::string{identifier};
    const std::string prefix = group_arn(scope, "");
    if (!identifier.starts_with(prefix)) return std::nullopt;
    identifier.remove_prefix(prefix.size());
    if (identifier.ends_with(":*")) identifier.remove_suffix(2);
    return std::string{identifier};
}

std::string group_catalog_key(const aws::Scope& scope, std::string_view group) {
    return fmt::format("{}{}/{}/{}", kGroupPrefix, scope.account, scope.region, group);
}

std::string stream_catalog_key(const StreamKey& key) {
    return fmt::format("{}{}/{}/{}:{}", kStreamPrefix, key.scope.account, key.scope.region, key.group,
                       key.stream);
}

std::optional<StreamKey> parse_catalog_key(std::string_view key) {
    const bool is_stream = key.starts_with(kStreamPrefix);
    if (!is_stream && !key.starts_with(kGroupPrefix)) return std::nullopt;
    key.remove_prefix(is_stream ? kStreamPrefix.size() : kGroupPrefix.size());
    auto account = take_part(key, '/');
    auto region = take_part(key, '/');
    if (!account || !region) return std::nullopt;
    const aws::Scope scope{std::move(*account), std::move(*region)};
    if (!is_stream) return StreamKey{scope, std::string{key}, {}};
    auto group = take_part(key, ':');
    if (!group) return std::nullopt;
    return StreamKey{scope, std::move(*group), std::string{key}};
}

}  // namespace millrace::logs
