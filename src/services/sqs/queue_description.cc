#include "services/sqs/queue_description.h"

#include <fmt/format.h>

#include "codec/json.h"
#include "services/sqs/queue_url.h"

namespace millrace::sqs {
namespace {

constexpr std::int64_t kVersion = 1;

std::map<std::string, std::string> text_map(const codec::JsonObject& object, std::string_view name,
                                            bool& ok) {
    std::map<std::string, std::string> texts;
    const codec::Json* member = object.if_contains(name);
    if (member == nullptr || !member->is_object()) {
        ok = false;
        return texts;
    }
    for (const auto& [key, value] : member->get_object()) {
        if (!value.is_string()) {
            ok = false;
            return texts;
        }
        texts.emplace(std::string_view(key.data(), key.size()), std::string_view(value.get_string()));
    }
    return texts;
}

std::int64_t integer(const codec::JsonObject& object, std::string_view name, bool& ok) {
    const codec::Json* member = object.if_contains(name);
    if (member == nullptr || !member->is_int64()) {
        ok = false;
        return 0;
    }
    return member->get_int64();
}

}  // namespace

std::string QueueDescription::arn() const {
    return queue_arn(scope, name);
}

std::string catalog_key(const QueueDescription& queue) {
    return fmt::format("{}{}/{}/{}", kQueuesPrefix, queue.scope.account, queue.scope.region, queue.name);
}

std::string catalog_value(const QueueDescription& queue) {
    codec::JsonObject attributes;
    for (const std::string_view name : QueueAttributes::names()) {
        if (const auto value = queue.attributes.get(name)) attributes[name] = *value;
    }
    codec::JsonObject tags;
    for (const auto& [key, value] : queue.tags) tags[key] = value;
    return codec::to_json(codec::JsonObject{{"version", kVersion},
                                            {"log", queue.log.value()},
                                            {"created", to_millis(queue.created)},
                                            {"modified", to_millis(queue.modified)},
                                            {"attributes", std::move(attributes)},
                                            {"tags", std::move(tags)}});
}

Result<QueueDescription> parse_description(std::string_view key, std::string_view value) {
    const auto corrupt = [&] {
        return fail(ErrorCode::kCorruption, fmt::format("the catalog's entry '{}' is not a queue's", key));
    };
    if (!key.starts_with(kQueuesPrefix)) return corrupt();
    const std::string_view path = key.substr(kQueuesPrefix.size());
    const std::size_t region = path.find('/');
    const std::size_t name = path.rfind('/');
    if (region == std::string_view::npos || region == name) return corrupt();

    const auto document = codec::parse_json(value);
    if (!document || !document->is_object()) return corrupt();
    const codec::JsonObject& object = document->get_object();
    bool ok = true;
    QueueDescription queue;
    queue.scope = {std::string(path.substr(0, region)),
                   std::string(path.substr(region + 1, name - region - 1))};
    queue.name = path.substr(name + 1);
    ok = integer(object, "version", ok) == kVersion && ok;
    queue.log = storage::LogId{static_cast<std::uint64_t>(integer(object, "log", ok))};
    queue.created = from_millis(integer(object, "created", ok));
    queue.modified = from_millis(integer(object, "modified", ok));
    auto values = text_map(object, "attributes", ok);
    // Earlier versions let a queue have both ways of encryption.
    if (values.contains("KmsMasterKeyId")) values["SqsManagedSseEnabled"] = "false";
    auto attributes = QueueAttributes::of_new_queue(values);
    queue.tags = text_map(object, "tags", ok);
    if (!ok || !attributes) return corrupt();
    queue.attributes = std::move(*attributes);
    return queue;
}

}  // namespace millrace::sqs
