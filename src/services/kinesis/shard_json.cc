#include "services/kinesis/shard_json.h"

#include <charconv>
#include <fmt/format.h>

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

}  // namespace

std::string shard_key(const aws::Scope& scope, std::string_view stream, std::uint32_t index) {
    return fmt::format("{}{}/{}/{}/{:010}", kShardsPrefix, scope.account, scope.region, stream, index);
}

JsonObject to_json_object(const Shard& shard) {
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
    return object;
}

std::string to_json(const Shard& shard) {
    return codec::to_json(to_json_object(shard));
}

bool read_shard(const JsonObject& object, Shard& out) {
    std::uint64_t log = 0;
    if (!read_integer(object, "log", log)) return false;
    out.log = storage::LogId{log};
    return read_time(object, "created", out.created) && read_hash_key(object, "first", out.range.first) &&
           read_hash_key(object, "last", out.range.last) && out.range.first <= out.range.last &&
           read_parent(object, "parent", out.parent) &&
           read_parent(object, "adjacent", out.adjacent_parent) && read_closing(object, out.closed);
}

Result<StoredShard> parse_shard(std::string_view key, std::string_view value) {
    auto stream = parse_stream_path(key, kShardsPrefix);
    const std::size_t name_end = stream ? stream->name.rfind('/') : std::string::npos;
    if (name_end == std::string::npos) return corrupt(key, "the key is not a shard's");
    Shard shard;
    const char* digits = stream->name.data() + name_end + 1;
    const char* digits_end = stream->name.data() + stream->name.size();
    const auto [end, error] = std::from_chars(digits, digits_end, shard.index);
    if (error != std::errc{} || end != digits_end) return corrupt(key, "the key is not a shard's");
    stream->name.resize(name_end);
    const auto json = codec::parse_json(value);
    if (!json) return corrupt(key, json.error().message);
    if (!json->is_object() || !read_shard(json->get_object(), shard)) {
        return corrupt(key, "a member is missing or wrong");
    }
    return StoredShard{.stream = std::move(*stream), .shard = shard};
}

}  // namespace millrace::kinesis
