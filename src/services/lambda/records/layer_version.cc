#include "services/lambda/records/layer_version.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "services/lambda/records/code_reference_json.h"
#include "services/lambda/records/record_json.h"

namespace millrace::lambda {

namespace json = boost::json;

std::string LayerVersion::layer_arn() const {
    return fmt::format("arn:aws:lambda:{}:{}:layer:{}", scope.region, scope.account, name);
}

std::string LayerVersion::arn() const {
    return fmt::format("{}:{}", layer_arn(), version);
}

std::string to_json(const LayerVersion& v) {
    return json::serialize(json::object{{"account", v.scope.account},
                                        {"region", v.scope.region},
                                        {"name", v.name},
                                        {"version", v.version},
                                        {"description", v.description},
                                        {"license", v.license},
                                        {"runtimes", json::value_from(v.runtimes)},
                                        {"architectures", json::value_from(v.architectures)},
                                        {"created", to_millis(v.created)},
                                        {"code", code_to_json(v.code)}});
}

Result<LayerVersion> LayerVersion::from_json(std::string_view text) {
    return read_record<LayerVersion>(text, "a layer", [](const json::object& object) {
        const auto texts = [&](const char* key) {
            return json::value_to<std::vector<std::string>>(object.at(key));
        };
        return LayerVersion{
            .scope = {.account = text_or_empty(object, "account"), .region = text_or_empty(object, "region")},
            .name = json::value_to<std::string>(object.at("name")),
            .version = object.at("version").to_number<std::int64_t>(),
            .description = text_or_empty(object, "description"),
            .license = text_or_empty(object, "license"),
            .runtimes = texts("runtimes"),
            .architectures = texts("architectures"),
            .created = from_millis(number_or(object, "created", 0)),
            .code = code_from_json(object.at("code"))};
    });
}

std::string to_json(const LayerCounter& counter) {
    return json::serialize(json::object{{"newest", counter.newest}});
}

Result<LayerCounter> LayerCounter::from_json(std::string_view text) {
    return read_record<LayerCounter>(text, "a layer's counter", [](const json::object& object) {
        return LayerCounter{.newest = object.at("newest").to_number<std::int64_t>()};
    });
}

Layers::Layers(storage::Catalog& catalog)
    : versions(catalog, kLayerVersionsPrefix),
      counters(catalog, "lambda/layers/"),
      policies(catalog, "lambda/layer-policies/") {}

Result<> Layers::load() {
    if (Result<> loaded = versions.load(); !loaded) return loaded;
    if (Result<> loaded = counters.load(); !loaded) return loaded;
    return policies.load();
}

void Layers::clear() {
    versions.clear();
    counters.clear();
    policies.clear();
}

}  // namespace millrace::lambda
