#include "services/lambda/records/function_url.h"

#include <boost/json.hpp>

#include "services/lambda/records/record_json.h"

namespace millrace::lambda {

namespace json = boost::json;

namespace {

json::object cors_json(const UrlCors& cors) {
    json::object object;
    const auto add = [&object](std::string_view name, const auto& value) {
        if (value) object[name] = json::value_from(*value);
    };
    add("allow_credentials", cors.allow_credentials);
    add("allow_headers", cors.allow_headers);
    add("allow_methods", cors.allow_methods);
    add("allow_origins", cors.allow_origins);
    add("expose_headers", cors.expose_headers);
    add("max_age", cors.max_age_seconds);
    return object;
}

UrlCors read_cors(const json::object& object) {
    UrlCors cors;
    const auto read = [&object](std::string_view name, auto& value) {
        using Value = std::remove_reference_t<decltype(*value)>;
        if (const json::value* found = object.if_contains(name)) value = json::value_to<Value>(*found);
    };
    read("allow_credentials", cors.allow_credentials);
    read("allow_headers", cors.allow_headers);
    read("allow_methods", cors.allow_methods);
    read("allow_origins", cors.allow_origins);
    read("expose_headers", cors.expose_headers);
    read("max_age", cors.max_age_seconds);
    return cors;
}

}  // namespace

std::string to_json(const FunctionUrl& url) {
    json::object object{{"id", url.id},
                        {"auth_type", url.auth_type},
                        {"invoke_mode", url.invoke_mode},
                        {"created", to_millis(url.created)},
                        {"last_modified", to_millis(url.last_modified)}};
    if (url.cors) object["cors"] = cors_json(*url.cors);
    return json::serialize(object);
}

Result<FunctionUrl> FunctionUrl::from_json(std::string_view text) {
    return read_record<FunctionUrl>(text, "a function URL", [](const json::object& object) {
        FunctionUrl url{.id = json::value_to<std::string>(object.at("id")),
                        .auth_type = text_or_empty(object, "auth_type"),
                        .invoke_mode = text_or_empty(object, "invoke_mode"),
                        .created = from_millis(number_or(object, "created", 0)),
                        .last_modified = from_millis(number_or(object, "last_modified", 0))};
        if (const json::value* cors = object.if_contains("cors")) url.cors = read_cors(cors->as_object());
        return url;
    });
}

}  // namespace millrace::lambda
