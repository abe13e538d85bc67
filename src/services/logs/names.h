#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/context.h"

namespace millrace::logs {

/// Names one log stream among all.
struct StreamKey {
    aws::Scope scope;
    std::string group;
    std::string stream;
    friend auto operator<=>(const StreamKey&, const StreamKey&) = default;
};

/// "arn:aws:logs:<region>:<account>:log-group:<name>"
[[nodiscard]] std::string group_arn(const aws::Scope& scope, std::string_view group);
/// "<group arn>:log-stream:<name>"
[[nodiscard]] std::string stream_arn(const StreamKey& key);

/// The group that a logGroupIdentifier or resourceArn names: a name, or an ARN in this scope with or without
/// its ":*". nullopt for another scope's ARN.
[[nodiscard]] std::optional<std::string> group_of_identifier(const aws::Scope& scope,
                                                             std::string_view identifier);

// Keys in the catalog. No name of a group or stream contains ':'.
inline constexpr std::string_view kGroupPrefix = "logs/groups/";
inline constexpr std::string_view kStreamPrefix = "logs/streams/";
[[nodiscard]] std::string group_catalog_key(const aws::Scope& scope, std::string_view group);
[[nodiscard]] std::string stream_catalog_key(const StreamKey& key);
/// The inverse; `stream` is empty for a group. nullopt for a key of another form.
[[nodiscard]] std::optional<StreamKey> parse_catalog_key(std::string_view key);

}  // namespace millrace::logs
