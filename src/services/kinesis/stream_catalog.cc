#include "services/kinesis/stream_catalog.h"

#include <fmt/format.h>
#include <map>
#include <utility>

#include "services/kinesis/json_members.h"
#include "services/kinesis/shard_json.h"
#include "services/kinesis/stream_json.h"

namespace millrace::kinesis {
namespace {

void put_shard(storage::CatalogChange& change, const Stream& stream, const Shard& shard) {
    change.puts.emplace_back(shard_key(stream.scope, stream.name, shard.index), to_json(shard));
}

void drop_shard(storage::CatalogChange& change, const storage::LooseLogs& loose, const Stream& stream,
                const Shard& shard) {
    change.erases.push_back(shard_key(stream.scope, stream.name, shard.index));
    loose.put(change, shard.log);
}

}  // namespace

storage::CatalogChange create_change(const Stream& stream) {
    storage::CatalogChange change = options_change(stream, stream.options);
    for (const auto& [index, shard] : stream.shards.by_index()) put_shard(change, stream, shard);
    return change;
}

storage::CatalogChange remove_change(const Stream& stream, const storage::LooseLogs& loose) {
    storage::CatalogChange change{.erases = {catalog_key(stream.scope, stream.name)}};
    for (const auto& [index, shard] : stream.shards.by_index()) drop_shard(change, loose, stream, shard);
    return change;
}

storage::CatalogChange options_change(const Stream& stream, const StreamOptions& options) {
    return {.puts = {{catalog_key(stream.scope, stream.name), to_json(stream, options)}}};
}

storage::CatalogChange reshard_change(const Stream& stream, const ReshardChange& reshard) {
    storage::CatalogChange change;
    if (reshard.options != stream.options) change = options_change(stream, reshard.options);
    for (const auto& [index, shard] : reshard.shards) put_shard(change, stream, shard);
    return change;
}

storage::CatalogChange expire_change(const Stream& stream, const std::vector<Shard>& shards,
                                     const storage::LooseLogs& loose) {
    storage::CatalogChange change;
    for (const Shard& shard : shards) drop_shard(change, loose, stream, shard);
    return change;
}

Result<std::vector<Stream>> read_streams(const storage::Catalog& catalog) {
    std::vector<Stream> streams;
    std::map<std::pair<aws::Scope, std::string>, std::size_t> positions;
    for (const auto& [key, value] : catalog.list(kStreamsPrefix)) {
        auto stream = parse_stream(key, value);
        if (!stream) return std::unexpected(std::move(stream.error()));
        positions.emplace(std::pair{stream->scope, stream->name}, streams.size());
        streams.push_back(std::move(*stream));
    }
    for (const auto& [key, value] : catalog.list(kShardsPrefix)) {
        const auto shard = parse_shard(key, value);
        if (!shard) return std::unexpected(shard.error());
        const auto position = positions.find({shard->stream.scope, shard->stream.name});
        if (position == positions.end()) return corrupt(key, "there is no such stream");
        streams[position->second].shards.put(shard->shard);
    }
    for (const Stream& stream : streams) {
        if (covers_all_keys(stream.shards)) continue;
        return corrupt(catalog_key(stream.scope, stream.name), "its shards do not cover all hash keys");
    }
    return streams;
}

}  // namespace millrace::kinesis
