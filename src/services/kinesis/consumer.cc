#include "services/kinesis/consumer.h"

#include <array>
#include <fmt/format.h>
#include <utility>

#include "base/number.h"
#include "codec/json.h"
#include "services/kinesis/json_members.h"

namespace millrace::kinesis {
namespace {

using codec::Json;
using codec::JsonObject;

/// 9999-12-31T23:59:59Z: arithmetic with whatever clients forge cannot overflow.
constexpr std::int64_t kSecondsMax = 253'402'300'799;

constexpr std::string_view kInfix = "/consumer/";

std::int64_t seconds(WallTime time) {
    return std::chrono::floor<Seconds>(time).time_since_epoch().count();
}

/// Account, region, stream and name, in this order; none of them holds a slash.
bool read_key(std::string_view key, Consumer& out) {
    if (!key.starts_with(kConsumersPrefix)) return false;
    key.remove_prefix(kConsumersPrefix.size());
    const std::array parts = {&out.scope.account, &out.scope.region, &out.stream};
    for (std::string* part : parts) {
        const std::size_t slash = key.find('/');
        if (slash == std::string_view::npos) return false;
        *part = key.substr(0, slash);
        key.remove_prefix(slash + 1);
    }
    out.name = key;
    return !key.empty() && key.find('/') == std::string_view::npos;
}

bool read_tags(const Json* value, Tags& out) {
    if (value == nullptr || !value->is_object()) return false;
    for (const auto& [key, text] : value->get_object()) {
        if (!text.is_string()) return false;
        out.emplace(key, text.get_string());
    }
    return true;
}

}  // namespace

std::string_view to_string(ConsumerStatus status) {
    switch (status) {
        case ConsumerStatus::kCreating:
            return "CREATING";
        case ConsumerStatus::kActive:
            return "ACTIVE";
        case ConsumerStatus::kDeleting:
            return "DELETING";
    }
    return {};
}

std::string consumer_arn(const Consumer& consumer) {
    return fmt::format("{}{}{}:{}", stream_arn(consumer.scope, consumer.stream), kInfix, consumer.name,
                       seconds(consumer.created));
}

std::optional<ConsumerId> parse_consumer_arn(std::string_view arn) {
    // The last one: a stream may be called "consumer".
    const std::size_t infix = arn.rfind(kInfix);
    if (infix == std::string_view::npos) return std::nullopt;
    auto stream = parse_stream_arn(arn.substr(0, infix));
    const std::string_view rest = arn.substr(infix + kInfix.size());
    const std::size_t colon = rest.rfind(':');
    if (!stream || colon == 0 || colon == std::string_view::npos) return std::nullopt;
    ConsumerId id{.stream = std::move(*stream), .name = std::string(rest.substr(0, colon))};
    const auto created = parse_number<std::int64_t>(rest.substr(colon + 1));
    if (!created || *created < 0 || *created > kSecondsMax) return std::nullopt;
    id.created_seconds = *created;
    return id;
}

std::string catalog_key(const Consumer& consumer) {
    return fmt::format("{}{}/{}/{}/{}", kConsumersPrefix, consumer.scope.account, consumer.scope.region,
                       consumer.stream, consumer.name);
}

std::string to_json(const Consumer& consumer) {
    JsonObject tags;
    for (const auto& [key, value] : consumer.tags) tags.emplace(key, value);
    JsonObject object{{"created", to_millis(consumer.created)}, {"tags", std::move(tags)}};
    if (consumer.policy) object.emplace("policy", *consumer.policy);
    return codec::to_json(object);
}

Result<Consumer> parse_consumer(std::string_view key, std::string_view value) {
    Consumer consumer;
    if (!read_key(key, consumer)) return corrupt(key, "the key is not a consumer's");
    const auto json = codec::parse_json(value);
    if (!json) return corrupt(key, json.error().message);
    if (!json->is_object()) return corrupt(key, "not an object");
    const JsonObject& object = json->get_object();
    const Json* created = object.if_contains("created");
    if (created == nullptr || !created->is_int64() || !read_tags(object.if_contains("tags"), consumer.tags))
        return corrupt(key, "a member is missing or wrong");
    consumer.created = from_millis(created->get_int64());
    if (const Json* policy = object.if_contains("policy")) {
        if (!policy->is_string()) return corrupt(key, "its policy is not a text");
        consumer.policy = std::string(policy->get_string());
    }
    return consumer;
}

}  // namespace millrace::kinesis
