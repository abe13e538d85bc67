#include <fmt/format.h>

#include "codec/json.h"
#include "codec/json_writer.h"
#include "services/logs/state.h"

namespace millrace::logs {
namespace {

std::unexpected<Error> damaged(const StreamKey& key) {
    return fail(ErrorCode::kCorruption,
                fmt::format("the catalog's value for log group {} {} cannot be read", key.group, key.stream));
}

std::optional<std::int64_t> integer_at(const codec::JsonObject& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr || !value->is_int64()) return std::nullopt;
    return value->get_int64();
}

std::string string_at(const codec::JsonObject& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string{std::string_view{value->get_string()}} : "";
}

}  // namespace

std::string to_catalog_value(const LogGroup& group) {
    std::string out;
    codec::JsonWriter writer{out};
    writer.begin_object()
        .key("created")
        .integer(to_millis(group.created))
        .key("class")
        .string(group.log_class);
    if (group.retention_days) writer.key("retentionDays").integer(*group.retention_days);
    if (!group.kms_key_id.empty()) writer.key("kmsKeyId").string(group.kms_key_id);
    if (group.deletion_protected) writer.key("deletionProtected").boolean(true);
    writer.key("tags").begin_object();
    for (const auto& [name, value] : group.tags) writer.key(name).string(value);
    writer.end_object().end_object();
    return out;
}

std::string to_catalog_value(const LogStream& stream) {
    std::string out;
    codec::JsonWriter{out}
        .begin_object()
        .key("created")
        .integer(to_millis(stream.created))
        .key("log")
        .unsigned_integer(stream.log.value())
        .end_object();
    return out;
}

Result<LogGroup> parse_group(const StreamKey& key, std::string_view value) {
    const auto json = codec::parse_json(value);
    if (!json || !json->is_object()) return damaged(key);
    const auto& object = json->get_object();
    const auto created = integer_at(object, "created");
    if (!created) return damaged(key);
    LogGroup group{.scope = key.scope, .name = key.group, .created = from_millis(*created)};
    if (const auto days = integer_at(object, "retentionDays"))
        group.retention_days = static_cast<std::int32_t>(*days);
    group.kms_key_id = string_at(object, "kmsKeyId");
    group.log_class = string_at(object, "class");
    const auto* is_protected = object.if_contains("deletionProtected");
    group.deletion_protected = is_protected != nullptr && is_protected->is_bool() && is_protected->get_bool();
    if (const auto* tags = object.if_contains("tags"); tags != nullptr && tags->is_object()) {
        for (const auto& tag : tags->get_object())
            group.tags[tag.key()] = string_at(tags->get_object(), tag.key());
    }
    return group;
}

Result<LogStream> parse_stream(const StreamKey& key, std::string_view value) {
    const auto json = codec::parse_json(value);
    if (!json || !json->is_object()) return damaged(key);
    const auto created = integer_at(json->get_object(), "created");
    const auto log = integer_at(json->get_object(), "log");
    if (!created || !log || *log <= 0) return damaged(key);
    return LogStream{key.stream, storage::LogId{static_cast<std::uint64_t>(*log)}, from_millis(*created)};
}

}  // namespace millrace::logs
