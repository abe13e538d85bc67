#include <algorithm>
#include <fmt/format.h>

#include "base/number.h"
#include "services/cloudformation/template/allowed_pattern.h"
#include "services/cloudformation/template/names.h"
#include "services/cloudformation/template/sections.h"

namespace millrace::cloudformation {

namespace {

namespace json = boost::json;

struct NamedType {
    std::string_view name;
    ParameterType type;
};

constexpr NamedType kNamedTypes[] = {
    {"String", ParameterType::kString},
    {"Number", ParameterType::kNumber},
    {"List<Number>", ParameterType::kNumberList},
    {"List<String>", ParameterType::kStringList},
    {"CommaDelimitedList", ParameterType::kCommaDelimitedList},
    {"AWS::SSM::Parameter::Value<String>", ParameterType::kStoredString},
    {"AWS::SSM::Parameter::Value<List<String>>", ParameterType::kStoredList},
    {"AWS::SSM::Parameter::Value<CommaDelimitedList>", ParameterType::kStoredCommaDelimitedList},
    {"AWS::SSM::Parameter::Value<Number>", ParameterType::kStoredNumber},
    {"AWS::SSM::Parameter::Value<List<Number>>", ParameterType::kStoredNumberList},
    {"AWS::SSM::Parameter::Value<AWS::SSM::Parameter::Name>", ParameterType::kStoredString},
    {"AWS::SSM::Parameter::Name", ParameterType::kStoredName},
};

/// Names of what only AWS has.
constexpr std::string_view kOtherTypes[] = {"AWS::EC2::AvailabilityZone::Name",
                                            "AWS::EC2::Image::Id",
                                            "AWS::EC2::Instance::Id",
                                            "AWS::EC2::KeyPair::KeyName",
                                            "AWS::EC2::SecurityGroup::Id",
                                            "AWS::EC2::SecurityGroup::GroupName",
                                            "AWS::EC2::Subnet::Id",
                                            "AWS::EC2::VPC::Id",
                                            "AWS::EC2::Volume::Id",
                                            "AWS::Route53::HostedZone::Id"};

/// Whether the name is `form` with something in it: "List<", which becomes the name.
bool unwrap(std::string_view& name, std::string_view form) {
    if (!name.starts_with(form) || !name.ends_with('>')) return false;
    name = name.substr(form.size(), name.size() - form.size() - 1);
    return true;
}

std::optional<ParameterType> parameter_type(std::string_view name) {
    const auto* const known = std::ranges::find(kNamedTypes, name, &NamedType::name);
    if (known != std::end(kNamedTypes)) return known->type;
    const bool stored = unwrap(name, "AWS::SSM::Parameter::Value<");
    const bool list = unwrap(name, "List<");
    if (std::ranges::find(kOtherTypes, name) == std::end(kOtherTypes)) return std::nullopt;
    if (stored) return list ? ParameterType::kStoredOtherList : ParameterType::kStoredOther;
    return list ? ParameterType::kOtherList : ParameterType::kOther;
}

std::unexpected<Error> malformed(std::string_view name, std::string_view member, std::string_view wanted) {
    return template_error(
        fmt::format("Template format error: Every {} member of Parameters object must be {}. (Parameter {})",
                    member, wanted, name));
}

template <class Number>
Result<Number> number_member(std::string_view name, std::string_view member, const json::value& value) {
    const auto text = scalar_text(value);
    if (text) {
        if (const auto number = parse_number<Number>(*text)) return *number;
    }
    return malformed(name, member, "a number");
}

template <class Number>
Result<> assign_number(std::optional<Number>& into, std::string_view name, std::string_view member,
                       const json::value& value) {
    auto number = number_member<Number>(name, member, value);
    if (!number) return std::unexpected(number.error());
    into = *number;
    return {};
}

Result<> assign_text(std::string& into, std::string_view name, std::string_view member,
                     const json::value& value) {
    auto text = scalar_text(value);
    if (!text) return malformed(name, member, "a string");
    into = std::move(*text);
    return {};
}

Result<> read_allowed_values(ParameterDeclaration& parameter, const json::value& value) {
    if (!value.is_array()) return malformed(parameter.name, "AllowedValues", "a list");
    for (const json::value& item : value.get_array()) {
        auto text = scalar_text(item);
        if (!text) return malformed(parameter.name, "AllowedValues", "a list of strings");
        parameter.allowed_values.push_back(std::move(*text));
    }
    return {};
}

Result<> read_type(ParameterDeclaration& parameter, const json::value& value) {
    std::string& name = parameter.type_name;
    if (auto read = assign_text(name, parameter.name, "Type", value); !read) return read;
    const auto type = parameter_type(name);
    if (!type) return unrecognized_parameter_type(name, parameter.name);
    parameter.type = *type;
    return {};
}

Result<> read_pattern(ParameterDeclaration& parameter, const json::value& value) {
    auto read = assign_text(parameter.allowed_pattern, parameter.name, "AllowedPattern", value);
    if (!read) return read;
    if (auto good = check_pattern(parameter.allowed_pattern); !good) {
        return template_error(fmt::format(
            "Template format error: AllowedPattern of parameter {} is not a regular expression: {}",
            parameter.name, good.error().message));
    }
    return {};
}

Result<> read_member(ParameterDeclaration& parameter, std::string_view member, const json::value& value) {
    const std::string_view name = parameter.name;
    if (member == "Type") return read_type(parameter, value);
    if (member == "Description") return assign_text(parameter.description, name, member, value);
    if (member == "AllowedPattern") return read_pattern(parameter, value);
    if (member == "ConstraintDescription")
        return assign_text(parameter.constraint_description, name, member, value);
    if (member == "AllowedValues") return read_allowed_values(parameter, value);
    if (member == "MinLength") return assign_number(parameter.min_length, name, member, value);
    if (member == "MaxLength") return assign_number(parameter.max_length, name, member, value);
    if (member == "MinValue") return assign_number(parameter.min_value, name, member, value);
    if (member == "MaxValue") return assign_number(parameter.max_value, name, member, value);
    if (member == "Default") return assign_text(parameter.default_value.emplace(), name, member, value);
    if (member == "NoEcho") {
        std::string text;
        if (auto read = assign_text(text, name, member, value); !read) return read;
        parameter.no_echo = text == "true" || text == "True" || text == "TRUE";
        return {};
    }
    return template_error(
        fmt::format("Invalid template parameter property '{}' (parameter {})", member, name));
}

}  // namespace

std::unexpected<Error> unrecognized_parameter_type(std::string_view type, std::string_view parameter) {
    return template_error(
        fmt::format("Template format error: Unrecognized parameter type: {} (parameter {}; String, "
                    "Number, List<Number>, List<String>, CommaDelimitedList, AWS::SSM::Parameter::Name "
                    "and AWS::SSM::Parameter::Value of any of these are offered)",
                    type, parameter));
}

bool is_looked_up(ParameterType type) {
    return type == ParameterType::kStoredString || type == ParameterType::kStoredList ||
           type == ParameterType::kStoredCommaDelimitedList || type == ParameterType::kStoredNumber ||
           type == ParameterType::kStoredNumberList || type == ParameterType::kStoredOther ||
           type == ParameterType::kStoredOtherList;
}

bool is_list(ParameterType type) {
    return type == ParameterType::kNumberList || type == ParameterType::kStringList ||
           type == ParameterType::kCommaDelimitedList || type == ParameterType::kStoredList ||
           type == ParameterType::kStoredCommaDelimitedList || type == ParameterType::kStoredNumberList ||
           type == ParameterType::kOtherList || type == ParameterType::kStoredOtherList;
}

bool is_other(ParameterType type) {
    return type == ParameterType::kOther || type == ParameterType::kOtherList ||
           type == ParameterType::kStoredOther || type == ParameterType::kStoredOtherList;
}

Result<std::vector<ParameterDeclaration>> read_parameters(const json::object& section,
                                                          const LineOf& line_of) {
    if (section.size() > kParametersMax) {
        return template_error(fmt::format(
            "Template format error: Number of parameters, {}, is greater than maximum allowed, {}",
            section.size(), kParametersMax));
    }
    std::vector<ParameterDeclaration> parameters;
    for (const auto& [name, body] : section) {
        ParameterDeclaration parameter;
        parameter.name = name;
        parameter.line = line_of("/Parameters/" + parameter.name);
        if (!is_logical_id(parameter.name)) {
            return template_error(
                fmt::format("Template format error: Parameter name {} is non alphanumeric.", parameter.name));
        }
        if (!body.is_object() || !body.get_object().contains("Type")) {
            return template_error(fmt::format(
                "Template format error: Every Parameters object must contain a Type member. (Parameter {})",
                parameter.name));
        }
        for (const auto& [member, value] : body.get_object()) {
            if (auto read = read_member(parameter, member, value); !read)
                return std::unexpected(read.error());
        }
        parameters.push_back(std::move(parameter));
    }
    return parameters;
}

}  // namespace millrace::cloudformation
