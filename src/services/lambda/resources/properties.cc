#include "services/lambda/resources/properties.h"

#include <boost/json.hpp>

#include "aws/model/validate.h"
#include "aws/protocol/json.h"
#include "base/number.h"
#include "codec/json.h"
#include "services/lambda/ops/mapping_tags.h"

namespace millrace::lambda {

namespace json = boost::json;

namespace {

void to_number(json::value& value) {
    const std::string_view text = value.as_string();
    if (const auto integer = parse_number<std::int64_t>(text)) {
        value = *integer;
    } else if (const auto real = parse_number<double>(text)) {
        value = *real;
    }
}

// What does not fit the shape is left as it is, for the decoder to name.
void fit(json::value& value, const aws::Shape& shape) {
    switch (shape.kind) {
        case aws::Kind::kInteger:
        case aws::Kind::kLong:
        case aws::Kind::kDouble:
        case aws::Kind::kTimestamp:
            if (value.is_string() && !value.as_string().empty()) to_number(value);
            break;
        case aws::Kind::kBoolean:
            if (value == "true" || value == "True") value = true;
            if (value == "false" || value == "False") value = false;
            break;
        case aws::Kind::kString:
            if (value.is_number() || value.is_bool()) value = codec::to_json(value);
            break;
        case aws::Kind::kList:
            if (!value.is_array()) break;
            for (json::value& element : value.as_array()) fit(element, *shape.element);
            break;
        case aws::Kind::kMap:
            if (!value.is_object()) break;
            for (auto& member : value.as_object()) fit(member.value(), *shape.element);
            break;
        case aws::Kind::kStructure:
            if (!value.is_object()) break;
            for (const aws::Member& member : shape.members) {
                if (json::value* found = value.as_object().if_contains(member.name))
                    fit(*found, *member.shape);
            }
            break;
        case aws::Kind::kBlob:
            break;
    }
}

}  // namespace

void reshape_tags(json::object& properties) {
    json::value* tags = properties.if_contains("Tags");
    if (tags == nullptr || !tags->is_array()) return;
    json::object map;
    for (const json::value& tag : tags->as_array()) {
        const json::object* pair = tag.if_object();
        const json::value* key = pair != nullptr ? pair->if_contains("Key") : nullptr;
        const json::value* value = pair != nullptr ? pair->if_contains("Value") : nullptr;
        if (key != nullptr && value != nullptr && key->is_string()) map[key->as_string()] = *value;
    }
    properties["Tags"] = std::move(map);
}

aws::Outcome<void> complete_tags(const ports::ResourceRequest& request, std::optional<ports::TagMap>& tags) {
    if (!tags) tags.emplace();
    if (auto own = check_own_tags(*tags); !own) return own;
    ports::add_stack_tags(request, *tags);
    return {};
}

aws::Outcome<void> read_properties(const json::object& properties, const aws::OperationModel& operation,
                                   void* input) {
    json::value fitted = properties;
    fit(fitted, *operation.input);
    aws::Violations violations;
    auto decoded =
        aws::decode_json(codec::to_json(fitted), *operation.input, input, violations, aws::JsonMembers::kAll);
    if (!decoded) return decoded;
    aws::validate(*operation.service, *operation.input, input, violations);
    if (!violations.empty()) return std::unexpected(violations.to_error(*operation.service));
    return {};
}

}  // namespace millrace::lambda
