#include "services/lambda/records/code_reference_json.h"

namespace millrace::lambda {

namespace json = boost::json;

json::object code_to_json(const CodeReference& code) {
    return {{"kind", code.kind == CodeReference::Kind::kLocal ? "local" : "package"},
            {"sha256", code.sha256},
            {"path", code.path},
            {"code_sha256", code.code_sha256},
            {"size", code.size}};
}

CodeReference code_from_json(const json::value& value) {
    const bool local = value.at("kind").as_string() == "local";
    return {.kind = local ? CodeReference::Kind::kLocal : CodeReference::Kind::kPackage,
            .sha256 = json::value_to<std::string>(value.at("sha256")),
            .path = json::value_to<std::string>(value.at("path")),
            .code_sha256 = json::value_to<std::string>(value.at("code_sha256")),
            .size = value.at("size").to_number<std::int64_t>()};
}

}  // namespace millrace::lambda
