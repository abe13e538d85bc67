#include "services/sqs/queue_properties.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/number.h"
#include "codec/json.h"
#include "services/sqs/boolean_attribute.h"
#include "services/sqs/errors.h"

namespace millrace::sqs {
namespace {

using Type = ports::PropertyModel::Type;

/// A property that is an attribute of the same name.
struct AttributeProperty {
    std::string_view name;
    Type type;
};

constexpr AttributeProperty kAttributeProperties[] = {
    {"ContentBasedDeduplication", Type::kBoolean},
    {"DeduplicationScope", Type::kText},
    {"DelaySeconds", Type::kInteger},
    {"FifoThroughputLimit", Type::kText},
    {"KmsDataKeyReusePeriodSeconds", Type::kInteger},
    {"KmsMasterKeyId", Type::kText},
    {"MaximumMessageSize", Type::kInteger},
    {"MessageRetentionPeriod", Type::kInteger},
    {"ReceiveMessageWaitTimeSeconds", Type::kInteger},
    {"RedriveAllowPolicy", Type::kJson},
    {"RedrivePolicy", Type::kJson},
    {"SqsManagedSseEnabled", Type::kBoolean},
    {"VisibilityTimeout", Type::kInteger},
};

/// An attribute's text as templates have the property; null where there is none.
codec::Json property_of(Type type, const std::string& text) {
    if (text.empty()) return {};
    if (type == Type::kInteger) {
        if (const auto number = parse_number<std::int64_t>(text)) return *number;
    } else if (type == Type::kBoolean) {
        if (const auto boolean = parse_boolean(text)) return *boolean;
    } else if (type == Type::kJson) {
        if (auto document = codec::parse_json(text)) return std::move(*document);
    }
    return codec::Json(text);
}

/// Templates write numbers and booleans with and without quotes, documents as objects or as text.
std::string text_of(const codec::Json& value) {
    if (const auto* text = value.if_string()) return std::string(*text);
    return codec::to_json(value);
}

std::unexpected<aws::ServiceError> refuse(std::string_view property, std::string_view what) {
    return std::unexpected(invalid_parameter(fmt::format("Property {} {}.", property, what)));
}

aws::Outcome<std::map<std::string, std::string>> parse_tags(const codec::Json& value) {
    std::map<std::string, std::string> tags;
    const auto* list = value.if_array();
    if (list == nullptr) return refuse("Tags", "must be a list of Key and Value");
    for (const codec::Json& tag : *list) {
        const auto* object = tag.if_object();
        const codec::Json* key = object == nullptr ? nullptr : object->if_contains("Key");
        const codec::Json* tag_value = object == nullptr ? nullptr : object->if_contains("Value");
        if (key == nullptr || tag_value == nullptr) return refuse("Tags", "must be a list of Key and Value");
        tags.insert_or_assign(text_of(*key), text_of(*tag_value));
    }
    return tags;
}

}  // namespace

std::vector<ports::PropertyModel> queue_property_models() {
    using Update = ports::PropertyModel::Update;
    std::vector<ports::PropertyModel> models{{.name = "QueueName", .update = Update::kReplacement},
                                             {.name = "FifoQueue", .update = Update::kReplacement},
                                             {.name = "Tags"}};
    for (const AttributeProperty& property : kAttributeProperties)
        models.push_back({.name = std::string(property.name), .type = property.type});
    return models;
}

aws::Outcome<QueueProperties> parse_queue_properties(const boost::json::object& properties) {
    QueueProperties queue;
    for (const auto& [key, value] : properties) {
        const std::string name(key.data(), key.size());
        if (name == "QueueName") {
            queue.name = text_of(value);
        } else if (name == "FifoQueue") {
            // CloudFormation takes false for "a standard queue", where the API wants the attribute left out.
            if (text_of(value) != "false") queue.attributes.emplace(name, text_of(value));
        } else if (name == "Tags") {
            auto tags = parse_tags(value);
            if (!tags) return std::unexpected(std::move(tags.error()));
            queue.tags = std::move(*tags);
        } else if (std::ranges::find(kAttributeProperties, name, &AttributeProperty::name) !=
                   std::end(kAttributeProperties)) {
            queue.attributes.emplace(name, text_of(value));
        } else {
            return refuse(name, "is not known");
        }
    }
    return queue;
}

boost::json::object live_properties(const QueueDescription& queue) {
    boost::json::object live{{"QueueName", queue.name}, {"FifoQueue", queue.attributes.is_fifo()}};
    for (const auto& [name, type] : kAttributeProperties)
        live[name] = property_of(type, queue.attributes.get(name).value_or(""));
    codec::JsonArray tags;
    for (const auto& [key, value] : queue.tags)
        tags.push_back(codec::JsonObject{{"Key", key}, {"Value", value}});
    live["Tags"] = std::move(tags);
    return live;
}

aws::Outcome<PolicyProperties> parse_policy_properties(const boost::json::object& properties,
                                                       std::string_view queues) {
    PolicyProperties policy;
    const codec::Json* document = properties.if_contains("PolicyDocument");
    if (document == nullptr) return refuse("PolicyDocument", "is required");
    policy.document = text_of(*document);
    const codec::Json* named = properties.if_contains(queues);
    if (named == nullptr) return refuse(queues, "is required");
    if (const auto* url = named->if_string()) {
        policy.queue_urls.emplace_back(*url);
    } else if (const auto* list = named->if_array()) {
        for (const codec::Json& url_of_one : *list) policy.queue_urls.push_back(text_of(url_of_one));
    } else {
        return refuse(queues, "must name queues by their URLs");
    }
    return policy;
}

}  // namespace millrace::sqs
