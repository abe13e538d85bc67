#include "services/lambda/records/code_signing_config.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "services/lambda/records/record_json.h"

namespace millrace::lambda {

namespace json = boost::json;

std::string CodeSigningConfig::arn() const {
    return fmt::format("arn:aws:lambda:{}:{}:code-signing-config:{}", scope.region, scope.account, id);
}

std::string to_json(const CodeSigningConfig& c) {
    return json::serialize(json::object{{"account", c.scope.account},
                                        {"region", c.scope.region},
                                        {"id", c.id},
                                        {"description", c.description},
                                        {"publishers", json::value_from(c.publishers)},
                                        {"untrusted", c.untrusted},
                                        {"last_modified", to_millis(c.last_modified)}});
}

Result<CodeSigningConfig> CodeSigningConfig::from_json(std::string_view text) {
    return read_record<CodeSigningConfig>(
        text, "a code signing configuration", [](const json::object& object) {
            return CodeSigningConfig{
                .scope = {.account = text_or_empty(object, "account"),
                          .region = text_or_empty(object, "region")},
                .id = json::value_to<std::string>(object.at("id")),
                .description = text_or_empty(object, "description"),
                .publishers = json::value_to<std::vector<std::string>>(object.at("publishers")),
                .untrusted = text_or_empty(object, "untrusted"),
                .last_modified = from_millis(number_or(object, "last_modified", 0))};
        });
}

}  // namespace millrace::lambda
