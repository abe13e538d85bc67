#include "services/kinesis/stream_json.h"

#include <fmt/format.h>

#include "codec/json.h"

namespace millrace::kinesis {
namespace {

using codec::Json;
using codec::JsonArray;
using codec::JsonObject;

std::unexpected<Error> corrupt(std::string_view key, std::string_view what) {
    return fail(ErrorCode::kCorruption, fmt::format("the catalog's entry {} is damaged: {}", key, what));
}

template <class T>
bool read_integer(const JsonObject& object, const char* name, T& out) {
    const Json* value = object.if_contains(name);
    if (value == nullptr || !value->is_int64() || !std::in_range<T>(value->get_int64())) return false;
    out = static_cast<T>(value->get_int64());
    return true;
}

bool read_time(const JsonObject& object, const char* name, WallTime& out) {
    std::int64_t millis = 0;
    if (!read_integer(object, name, millis)) return false;
    out = from_millis(millis);
    return true;
}

bool read_hash_key(const JsonObject& object, const char* name, HashKey& out) {
    const Json* value = object.if_contains(name);
    if (value == nullptr || !value->is_string()) return false;
    const auto key = parse_hash_key(value->get_string());
    if (key) out = *key;
    return key.has_value();
}

bool read_tags(const JsonObject& object, Tags& out) {
    const Json* value = object.if_contains("tags");
    if (value == nullptr || !value->is_object()) return false;
    for (const auto& [key, text] : value->get_object()) {
        if (!text.is_string()) return false;
        out.emplace(key, text.get_string());
    }
    return true;
}

bool read_shards(const JsonObject& object, std::vector<Shard>& out) {
    const Json* value = object.if_contains("shards");
    if (value == nullptr || !value->is_array() || value->get_array().empty()) return false;
    for (const Json& element : value->get_array()) {
        if (!element.is_object()) return false;
        const JsonObject& fields = element.get_object();
        Shard shard{.index = static_cast<std::uint32_t>(out.size())};
        std::uint64_t log = 0;
        const HashKey expected_first = out.empty() ? 0 : out.back().range.last + 1;
        if (!read_integer(fields, "log", log) || !read_time(fields, "created", shard.created) ||
            !read_hash_key(fields, "first", shard.range.first) ||
            !read_hash_key(fields, "last", shard.range.last) || shard.range.first != expected_first ||
            shard.range.last < shard.range.first) {
            return false;
        }
        shard.log = storage::LogId{log};
        out.push_back(shard);
    }
    return out.back().range.last == kHashKeyMax;
}

bool read_options(const JsonObject& object, StreamOptions& out) {
    const Json* on_demand = object.if_contains("on_demand");
    if (on_demand == nullptr || !on_demand->is_bool()) return false;
    out.on_demand = on_demand->get_bool();
    if (const Json* key = object.if_contains("kms_key")) {
        if (!key->is_string()) return false;
        out.kms_key = std::string(key->get_string());
    }
    return read_integer(object, "retention_hours", out.retention_hours) &&
           read_integer(object, "record_kib_max", out.record_kib_max) && read_tags(object, out.tags);
}

}  // namespace

std::string catalog_key(const aws::Scope& scope, std::string_view name) {
    return fmt::format("{}{}/{}/{}", kStreamsPrefix, scope.account, scope.region, name);
}

std::string to_json(const Stream& stream) {
    JsonArray shards;
    for (const Shard& shard : stream.shards) {
        shards.push_back(JsonObject{{"log", static_cast<std::int64_t>(shard.log.value())},
                                    {"created", to_millis(shard.created)},
                                    {"first", to_decimal(shard.range.first)},
                                    {"last", to_decimal(shard.range.last)}});
    }
    JsonObject tags;
    for (const auto& [key, value] : stream.options.tags) tags.emplace(key, value);
    JsonObject object{{"created", to_millis(stream.created)},
                      {"on_demand", stream.options.on_demand},
                      {"retention_hours", stream.options.retention_hours},
                      {"record_kib_max", stream.options.record_kib_max},
                      {"tags", std::move(tags)},
                      {"shards", std::move(shards)}};
    if (stream.options.kms_key) object.emplace("kms_key", *stream.options.kms_key);
    return codec::to_json(object);
}

Result<Stream> parse_stream(std::string_view key, std::string_view value) {
    Stream stream;
    std::string_view path = key;
    if (!path.starts_with(kStreamsPrefix)) return corrupt(key, "the key is not a stream's");
    path.remove_prefix(kStreamsPrefix.size());
    const std::size_t account_end = path.find('/');
    const std::size_t region_end = account_end == path.npos ? path.npos : path.find('/', account_end + 1);
    if (region_end == path.npos) return corrupt(key, "the key is not a stream's");
    stream.scope.account = path.substr(0, account_end);
    stream.scope.region = path.substr(account_end + 1, region_end - account_end - 1);
    stream.name = path.substr(region_end + 1);

    const auto json = codec::parse_json(value);
    if (!json) return corrupt(key, json.error().message);
    if (!json->is_object()) return corrupt(key, "not an object");
    const JsonObject& object = json->get_object();
    if (!read_time(object, "created", stream.created) || !read_options(object, stream.options) ||
        !read_shards(object, stream.shards)) {
        return corrupt(key, "a member is missing or wrong");
    }
    stream.options.shard_count = static_cast<std::int32_t>(stream.shards.size());
    return stream;
}

}  // namespace millrace::kinesis
