#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "ports/resource_provider.h"
#include "services/cloudformation/template/external_values.h"
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
};

struct StackTag {
    std::string key;
    std::string value;
    friend bool operator==(const StackTag&, const StackTag&) = default;
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
    std::vector<StackTag> stack_tags;
    std::map<std::string, std::string> exports;  ///< what Fn::ImportValue finds, by name
    /// Where planning notes the exports it uses; one that is not there is kKnownAfterApply then. Null when a
    /// deployment evaluates, for which that is an error.
    std::set<std::string>* imported = nullptr;
    ExternalValues external;
    ExternalKeys* unresolved = nullptr;  ///< the same for external values
};

/// AWS's words for an import of what no stack exports.
[[nodiscard]] std::string no_export(std::string_view name);

/// "aws", "aws-cn" or "aws-us-gov".
[[nodiscard]] std::string_view partition_of(std::string_view region);

/// Parameters resolved and conditions decided; resources are added by the caller as they come to be.
[[nodiscard]] Result<Environment> make_environment(const Template& from, const ParameterValues& parameters,
                                                   const PseudoParameters& pseudo,
                                                   std::vector<StackTag> stack_tags = {});

/// The value without functions; nothing when it is AWS::NoValue. Dynamic references stay. `path` is told in
/// errors.
[[nodiscard]] Result<std::optional<boost::json::value>> evaluate(const boost::json::value& value,
                                                                 const Environment& environment,
                                                                 const std::string& path);

/// A resource's properties without functions and dynamic references; with the stack's tags, where the type
/// takes them and the resource has none of that key. Without a model (an unknown type) there are no tags.
[[nodiscard]] Result<boost::json::object> evaluate_properties(const ResourceDeclaration& resource,
                                                              const ports::ResourceTypeModel* model,
                                                              const Environment& environment);

/// Whether a condition of that name holds; an empty name always does. The name must be known to the
/// environment.
[[nodiscard]] bool holds(const Environment& environment, const std::string& condition);

}  // namespace millrace::cloudformation
