#include <fmt/format.h>

#include "services/cloudformation/template/names.h"
#include "services/cloudformation/template/sections.h"

namespace millrace::cloudformation {

namespace {

namespace json = boost::json;

Result<> read_member(OutputDeclaration& output, std::string_view member, const json::value& value) {
    const auto wrong = [&](std::string_view wanted) {
        return template_error(
            fmt::format("Template format error: Output {} is malformed. The {} member must be {}.",
                        output.name, member, wanted));
    };
    if (member == "Value") {
        output.value = value;
    } else if (member == "Description") {
        auto text = scalar_text(value);
        if (!text) return wrong("a string");
        output.description = std::move(*text);
    } else if (member == "Condition") {
        if (!value.is_string()) return wrong("a string");
        output.condition = value.get_string();
    } else if (member == "Export") {
        if (!value.is_object() || value.get_object().size() != 1 || !value.get_object().contains("Name")) {
            return wrong("an object with a Name");
        }
        output.export_name = value.get_object().at("Name");
    } else {
        return template_error(
            fmt::format("Invalid template output property '{}' (output {})", member, output.name));
    }
    return {};
}

}  // namespace

Result<std::vector<OutputDeclaration>> read_outputs(const json::object& section) {
    if (section.size() > kOutputsMax) {
        return template_error(
            fmt::format("Template format error: Number of outputs, {}, is greater than maximum allowed, {}",
                        section.size(), kOutputsMax));
    }
    std::vector<OutputDeclaration> outputs;
    for (const auto& [name, body] : section) {
        OutputDeclaration output;
        output.name = name;
        if (!is_logical_id(output.name)) {
            return template_error(
                fmt::format("Template format error: Output name {} is non alphanumeric.", output.name));
        }
        if (!body.is_object() || !body.get_object().contains("Value")) {
            return template_error(
                fmt::format("Template format error: Output {} is malformed. Every Outputs member must "
                            "contain a Value object",
                            output.name));
        }
        for (const auto& [member, value] : body.get_object()) {
            if (auto read = read_member(output, member, value); !read) return std::unexpected(read.error());
        }
        outputs.push_back(std::move(output));
    }
    return outputs;
}

}  // namespace millrace::cloudformation
