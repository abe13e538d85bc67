#include "services/cloudformation/sam/context.h"

#include <boost/json/array.hpp>

namespace millrace::cloudformation::sam {

namespace {

namespace json = boost::json;

/// The text of Fn::Sub with the parameters it names filled in.
std::string substitute(std::string_view text, const Context& context) {
    std::string result;
    while (true) {
        const auto open = text.find("${");
        const auto close = open == std::string_view::npos ? open : text.find('}', open);
        if (close == std::string_view::npos) break;
        const auto found = context.parameters.find(std::string(text.substr(open + 2, close - open - 2)));
        result += text.substr(0, open);
        result += found == context.parameters.end() ? text.substr(open, close - open + 1)
                                                    : std::string_view(found->second);
        text.remove_prefix(close + 1);
    }
    return result.append(text);
}

json::value resolve_call(std::string_view function, const json::value& argument, const Context& context) {
    if (function == "Ref" && argument.is_string()) {
        const auto found = context.parameters.find(std::string(argument.get_string()));
        if (found != context.parameters.end()) return json::value(found->second);
    }
    json::value resolved = argument;
    if (function == "Fn::Sub" && argument.is_string()) {
        resolved = substitute(argument.get_string(), context);
    } else if (function != "Ref") {
        resolved = resolve_parameters(argument, context);
        json::array* list = function == "Fn::Sub" ? resolved.if_array() : nullptr;
        if (list != nullptr && !list->empty() && (*list)[0].is_string()) {
            (*list)[0] = substitute((*list)[0].get_string(), context);
        }
    }
    return json::object{{function, std::move(resolved)}};
}

}  // namespace

json::value resolve_parameters(const json::value& value, const Context& context) {
    if (value.is_array()) {
        json::array list;
        for (const json::value& item : value.get_array()) list.push_back(resolve_parameters(item, context));
        return list;
    }
    if (!value.is_object()) return value;
    const json::object& object = value.get_object();
    if (object.size() == 1) return resolve_call(object.begin()->key(), object.begin()->value(), context);
    json::object result;
    for (const auto& [name, inner] : object) result.emplace(name, resolve_parameters(inner, context));
    return result;
}

bool is_function(const json::value& value) {
    const json::object* object = value.if_object();
    if (object == nullptr || object->size() != 1) return false;
    const std::string_view name = object->begin()->key();
    return name == "Ref" || name == "Condition" || name.starts_with("Fn::");
}

bool is_no_value(const json::value& value) {
    return value == json::value(json::object{{"Ref", "AWS::NoValue"}});
}

}  // namespace millrace::cloudformation::sam
