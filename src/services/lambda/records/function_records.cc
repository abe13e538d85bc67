#include "services/lambda/records/function_records.h"

#include <boost/json.hpp>

#include "services/lambda/records/record_json.h"

namespace millrace::lambda {

namespace json = boost::json;

FunctionRecords::FunctionRecords(storage::Catalog& catalog, Functions& functions)
    : policies(catalog, "lambda/policies/"),
      reserved(catalog, "lambda/reserved-concurrency/"),
      provisioned(catalog, "lambda/provisioned-concurrency/"),
      event_invoke(catalog, "lambda/event-invoke-configs/"),
      urls(catalog, "lambda/urls/"),
      runtime_management(catalog, "lambda/runtime-management/"),
      recursion(catalog, "lambda/recursion/"),
      code_signing(catalog, "lambda/function-code-signing/") {
    for (AnyRecordTable* table :
         std::initializer_list<AnyRecordTable*>{&policies, &reserved, &provisioned, &event_invoke, &urls,
                                                &runtime_management, &recursion, &code_signing}) {
        functions.join(*table);
    }
}

std::string to_json(const Policy& policy) {
    json::array statements;
    for (const Policy::Statement& statement : policy.statements) {
        statements.push_back(json::object{{"sid", statement.sid}, {"json", statement.json}});
    }
    return json::serialize(
        json::object{{"statements", std::move(statements)}, {"revision_id", policy.revision_id}});
}

Result<Policy> Policy::from_json(std::string_view text) {
    return read_record<Policy>(text, "a resource policy", [](const json::object& object) {
        Policy policy{.revision_id = text_or_empty(object, "revision_id")};
        for (const json::value& statement : object.at("statements").as_array()) {
            policy.statements.push_back({.sid = json::value_to<std::string>(statement.at("sid")),
                                         .json = json::value_to<std::string>(statement.at("json"))});
        }
        return policy;
    });
}

std::string to_json(const ReservedConcurrency& reserved) {
    return json::serialize(json::object{{"executions", reserved.executions}});
}

Result<ReservedConcurrency> ReservedConcurrency::from_json(std::string_view text) {
    return read_record<ReservedConcurrency>(text, "a reserved concurrency", [](const json::object& object) {
        return ReservedConcurrency{.executions = object.at("executions").to_number<std::size_t>()};
    });
}

std::string to_json(const ProvisionedConcurrency& provisioned) {
    return json::serialize(json::object{{"executions", provisioned.executions},
                                        {"last_modified", to_millis(provisioned.last_modified)}});
}

Result<ProvisionedConcurrency> ProvisionedConcurrency::from_json(std::string_view text) {
    return read_record<ProvisionedConcurrency>(
        text, "a provisioned concurrency", [](const json::object& object) {
            return ProvisionedConcurrency{
                .executions = object.at("executions").to_number<std::size_t>(),
                .last_modified = from_millis(number_or(object, "last_modified", 0))};
        });
}

std::string to_json(const EventInvokeConfig& config) {
    json::object object{{"on_success", config.on_success},
                        {"on_failure", config.on_failure},
                        {"last_modified", to_millis(config.last_modified)}};
    if (config.retries_max) object["retries_max"] = *config.retries_max;
    if (config.age_max) object["age_max"] = config.age_max->count();
    return json::serialize(object);
}

Result<EventInvokeConfig> EventInvokeConfig::from_json(std::string_view text) {
    return read_record<EventInvokeConfig>(text, "an event invoke config", [](const json::object& object) {
        EventInvokeConfig config{.on_success = text_or_empty(object, "on_success"),
                                 .on_failure = text_or_empty(object, "on_failure"),
                                 .last_modified = from_millis(number_or(object, "last_modified", 0))};
        if (object.contains("retries_max")) config.retries_max = object.at("retries_max").to_number<int>();
        if (object.contains("age_max")) config.age_max = Seconds{object.at("age_max").to_number<int>()};
        return config;
    });
}

std::string to_json(const Setting& setting) {
    return json::serialize(json::object{{"value", setting.value}, {"detail", setting.detail}});
}

Result<Setting> Setting::from_json(std::string_view text) {
    return read_record<Setting>(text, "a setting of a function", [](const json::object& object) {
        return Setting{.value = text_or_empty(object, "value"), .detail = text_or_empty(object, "detail")};
    });
}

}  // namespace millrace::lambda
