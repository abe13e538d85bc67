#include "services/logs/state.h"

namespace millrace::logs {

std::optional<WallTime> LogGroup::oldest_kept(WallTime now) const {
    if (!retention_days) return std::nullopt;
    return now - std::chrono::days{*retention_days};
}

std::uint64_t LogGroup::stored_bytes() const {
    std::uint64_t bytes = 0;
    for (const auto& [_, stream] : streams) {
        if (stream.totals) bytes += stream.totals->bytes_ever - stream.totals->bytes_trimmed;
    }
    return bytes;
}

LogGroup* State::find_group(const aws::Scope& scope, std::string_view name) {
    const auto groups = scopes_.find(scope);
    if (groups == scopes_.end()) return nullptr;
    const auto group = groups->second.find(name);
    return group == groups->second.end() ? nullptr : &group->second;
}

LogStream* State::find_stream(const StreamKey& key) {
    LogGroup* group = find_group(key.scope, key.group);
    if (group == nullptr) return nullptr;
    const auto stream = group->streams.find(key.stream);
    return stream == group->streams.end() ? nullptr : &stream->second;
}

const State::Groups& State::groups(const aws::Scope& scope) const {
    static const Groups none;
    const auto groups = scopes_.find(scope);
    return groups == scopes_.end() ? none : groups->second;
}

void State::put_group(LogGroup group) {
    LogGroup& place = scopes_[group.scope][group.name];
    group.streams = std::move(place.streams);
    place = std::move(group);
}

void State::put_stream(const StreamKey& key, LogStream stream) {
    if (LogGroup* group = find_group(key.scope, key.group))
        group->streams.insert_or_assign(key.stream, std::move(stream));
}

void State::remove_group(const aws::Scope& scope, std::string_view name) {
    const auto groups = scopes_.find(scope);
    if (groups == scopes_.end()) return;
    if (const auto group = groups->second.find(name); group != groups->second.end())
        groups->second.erase(group);
}

void State::remove_stream(const StreamKey& key) {
    if (LogGroup* group = find_group(key.scope, key.group)) group->streams.erase(key.stream);
}

}  // namespace millrace::logs
