#include "services/lambda/records/alias.h"

#include <boost/json.hpp>

#include "services/lambda/records/record_json.h"

namespace millrace::lambda {

namespace json = boost::json;

std::string to_json(const Alias& alias) {
    return json::serialize(json::object{{"name", alias.name},
                                        {"version", alias.version},
                                        {"description", alias.description},
                                        {"weights", json::value_from(alias.weights)},
                                        {"revision_id", alias.revision_id}});
}

Result<Alias> Alias::from_json(std::string_view text) {
    return read_record<Alias>(text, "an alias", [](const json::object& object) {
        return Alias{.name = text_or_empty(object, "name"),
                     .version = json::value_to<std::string>(object.at("version")),
                     .description = text_or_empty(object, "description"),
                     .weights = json::value_to<std::map<std::string, double>>(object.at("weights")),
                     .revision_id = text_or_empty(object, "revision_id")};
    });
}

const std::string& pick_version(const Alias& alias, double roll) {
    for (const auto& [version, weight] : alias.weights) {
        if (roll < weight) return version;
        roll -= weight;
    }
    return alias.version;
}

}  // namespace millrace::lambda
