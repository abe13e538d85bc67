#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "services/cloudformation/template/parameters.h"
#include "services/cloudformation/template/references.h"
#include "services/cloudformation/template/template.h"

namespace millrace::cloudformation {

/// Most bytes that evaluating one value may produce: a template of 50 KiB can ask for far more.
inline constexpr std::size_t kEvaluatedBytesMax = 1_MiB;

/// Stands for what only the deployment will know, in AWS's words for it.
inline constexpr std::string_view kKnownAfterApply = "{{changeSet:KNOWN_AFTER_APPLY}}";

/// What the AWS::* names stand for.
struct PseudoParameters {
    std::string account;
    std::string region;
    std::string stack_name;
    std::string stack_id;
    std::vector<std::string> notification_arns;
};

/// What Ref and Fn::GetAtt of one resource give.
struct ResourceValues {
    bool known = true;  ///< false: all its values are kKnownAfterApply
    std::string physical_id;
    std::map<std::string, std::string> attributes;
};

/// All that a template's values depend on. Refers to the template, which must outlive it.
struct Environment {
    const Template* source = nullptr;
    std::map<std::string, boost::json::value> names;  ///< parameters and pseudo parameters
    ConditionValues conditions;
    std::map<std::string, ResourceValues> resources;
};

/// Parameters resolved and conditions decided; resources are added by the caller as they come to be.
[[nodiscard]] Result<Environment> make_environment(const Template& from, const ParameterValues& parameters,
                                                   const PseudoParameters& pseudo);

/// The value without functions; nothing when it is AWS::NoValue. `path` is told in errors.
[[nodiscard]] Result<std::optional<boost::json::value>> evaluate(const boost::json::value& value,
                                                                 const Environment& environment,
                                                                 const std::string& path);

/// A resource's properties without functions.
[[nodiscard]] Result<boost::json::object> evaluate_properties(const ResourceDeclaration& resource,
                                                              const Environment& environment);

/// Whether a condition of that name holds; an empty name always does. The name must be known to the
/// environment.
[[nodiscard]] bool holds(const Environment& environment, const std::string& condition);

}  // namespace millrace::cloudformation
