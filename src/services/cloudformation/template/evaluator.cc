#include "services/cloudformation/template/evaluator.h"

#include <fmt/format.h>

#include "base/number.h"
#include "codec/base64.h"
#include "codec/json.h"
#include "services/cloudformation/template/names.h"
#include "services/cloudformation/template/resource_types.h"

namespace millrace::cloudformation {

namespace {

namespace json = boost::json;

std::unexpected<Error> unresolved(std::string_view name) {
    return template_error(fmt::format(
        "Template format error: Unresolved resource dependencies [{}] in the Resources block of the template",
        name));
}

}  // namespace

Evaluated Evaluator::value(const json::value& from, const std::string& path) {
    if (from.is_object()) return object(from.get_object(), path);
    if (from.is_array()) return list(from.get_array(), path);
    if (from.is_string()) {
        if (auto charged = charge(from.get_string().size(), path); !charged)
            return std::unexpected(charged.error());
    }
    return from;
}

Evaluated Evaluator::object(const json::object& from, const std::string& path) {
    auto call = function_call(from, Block::kValues, path);
    if (!call) return std::unexpected(call.error());
    if (*call) return apply(**call, path);
    json::object result;
    for (const auto& [name, inner] : from) {
        auto evaluated = value(inner, join_path(path, name));
        if (!evaluated) return evaluated;
        if (*evaluated) result.insert_or_assign(name, std::move(**evaluated));
    }
    return json::value(std::move(result));
}

Evaluated Evaluator::list(const json::array& from, const std::string& path) {
    json::array result;
    for (std::size_t i = 0; i < from.size(); ++i) {
        auto evaluated = value(from[i], join_path(path, fmt::to_string(i)));
        if (!evaluated) return evaluated;
        if (*evaluated) result.push_back(std::move(**evaluated));
    }
    return json::value(std::move(result));
}

Evaluated Evaluator::apply(const FunctionCall& call, const std::string& path) {
    switch (call.function) {
        case Function::kRef:
            return ref(call.argument.get_string(), path);
        case Function::kGetAtt:
            return get_att(*get_att_target(call.argument), path);
        case Function::kSub:
            return sub(sub_arguments(call.argument), path);
        case Function::kJoin:
            return join(call.argument.get_array(), path);
        case Function::kSelect:
            return select(call.argument.get_array(), path);
        case Function::kSplit:
            return split(call.argument.get_array(), path);
        case Function::kFindInMap:
            return find_in_map(call.argument.get_array(), path);
        case Function::kBase64:
            return base64(call.argument, path);
        case Function::kImportValue:
            return import_value(call.argument, path);
        case Function::kGetStackOutput:
            return get_stack_output(call.argument.get_object(), path);
        case Function::kCidr:
            return cidr(call.argument.get_array(), path);
        case Function::kGetAZs:
            return get_azs(call.argument, path);
        case Function::kLength:
            return length(call.argument, path);
        case Function::kToJsonString:
            return to_json_string(call.argument, path);
        case Function::kIf: {
            const json::array& arguments = call.argument.get_array();
            return value(arguments[holds(environment_, std::string(arguments[0].get_string())) ? 1 : 2],
                         path);
        }
        default:
            return template_error(
                fmt::format("Template error: a condition cannot be used as a value, at {}", path));
    }
}

Evaluated Evaluator::ref(std::string_view name, const std::string& path) {
    if (name == "AWS::NoValue") return std::nullopt;
    if (const auto found = environment_.names.find(std::string(name)); found != environment_.names.end()) {
        return charged(found->second, path);
    }
    const ResourceValues* resource = find_resource(name);
    if (resource == nullptr) return unresolved(name);
    if (!resource->known) return unknown_value();
    return charged(json::value(resource->physical_id), path);
}

Evaluated Evaluator::get_att(GetAttTarget target, const std::string& path) {
    if (!target.parameter.empty()) {
        const auto name = environment_.names.find(std::string(target.parameter));
        if (name == environment_.names.end() || !name->second.is_string()) {
            return template_error(
                fmt::format("Template error: the attribute in Fn::GetAtt may be a Ref to a parameter only, "
                            "not to {} (at {})",
                            target.parameter, path));
        }
        target.attribute = name->second.get_string();
    }
    const ResourceValues* resource = find_resource(target.logical_id);
    if (resource == nullptr) return unresolved(target.logical_id);
    if (!resource->known) return unknown_value();
    auto found = resource->attributes.find(std::string(target.attribute));
    if (found == resource->attributes.end() && target.attribute.ends_with("Arn"))
        found = resource->attributes.find(std::string(kAnyArn));
    const auto any = resource->attributes.find(std::string(kAnyAttribute));
    if (found == resource->attributes.end() && any != resource->attributes.end()) {
        return charged(json::value(fmt::format("{}.{}", any->second, target.attribute)), path);
    }
    if (found == resource->attributes.end()) {
        return template_error(
            fmt::format("Template error: resource {} does not support attribute type {} in Fn::GetAtt",
                        target.logical_id, target.attribute));
    }
    return charged(json::value(found->second), path);
}

Evaluated Evaluator::sub(const SubArguments& arguments, const std::string& path) {
    auto parts = parse_sub(arguments.text);
    if (!parts) return std::unexpected(parts.error());
    std::string result;
    for (const SubPart& part : *parts) {
        if (!part.variable) {
            result += part.text;
            continue;
        }
        auto replaced = sub_variable(arguments, part.text, path);
        if (!replaced) return std::unexpected(replaced.error());
        result += *replaced;
        if (auto charged_now = charge(replaced->size(), path); !charged_now) {
            return std::unexpected(charged_now.error());
        }
    }
    return charged(json::value(result), path);
}

Result<std::string> Evaluator::sub_variable(const SubArguments& arguments, std::string_view name,
                                            const std::string& path) {
    if (arguments.variables != nullptr) {
        if (const json::value* given = arguments.variables->if_contains(name)) {
            return text(*given, "Fn::Sub", join_path(path, name));
        }
    }
    const GetAttTarget target = split_get_att(name);
    auto evaluated = target.attribute.empty() ? ref(name, path) : get_att(target, path);
    return as_text(std::move(evaluated), "Fn::Sub", path);
}

Evaluated Evaluator::join(const json::array& arguments, const std::string& path) {
    auto items = texts(arguments[1], "Fn::Join", path);
    if (!items) return std::unexpected(items.error());
    const std::string_view delimiter = arguments[0].get_string();
    std::string result;
    for (std::size_t i = 0; i < items->size(); ++i) {
        if (i != 0) result += delimiter;
        result += (*items)[i];
        if (auto charged_now = charge((*items)[i].size() + delimiter.size(), path); !charged_now) {
            return std::unexpected(charged_now.error());
        }
    }
    return charged(json::value(result), path);
}

Evaluated Evaluator::base64(const json::value& argument, const std::string& path) {
    auto plain = text(argument, "Fn::Base64", path);
    if (!plain) return std::unexpected(plain.error());
    if (is_unknown(*plain)) return unknown_value();
    return charged(json::value(codec::base64_encode(*plain)), path);
}

Evaluated Evaluator::to_json_string(const json::value& argument, const std::string& path) {
    auto plain = value(argument, path);
    if (!plain) return plain;
    if (!*plain)
        return template_error(fmt::format("Template error: Fn::ToJsonString has no value, at {}", path));
    return charged(json::value(codec::to_json(**plain)), path);
}

Result<std::string> Evaluator::text(const json::value& from, std::string_view function,
                                    const std::string& path) {
    return as_text(value(from, path), function, path);
}

Result<std::string> Evaluator::as_text(Evaluated evaluated, std::string_view function,
                                       const std::string& path) {
    if (!evaluated) return std::unexpected(evaluated.error());
    auto scalar = *evaluated ? scalar_text(**evaluated) : std::nullopt;
    if (scalar) return std::move(*scalar);
    return template_error(
        fmt::format("Template error: {} takes strings: what stands at {} is a list, an object or no value",
                    function, path));
}

Result<std::size_t> Evaluator::whole_number(const json::value& from, std::string_view complaint,
                                            const std::string& path) {
    auto digits = text(from, complaint.substr(0, complaint.find(' ')), path);
    if (!digits) return std::unexpected(digits.error());
    if (const auto number = parse_number<std::size_t>(*digits)) return *number;
    return template_error(fmt::format("Template error: {}, not {} (at {})", complaint, *digits, path));
}

Result<std::vector<std::string>> Evaluator::texts(const json::value& from, std::string_view function,
                                                  const std::string& path) {
    auto evaluated = value(from, path);
    if (!evaluated) return std::unexpected(evaluated.error());
    std::vector<std::string> items;
    if (*evaluated && (*evaluated)->is_string() && is_unknown((*evaluated)->get_string())) {
        items.emplace_back(kKnownAfterApply);
        return items;
    }
    if (!*evaluated || !(*evaluated)->is_array()) {
        return template_error(fmt::format("Template error: {} needs a list, at {}", function, path));
    }
    for (json::value& item : (*evaluated)->get_array()) {
        auto scalar = as_text(std::optional(std::move(item)), function, path);
        if (!scalar) return std::unexpected(scalar.error());
        items.push_back(std::move(*scalar));
    }
    return items;
}

const ResourceValues* Evaluator::find_resource(std::string_view logical_id) const {
    const auto found = environment_.resources.find(std::string(logical_id));
    return found == environment_.resources.end() ? nullptr : &found->second;
}

Evaluated Evaluator::charged(json::value result, const std::string& path) {
    const std::size_t bytes = result.is_string() ? result.get_string().size() : 0;
    std::size_t listed = 0;
    if (result.is_array()) {
        for (const json::value& item : result.get_array()) {
            listed += item.is_string() ? item.get_string().size() + 1 : 1;
        }
    }
    if (auto paid = charge(bytes + listed, path); !paid) return std::unexpected(paid.error());
    return result;
}

Result<> Evaluator::charge(std::size_t bytes, const std::string& path) {
    spent_ += bytes;
    if (spent_ <= kEvaluatedBytesMax) return {};
    return template_error(
        fmt::format("Template error: the value at {} is larger than {} bytes", path, kEvaluatedBytesMax));
}

}  // namespace millrace::cloudformation
