#include "services/kinesis/json_members.h"

#include <fmt/format.h>

namespace millrace::kinesis {

using codec::Json;
using codec::JsonObject;

std::unexpected<Error> corrupt(std::string_view key, std::string_view what) {
    return fail(ErrorCode::kCorruption, fmt::format("the catalog's entry {} is damaged: {}", key, what));
}

std::optional<StreamId> parse_stream_path(std::string_view key, std::string_view prefix) {
    if (!key.starts_with(prefix)) return std::nullopt;
    key.remove_prefix(prefix.size());
    const std::size_t account_end = key.find('/');
    const std::size_t region_end = account_end == key.npos ? key.npos : key.find('/', account_end + 1);
    if (region_end == key.npos) return std::nullopt;
    return StreamId{
        .scope = {.account = std::string(key.substr(0, account_end)),
                  .region = std::string(key.substr(account_end + 1, region_end - account_end - 1))},
        .name = std::string(key.substr(region_end + 1))};
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

}  // namespace millrace::kinesis
