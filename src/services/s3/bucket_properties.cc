#include "services/s3/bucket_properties.h"

#include <array>
#include <fmt/format.h>
#include <string>
#include <string_view>

#include "codec/xml.h"
#include "ports/system_tags.h"
#include "services/s3/errors.h"
#include "services/s3/limits.h"
#include "services/s3/ops/bucket_documents.h"
#include "services/s3/ops/bucket_tagging.h"
#include "services/s3/tags.h"

namespace millrace::s3 {
namespace {

using codec::Json;
using codec::JsonArray;
using codec::JsonObject;

/// A property that is one of the bucket's settings, and the root of its document.
struct SettingProperty {
    const char* property;
    const char* setting;
    const char* root;
};
constexpr std::array<SettingProperty, 6> kSettings{
    {{"BucketEncryption", "encryption", "ServerSideEncryptionConfiguration"},
     {"LifecycleConfiguration", "lifecycle", "LifecycleConfiguration"},
     {"PublicAccessBlockConfiguration", "publicAccessBlock", "PublicAccessBlockConfiguration"},
     {"OwnershipControls", "ownershipControls", "OwnershipControls"},
     {"CorsConfiguration", "cors", "CORSConfiguration"},
     {"LoggingConfiguration", "logging", "BucketLoggingStatus"}}};

/// What templates call otherwise than S3's documents.
struct Renamed {
    std::string_view property;
    std::string_view element;
};
constexpr std::array<Renamed, 12> kRenamed{
    {{"ServerSideEncryptionConfiguration", "Rule"},
     {"ServerSideEncryptionByDefault", "ApplyServerSideEncryptionByDefault"},
     {"Rules", "Rule"},
     {"CorsRules", "CORSRule"},
     {"AllowedHeaders", "AllowedHeader"},
     {"AllowedMethods", "AllowedMethod"},
     {"AllowedOrigins", "AllowedOrigin"},
     {"ExposedHeaders", "ExposeHeader"},
     {"MaxAge", "MaxAgeSeconds"},
     {"Id", "ID"},
     {"Transitions", "Transition"},
     {"NoncurrentVersionTransitions", "NoncurrentVersionTransition"}}};

std::string_view element_of(std::string_view property) {
    for (const Renamed& renamed : kRenamed) {
        if (renamed.property == property) return renamed.element;
    }
    return property;
}

std::string text_of(const Json& value) {
    return value.is_string() ? std::string(value.get_string()) : codec::to_json(value);
}

/// An element for a value, several for a list.
void write(codec::XmlWriter& writer, std::string_view property, const Json& value) {
    const std::string_view name = element_of(property);
    if (const auto* list = value.if_array()) {
        for (const Json& each : *list) write(writer, property, each);
    } else if (const auto* object = value.if_object()) {
        writer.begin(name);
        for (const auto& [key, member] : *object) write(writer, key, member);
        writer.end();
    } else {
        writer.element(name, text_of(value));
    }
}

/// Takes a member out of an object; null when it is not there.
Json take(JsonObject& object, std::string_view name) {
    const auto found = object.find(name);
    if (found == object.end()) return nullptr;
    Json value = std::move(found->value());
    object.erase(found);
    return value;
}

void put(JsonObject& object, std::string_view name, Json value) {
    if (!value.is_null()) object[name] = std::move(value);
}

/// All transitions of a rule, of which one alone may have a property of its own; {"TransitionInDays": 3}
/// becomes {"Days": 3}.
Json take_transitions(JsonObject& rule, std::string_view name, std::string_view days) {
    Json list = take(rule, std::string(name) + "s");
    if (Json single = take(rule, name); !single.is_null()) {
        if (list.is_null()) list = codec::JsonArray();
        if (list.is_array()) list.get_array().push_back(std::move(single));
    }
    if (!list.is_array()) return list;
    for (Json& each : list.get_array()) {
        if (!each.is_object()) continue;
        JsonObject& transition = each.get_object();
        put(transition, days, take(transition, "TransitionInDays"));
        put(transition, "Date", take(transition, "TransitionDate"));
    }
    return list;
}

/// What says which objects a rule is for: one thing alone, several in an And, nothing as an empty prefix.
JsonObject filter_of(JsonObject& rule) {
    JsonObject filter;
    put(filter, "Prefix", take(rule, "Prefix"));
    put(filter, "Tag", take(rule, "TagFilters"));
    put(filter, "ObjectSizeGreaterThan", take(rule, "ObjectSizeGreaterThan"));
    put(filter, "ObjectSizeLessThan", take(rule, "ObjectSizeLessThan"));
    std::size_t things = filter.size();
    if (const auto* tags = filter.if_contains("Tag"); tags != nullptr && tags->is_array())
        things += tags->get_array().size() - 1;
    if (things == 0) return {{"Prefix", ""}};
    return things == 1 ? filter : JsonObject{{"And", filter}};
}

Json as_lifecycle_rule(Json value) {
    if (!value.is_object()) return value;
    JsonObject& rule = value.get_object();
    JsonObject expiration;
    put(expiration, "Days", take(rule, "ExpirationInDays"));
    put(expiration, "Date", take(rule, "ExpirationDate"));
    put(expiration, "ExpiredObjectDeleteMarker", take(rule, "ExpiredObjectDeleteMarker"));
    if (!expiration.empty()) rule["Expiration"] = std::move(expiration);
    if (Json days = take(rule, "NoncurrentVersionExpirationInDays"); !days.is_null())
        rule["NoncurrentVersionExpiration"] = JsonObject{{"NoncurrentDays", std::move(days)}};
    put(rule, "Transitions", take_transitions(rule, "Transition", "Days"));
    put(rule, "NoncurrentVersionTransitions",
        take_transitions(rule, "NoncurrentVersionTransition", "NoncurrentDays"));
    rule["Filter"] = filter_of(rule);
    return value;
}

Json as_lifecycle(Json value) {
    if (!value.is_object()) return value;
    if (auto* rules = value.get_object().if_contains("Rules"); rules != nullptr && rules->is_array()) {
        for (Json& rule : rules->get_array()) rule = as_lifecycle_rule(std::move(rule));
    }
    return value;
}

/// Without a bucket to write to, the logs go to the bucket itself.
Json as_logging(const BucketRecord& record, Json value) {
    if (!value.is_object()) return value;
    JsonObject& given = value.get_object();
    JsonObject enabled{{"TargetBucket", record.name}, {"TargetPrefix", ""}};
    put(enabled, "TargetBucket", take(given, "DestinationBucketName"));
    put(enabled, "TargetPrefix", take(given, "LogFilePrefix"));
    put(enabled, "TargetObjectKeyFormat", take(given, "TargetObjectKeyFormat"));
    return JsonObject{{"LoggingEnabled", std::move(enabled)}};
}

/// The property as S3's document has it.
Json as_document(const BucketRecord& record, std::string_view setting, const Json& value) {
    if (setting == "lifecycle") return as_lifecycle(value);
    return setting == "logging" ? as_logging(record, value) : value;
}

std::unexpected<aws::ServiceError> bad_property(std::string_view property) {
    return std::unexpected(error(
        "InvalidRequest", fmt::format("The value of the property {} does not fit what S3 takes.", property)));
}

aws::Outcome<void> apply_setting(BucketRecord& record, const SettingProperty& known,
                                 const JsonObject& properties, const JsonObject& previous) {
    const Json* value = properties.if_contains(known.property);
    if (value == nullptr) {
        if (previous.contains(known.property)) record.settings.erase(known.setting);
        return {};
    }
    if (!value->is_object()) return bad_property(known.property);
    const Json document = as_document(record, known.setting, *value);
    std::string text;
    codec::XmlWriter writer(text);
    writer.begin(known.root);
    for (const auto& [key, member] : document.get_object()) write(writer, key, member);
    writer.end();
    return set_document(record, known.setting, text) ? aws::Outcome<void>{} : bad_property(known.property);
}

aws::Outcome<void> apply_versioning(BucketRecord& record, const JsonObject& properties) {
    const Json* value = properties.if_contains("VersioningConfiguration");
    if (value == nullptr) {
        // Once a bucket had versions, it can only stop making them.
        if (record.versioning == Versioning::kEnabled) record.versioning = Versioning::kSuspended;
        return {};
    }
    const Json* status = value->is_object() ? value->get_object().if_contains("Status") : nullptr;
    if (status == nullptr || (*status != "Enabled" && *status != "Suspended"))
        return bad_property("VersioningConfiguration");
    const bool suspend_nothing = *status == "Suspended" && record.versioning == Versioning::kNever;
    if (!suspend_nothing)
        record.versioning = *status == "Enabled" ? Versioning::kEnabled : Versioning::kSuspended;
    return {};
}

aws::Outcome<void> apply_tags(BucketRecord& record, const ports::ResourceRequest& request) {
    std::vector<api::s3::Tag> tags;
    if (const Json* value = request.properties.if_contains("Tags")) {
        if (!value->is_array()) return bad_property("Tags");
        for (const Json& each : value->get_array()) {
            const JsonObject* tag = each.if_object();
            if (tag == nullptr || !tag->contains("Key") || !tag->contains("Value"))
                return bad_property("Tags");
            tags.push_back({.key = text_of(tag->at("Key")), .value = text_of(tag->at("Value"))});
        }
    }
    auto checked = to_tags(tags, kBucketTagsMax);
    if (!checked) return std::unexpected(std::move(checked.error()));
    if (ports::has_system_tag(*checked))
        return std::unexpected(error("InvalidTag", ports::kSystemTagRefused));
    ports::add_stack_tags(request, *checked);
    set_bucket_tags(record, *checked);
    return {};
}

/// As in a bucket made by CreateBucket, whose owner alone has access. LogDeliveryWrite lets AWS write logs,
/// which nobody does here; it needs ownership controls that leave ACLs on.
aws::Outcome<void> check_access_control(const BucketRecord& record, const JsonObject& properties) {
    const Json* value = properties.if_contains("AccessControl");
    if (value == nullptr || *value == Json("Private") || *value == Json("BucketOwnerFullControl")) return {};
    const auto ownership = record.settings.find("ownershipControls");
    const bool has_acls = ownership != record.settings.end() &&
                          ownership->second.find("BucketOwnerEnforced") == std::string::npos;
    if (has_acls && *value == Json("LogDeliveryWrite")) return {};
    return std::unexpected(error("AccessControlListNotSupported", "The bucket does not allow ACLs"));
}

}  // namespace

aws::Outcome<void> apply_properties(BucketRecord& record, const ports::ResourceRequest& request,
                                    const JsonObject& previous) {
    const JsonObject& properties = request.properties;
    if (auto applied = apply_versioning(record, properties); !applied) return applied;
    if (auto applied = apply_tags(record, request); !applied) return applied;
    for (const SettingProperty& known : kSettings) {
        if (auto applied = apply_setting(record, known, properties, previous); !applied) return applied;
    }
    return check_access_control(record, properties);
}

}  // namespace millrace::s3
