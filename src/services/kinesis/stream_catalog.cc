#include "services/kinesis/stream_catalog.h"

#include <charconv>
#include <fmt/format.h>
#include <map>
#include <utility>

#include "services/kinesis/json_members.h"
#include "services/kinesis/shard_json.h"
#include "services/kinesis/stream_json.h"

namespace millrace::kinesis {
namespace {

/// "kinesis/removed/<log id>": logs of shards that are gone.
constexpr std::string_view kRemovedPrefix = "kinesis/removed/";

std::string removed_key(storage::LogId log) {
    return fmt::format("{}{}", kRemovedPrefix, log.value());
}

Result<storage::LogId> parse_removed_key(std::string_view key) {
    const std::string_view digits = key.substr(kRemovedPrefix.size());
    std::uint64_t log = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), log);
    if (error != std::errc{} || end != digits.data() + digits.size()) return corrupt(key, "not a log");
    return storage::LogId{log};
}

void put_shard(storage::CatalogChange& change, const Stream& stream, const Shard& shard) {
    change.puts.emplace_back(shard_key(stream.scope, stream.name, shard.index), to_json(shard));
}

void drop_shard(storage::CatalogChange& change, const Stream& stream, const Shard& shard) {
    change.erases.push_back(shard_key(stream.scope, stream.name, shard.index));
    change.puts.emplace_back(removed_key(shard.log), "");
}

}  // namespace

storage::CatalogChange create_change(const Stream& stream) {
    storage::CatalogChange change = options_change(stream, stream.options);
    for (const auto& [index, shard] : stream.shards.by_index()) put_shard(change, stream, shard);
    return change;
}

storage::CatalogChange remove_change(const Stream& stream) {
    storage::CatalogChange change{.erases = {catalog_key(stream.scope, stream.name)}};
    for (const auto& [index, shard] : stream.shards.by_index()) drop_shard(change, stream, shard);
    return change;
}

storage::CatalogChange options_change(const Stream& stream, const StreamOptions& options) {
    return {.puts = {{catalog_key(stream.scope, stream.name), to_json(stream, options)}}};
}

storage::CatalogChange reshard_change(const Stream& stream, const ReshardChange& reshard) {
    storage::CatalogChange change;
    if (stream.stored_whole || reshard.options != stream.options) {
        Stream in_parts{.scope = stream.scope, .name = stream.name, .created = stream.created};
        change = options_change(in_parts, reshard.options);
    }
    if (stream.stored_whole) {
        for (const auto& [index, shard] : stream.shards.by_index()) {
            if (!reshard.shards.contains(index)) put_shard(change, stream, shard);
        }
    }
    for (const auto& [index, shard] : reshard.shards) put_shard(change, stream, shard);
    return change;
}

storage::CatalogChange expire_change(const Stream& stream, const std::vector<Shard>& shards) {
    storage::CatalogChange change;
    for (const Shard& shard : shards) drop_shard(change, stream, shard);
    return change;
}

storage::CatalogChange forget_change(storage::LogId log) {
    return {.erases = {removed_key(log)}};
}

Result<StoredStreams> read_streams(const storage::Catalog& catalog) {
    StoredStreams stored;
    std::map<std::pair<aws::Scope, std::string>, std::size_t> positions;
    for (const auto& [key, value] : catalog.list(kStreamsPrefix)) {
        auto stream = parse_stream(key, value);
        if (!stream) return std::unexpected(std::move(stream.error()));
        positions.emplace(std::pair{stream->scope, stream->name}, stored.streams.size());
        stored.streams.push_back(std::move(*stream));
    }
    for (const auto& [key, value] : catalog.list(kShardsPrefix)) {
        const auto shard = parse_shard(key, value);
        if (!shard) return std::unexpected(shard.error());
        const auto position = positions.find({shard->stream.scope, shard->stream.name});
        if (position == positions.end()) return corrupt(key, "there is no such stream");
        stored.streams[position->second].shards.put(shard->shard);
    }
    for (const Stream& stream : stored.streams) {
        if (covers_all_keys(stream.shards)) continue;
        return corrupt(catalog_key(stream.scope, stream.name), "its shards do not cover all hash keys");
    }
    for (const auto& [key, value] : catalog.list(kRemovedPrefix)) {
        const auto log = parse_removed_key(key);
        if (!log) return std::unexpected(log.error());
        stored.removed_logs.push_back(*log);
    }
    return stored;
}

}  // namespace millrace::kinesis
