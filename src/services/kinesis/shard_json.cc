#include "services/kinesis/shard_json.h"

#include <fmt/format.h>

#include "base/number.h"
#include "codec/json.h"
#include "services/kinesis/json_members.h"

namespace millrace::kinesis {
namespace {

using codec::JsonObject;

bool read_parent(const JsonObject& object, const char* name, std::optional<std::uint32_t>& out) {
    if (!object.contains(name)) return true;
    out = 0;
    return read_integer(object, name, *out);
}

bool read_closing(const JsonObject& object, std::optional<Shard::Closing>& out) {
    if (!object.contains("closed")) return true;
    out = Shard::Closing{};
    return read_time(object, "closed", out->at) && read_integer(object, "child", out->first_child);
}

/// All but the index; false when a member is missing or wrong.
bool read_shard(const JsonObject& object, Shard& out) {
    std::uint64_t log = 0;
    if (!read_integer(object, "log", log)) return false;
    out.log = storage::LogId{log};
    return read_time(object, "created", out.created) && read_hash_key(object, "first", out.range.first) &&
           read_hash_key(object, "last", out.range.last) && out.range.first <= out.range.last &&
           read_parent(object, "parent", out.parent) &&
           read_parent(object, "adjacent", out.adjacent_parent) && read_closing(object, out.closed);
}

}  // namespace

std::string shard_key(const aws::Scope& scope, std::string_view stream, std::uint32_t index) {
    return fmt::format("{}{}/{}/{}/{:010}", kShardsPrefix, scope.account, scope.region, stream, index);
}

std::string to_json(const Shard& shard) {
    JsonObject object{{"log", static_cast<std::int64_t>(shard.log.value())},
                      {"created", to_millis(shard.created)},
                      {"first", to_decimal(shard.range.first)},
                      {"last", to_decimal(shard.range.last)}};
    if (shard.parent) object["parent"] = *shard.parent;
    if (shard.adjacent_parent) object["adjacent"] = *shard.adjacent_parent;
    if (shard.closed) {
        object["closed"] = to_millis(shard.closed->at);
        object["child"] = shard.closed->first_child;
    }
    return codec::to_json(object);
}

Result<StoredShard> parse_shard(std::string_view key, std::string_view value) {
    auto stream = parse_stream_path(key, kShardsPrefix);
    const std::size_t name_end = stream ? stream->name.rfind('/') : std::string::npos;
    if (name_end == std::string::npos) return corrupt(key, "the key is not a shard's");
    Shard shard;
    const auto index =
        parse_number<decltype(shard.index)>(std::string_view(stream->name).substr(name_end + 1));
    if (!index) return corrupt(key, "the key is not a shard's");
    shard.index = *index;
    stream->name.resize(name_end);
    const auto json = codec::parse_json(value);
    if (!json) return corrupt(key, json.error().message);
    if (!json->is_object() || !read_shard(json->get_object(), shard)) {
        return corrupt(key, "a member is missing or wrong");
    }
    return StoredShard{.stream = std::move(*stream), .shard = shard};
}

}  // namespace millrace::kinesis
