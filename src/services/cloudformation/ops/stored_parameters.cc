#include "services/cloudformation/ops/stored_parameters.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/number.h"
#include "services/cloudformation/errors.h"

namespace millrace::cloudformation {

namespace {

bool is_number_text(const boost::json::value& text) {
    return parse_number<double>(std::string_view(text.get_string())).has_value();
}

bool is_of_type(ParameterType type, const ports::StoredParameter& stored) {
    if (stored.is_list != is_list(type)) return false;
    const boost::json::value value = parameter_reference(type, stored.value);
    if (type == ParameterType::kStoredNumber) return is_number_text(value);
    if (type == ParameterType::kStoredNumberList)
        return std::ranges::all_of(value.get_array(), is_number_text);
    return true;
}

}  // namespace

aws::Outcome<ParameterValues> look_up(const ports::ParameterSource& source, const aws::Scope& scope,
                                      const std::vector<ParameterDeclaration>& declared,
                                      const ParameterValues& given) {
    ParameterValues values;
    std::vector<std::string> missing;
    std::vector<std::string> mismatched;
    for (const ParameterDeclaration& parameter : declared) {
        const bool wanted = is_looked_up(parameter.type);
        if (!wanted && parameter.type != ParameterType::kStoredName) continue;
        const std::string& name = given.at(parameter.name);
        auto stored = source.find(scope, name);
        if (!stored && is_other(parameter.type)) {
            values.emplace(parameter.name, name);
        } else if (!stored) {
            missing.push_back(name);
        } else if (wanted && !is_of_type(parameter.type, *stored)) {
            mismatched.push_back(name);
        } else if (wanted) {
            values.emplace(parameter.name, std::move(stored->value));
        }
    }
    if (!missing.empty()) {
        return std::unexpected(validation_error(
            fmt::format("Unable to fetch parameters [{}] from parameter store for this account.",
                        fmt::join(missing, ","))));
    }
    if (!mismatched.empty()) {
        return std::unexpected(validation_error(fmt::format(
            "Parameters [{}] referenced by template have types not matching with parameter store.",
            fmt::join(mismatched, ","))));
    }
    return values;
}

}  // namespace millrace::cloudformation
