#include "services/cloudformation/template/capabilities.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>

#include "services/cloudformation/template/check_properties.h"

namespace millrace::cloudformation {

namespace {

constexpr std::string_view kIam = "CAPABILITY_IAM";
constexpr std::string_view kNamedIam = "CAPABILITY_NAMED_IAM";

struct IamType {
    std::string_view type;
    std::string_view name_property;  ///< empty: cannot be named
};

constexpr IamType kIamTypes[] = {
    {"AWS::IAM::AccessKey", ""},
    {"AWS::IAM::Group", "GroupName"},
    {"AWS::IAM::InstanceProfile", "InstanceProfileName"},
    {"AWS::IAM::ManagedPolicy", "ManagedPolicyName"},
    {"AWS::IAM::Policy", ""},
    {"AWS::IAM::Role", "RoleName"},
    {"AWS::IAM::User", "UserName"},
    {"AWS::IAM::UserToGroupAddition", ""},
};

}  // namespace

RequiredCapabilities required_capabilities(const Template& of) {
    std::set<std::string> types;
    bool named = false;
    for (const ResourceDeclaration& resource : of.resources) {
        const auto* iam = std::ranges::find(kIamTypes, resource.type, &IamType::type);
        if (iam == std::end(kIamTypes)) continue;
        types.insert(resource.type);
        const auto has_name = [&](const auto* properties) {
            return properties->contains(iam->name_property);
        };
        named = named || (!iam->name_property.empty() &&
                          std::ranges::any_of(possible_properties(resource.properties), has_name));
    }
    if (types.empty()) return {};
    return {{std::string(named ? kNamedIam : kIam)},
            fmt::format("The following resource(s) require capabilities: [{}]", fmt::join(types, ", "))};
}

RequiredCapabilities required_capabilities(const TemplateSource& of) {
    return {
        {std::string(kAutoExpand)},
        fmt::format("The following transform(s) require capabilities: [{}]", fmt::join(of.transforms, ", "))};
}

bool covers(const std::vector<std::string>& given, const RequiredCapabilities& required) {
    return std::ranges::all_of(required.capabilities, [&](const std::string& capability) {
        const auto has = [&](std::string_view wanted) {
            return std::ranges::find(given, wanted) != given.end();
        };
        return has(capability) || (capability == kIam && has(kNamedIam));
    });
}

}  // namespace millrace::cloudformation
