#include "services/cloudformation/template/evaluate.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <charconv>
#include <fmt/format.h>

#include "codec/base64.h"
#include "services/cloudformation/template/functions.h"
#include "services/cloudformation/template/names.h"

namespace millrace::cloudformation {

namespace {

namespace json = boost::json;

using Evaluated = Result<std::optional<json::value>>;

bool is_unknown(std::string_view text) {
    return text.find(kKnownAfterApply) != std::string_view::npos;
}

json::value unknown_value() {
    return json::value(kKnownAfterApply);
}

class Evaluator {
  public:
    explicit Evaluator(const Environment& environment) : environment_(environment) {}

    Evaluated value(const json::value& from, const std::string& path) {
        if (from.is_object()) return object(from.get_object(), path);
        if (from.is_array()) return list(from.get_array(), path);
        if (from.is_string()) {
            if (auto charged = charge(from.get_string().size(), path); !charged)
                return std::unexpected(charged.error());
        }
        return from;
    }

  private:
    Evaluated object(const json::object& from, const std::string& path) {
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

    Evaluated list(const json::array& from, const std::string& path) {
        json::array result;
        for (std::size_t i = 0; i < from.size(); ++i) {
            auto evaluated = value(from[i], join_path(path, fmt::to_string(i)));
            if (!evaluated) return evaluated;
            if (*evaluated) result.push_back(std::move(**evaluated));
        }
        return json::value(std::move(result));
    }

    Evaluated apply(const FunctionCall& call, const std::string& path) {
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

    Evaluated ref(std::string_view name, const std::string& path) {
        if (name == "AWS::NoValue") return std::nullopt;
        if (const auto found = environment_.names.find(std::string(name));
            found != environment_.names.end()) {
            return charged(found->second, path);
        }
        const ResourceValues* resource = find_resource(name);
        if (resource == nullptr) return unresolved(name);
        if (!resource->known) return unknown_value();
        return charged(json::value(resource->physical_id), path);
    }

    Evaluated get_att(const GetAttTarget& target, const std::string& path) {
        const ResourceValues* resource = find_resource(target.logical_id);
        if (resource == nullptr) return unresolved(target.logical_id);
        if (!resource->known) return unknown_value();
        const auto found = resource->attributes.find(std::string(target.attribute));
        if (found == resource->attributes.end()) {
            return template_error(
                fmt::format("Template error: resource {} does not support attribute type {} in Fn::GetAtt",
                            target.logical_id, target.attribute));
        }
        return charged(json::value(found->second), path);
    }

    Evaluated sub(const SubArguments& arguments, const std::string& path) {
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

    Result<std::string> sub_variable(const SubArguments& arguments, std::string_view name,
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

    Evaluated join(const json::array& arguments, const std::string& path) {
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

    Evaluated select(const json::array& arguments, const std::string& path) {
        auto index_text = text(arguments[0], "Fn::Select", path);
        if (!index_text) return std::unexpected(index_text.error());
        std::size_t index = 0;
        const char* end = index_text->data() + index_text->size();
        const auto [stop, error] = std::from_chars(index_text->data(), end, index);
        if (error != std::errc() || stop != end) {
            return template_error(fmt::format(
                "Template error: Fn::Select requires an integer index, not {} (at {})", *index_text, path));
        }
        auto items = value(arguments[1], path);
        if (!items) return items;
        if (*items && (*items)->is_string() && is_unknown((*items)->get_string())) return unknown_value();
        if (!*items || !(*items)->is_array()) {
            return template_error(
                fmt::format("Template error: Fn::Select requires a list argument with two elements: an "
                            "integer index and a list "
                            "(at {})",
                            path));
        }
        json::array& chosen = (*items)->get_array();
        if (index >= chosen.size()) {
            return template_error(
                fmt::format("Template error: Fn::Select cannot select nonexistent value at index {} (at {})",
                            index, path));
        }
        return std::move(chosen[index]);
    }

    Evaluated split(const json::array& arguments, const std::string& path) {
        auto whole = text(arguments[1], "Fn::Split", path);
        if (!whole) return std::unexpected(whole.error());
        if (is_unknown(*whole)) return unknown_value();
        const std::string_view delimiter = arguments[0].get_string();
        json::array result;
        std::string_view rest = *whole;
        while (true) {
            const auto at = rest.find(delimiter);
            result.emplace_back(rest.substr(0, at));
            if (at == std::string_view::npos) break;
            rest.remove_prefix(at + delimiter.size());
        }
        return json::value(std::move(result));
    }

    Evaluated find_in_map(const json::array& arguments, const std::string& path) {
        std::string keys[3];
        for (std::size_t i = 0; i < 3; ++i) {
            auto key = text(arguments[i], "Fn::FindInMap", path);
            if (!key) return std::unexpected(key.error());
            keys[i] = std::move(*key);
        }
        const json::object* level = &environment_.source->mappings;
        if (!level->contains(keys[0])) {
            return template_error(fmt::format(
                "Template error: Mapping named '{}' is not present in the 'Mappings' section of template.",
                keys[0]));
        }
        level = &level->at(keys[0]).get_object();
        const json::value* inner = level->if_contains(keys[1]);
        const json::value* found = inner == nullptr ? nullptr : inner->get_object().if_contains(keys[2]);
        if (found == nullptr) {
            return template_error(fmt::format("Template error: Unable to get mapping for {}::{}::{}", keys[0],
                                              keys[1], keys[2]));
        }
        return charged(*found, path);
    }

    Evaluated base64(const json::value& argument, const std::string& path) {
        auto plain = text(argument, "Fn::Base64", path);
        if (!plain) return std::unexpected(plain.error());
        if (is_unknown(*plain)) return unknown_value();
        return charged(json::value(codec::base64_encode(*plain)), path);
    }

    Result<std::string> text(const json::value& from, std::string_view function, const std::string& path) {
        return as_text(value(from, path), function, path);
    }

    static Result<std::string> as_text(Evaluated evaluated, std::string_view function,
                                       const std::string& path) {
        if (!evaluated) return std::unexpected(evaluated.error());
        auto scalar = *evaluated ? scalar_text(**evaluated) : std::nullopt;
        if (scalar) return std::move(*scalar);
        return template_error(fmt::format(
            "Template error: {} takes strings: what stands at {} is a list, an object or no value", function,
            path));
    }

    Result<std::vector<std::string>> texts(const json::value& from, std::string_view function,
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

    [[nodiscard]] const ResourceValues* find_resource(std::string_view logical_id) const {
        const auto found = environment_.resources.find(std::string(logical_id));
        return found == environment_.resources.end() ? nullptr : &found->second;
    }

    static std::unexpected<Error> unresolved(std::string_view name) {
        return template_error(
            fmt::format("Template format error: Unresolved resource dependencies [{}] in the Resources block "
                        "of the template",
                        name));
    }

    Evaluated charged(json::value result, const std::string& path) {
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

    Result<> charge(std::size_t bytes, const std::string& path) {
        spent_ += bytes;
        if (spent_ <= kEvaluatedBytesMax) return {};
        return template_error(
            fmt::format("Template error: the value at {} is larger than {} bytes", path, kEvaluatedBytesMax));
    }

    const Environment& environment_;
    std::size_t spent_ = 0;
};

void add_stack_tags(json::object& properties, const std::vector<StackTag>& stack_tags) {
    if (stack_tags.empty()) return;
    json::value& tags = properties["Tags"];
    if (tags.is_null()) tags = json::array();
    if (!tags.is_array()) return;  // its service says what is wrong
    for (const StackTag& tag : stack_tags) {
        const bool own = std::ranges::any_of(tags.get_array(), [&](const json::value& given) {
            const json::value* key = given.is_object() ? given.get_object().if_contains("Key") : nullptr;
            return key != nullptr && key->is_string() && std::string_view(key->get_string()) == tag.key;
        });
        if (!own) tags.get_array().push_back(json::object{{"Key", tag.key}, {"Value", tag.value}});
    }
}

}  // namespace

Evaluated evaluate(const json::value& value, const Environment& environment, const std::string& path) {
    return Evaluator(environment).value(value, path);
}

Result<json::object> evaluate_properties(const ResourceDeclaration& resource,
                                         const ports::ResourceTypeModel* model,
                                         const Environment& environment) {
    const std::string path = "/Resources/" + resource.logical_id + "/Properties";
    Evaluator evaluator(environment);
    json::object properties;
    for (const auto& [name, value] : resource.properties) {
        auto evaluated = evaluator.value(value, join_path(path, name));
        if (!evaluated) return std::unexpected(evaluated.error());
        if (*evaluated) properties.insert_or_assign(name, std::move(**evaluated));
    }
    if (model != nullptr && model->takes_stack_tags) add_stack_tags(properties, environment.stack_tags);
    return properties;
}

bool holds(const Environment& environment, const std::string& condition) {
    if (condition.empty()) return true;
    const auto found = environment.conditions.find(condition);
    return found != environment.conditions.end() && found->second;
}

}  // namespace millrace::cloudformation
