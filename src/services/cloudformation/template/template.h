#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/units.h"

namespace millrace::cloudformation {

// AWS's quotas for one template.
inline constexpr std::size_t kTemplateBodyBytesMax = 51'200;
inline constexpr std::size_t kTemplateUrlBytesMax = 1_MiB;
inline constexpr std::size_t kResourcesMax = 500;
inline constexpr std::size_t kParametersMax = 200;
inline constexpr std::size_t kOutputsMax = 200;
inline constexpr std::size_t kMappingsMax = 200;
inline constexpr std::size_t kNestingMax = 64;  ///< ours: levels of objects and lists in a template

enum class ParameterType {
    kString,
    kNumber,
    kNumberList,
    kStringList,
    kCommaDelimitedList,
    kStoredString,  ///< the name of a parameter of Systems Manager, whose value Ref gives
    kStoredList,
    kStoredCommaDelimitedList,
    kStoredNumber,
    kStoredNumberList,
    kStoredName,  ///< the name of one, which Ref gives
    // Of types that are not offered, such as AWS::EC2::VPC::Id; as plain texts where these are allowed.
    kOther,
    kOtherList,
    kStoredOther,  ///< the text itself when Systems Manager has nothing under it
    kStoredOtherList,
};

/// Whether it is a type of AWS's that is taken for plain texts, or refused.
[[nodiscard]] bool is_other(ParameterType type);

/// Whether Ref gives what Systems Manager has under the parameter's name.
[[nodiscard]] bool is_looked_up(ParameterType type);
/// Whether Ref gives a list.
[[nodiscard]] bool is_list(ParameterType type);

/// One entry of the Parameters section.
struct ParameterDeclaration {
    std::string name;
    ParameterType type = ParameterType::kString;
    std::string type_name;  ///< as AWS calls it: "CommaDelimitedList"
    std::string description;
    std::optional<std::string> default_value;
    bool no_echo = false;
    std::vector<std::string> allowed_values;
    std::string allowed_pattern;  ///< empty: anything
    std::string constraint_description;
    std::optional<std::size_t> min_length, max_length;  ///< characters
    std::optional<double> min_value, max_value;
    int line = 0;
};

/// What happens to the resource when it leaves the stack.
enum class RemovalPolicy { kDelete, kRetain, kRetainExceptOnCreate };

/// One entry of the Resources section, nothing evaluated.
struct ResourceDeclaration {
    std::string logical_id;
    std::string type;
    boost::json::object properties;
    std::vector<std::string> depends_on;
    std::string condition;  ///< empty: always there
    RemovalPolicy deletion_policy = RemovalPolicy::kDelete;
    RemovalPolicy update_replace_policy = RemovalPolicy::kDelete;
    boost::json::value metadata;
    std::string objection;  ///< to what it says: an error unless the resource is skipped
    int line = 0;           ///< of the resource in the body, from 1
    std::map<std::string, int> property_lines;
};

struct OutputDeclaration {
    std::string name;
    std::string description;
    std::string condition;
    boost::json::value value;
    boost::json::value export_name;  ///< null: not exported
};

/// A template taken apart: sections and their forms are checked, references between them are not
/// (validate.h).
struct Template {
    std::string version;
    std::string description;
    boost::json::value metadata;
    std::vector<ParameterDeclaration> parameters;
    boost::json::object mappings;
    boost::json::object conditions;
    boost::json::object rules;
    std::vector<ResourceDeclaration> resources;
    std::vector<OutputDeclaration> outputs;

    [[nodiscard]] const ParameterDeclaration* find_parameter(std::string_view name) const;
    [[nodiscard]] const ResourceDeclaration* find_resource(std::string_view logical_id) const;
};

/// Takes YAML (with short tags) or JSON without a Transform section: one whose transforms have been applied,
/// or that never had any (source.h reads the others). Errors are kInvalidArgument in AWS's words, with the
/// line where that helps.
[[nodiscard]] Result<Template> parse_template(std::string_view body);

}  // namespace millrace::cloudformation
