#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "services/cloudformation/template/sections.h"
#include "services/cloudformation/template/template.h"

namespace millrace::cloudformation {

/// A template as it was sent: what can be said of it before its transforms, which need the parameters'
/// values, have made it a template.
struct TemplateSource {
    boost::json::object root;
    LineOf line_of;
    std::vector<std::string> transforms;  ///< that are still to be applied
    std::string version;
    std::string description;
    boost::json::value metadata;
    std::vector<ParameterDeclaration> parameters;
};

/// Takes YAML (with short tags) or JSON. Errors are kInvalidArgument in AWS's words.
[[nodiscard]] Result<TemplateSource> parse_source(std::string_view body);

/// From now on, the lines of these JSON pointers, and of what is below them, are those of others.
void redirect_lines(TemplateSource& source, std::map<std::string, std::string> origins);

/// The resource types that it names, also inside loops, and whether a resource of each has no condition.
[[nodiscard]] std::map<std::string, bool> declared_types(const TemplateSource& source);

/// The sections of a source without transforms.
[[nodiscard]] Result<Template> read_template(const TemplateSource& source);

/// "AWS::LanguageExtensions"; each of Transform's forms is a string or a list of them.
inline constexpr std::string_view kLanguageExtensions = "AWS::LanguageExtensions";
inline constexpr std::string_view kServerless = "AWS::Serverless-2016-10-31";

}  // namespace millrace::cloudformation
