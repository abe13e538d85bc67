#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ports/resource_provider.h"

namespace millrace::cloudformation {

/// Among a resource's attributes: it has all there may be, each beginning with this one's value. Of resources
/// that were skipped.
inline constexpr std::string_view kAnyAttribute = "*";
/// The same of attributes whose names end in Arn: this one's value.
inline constexpr std::string_view kAnyArn = "*Arn";

/// The name under which a type is offered: all "Custom::..." are AWS::CloudFormation::CustomResource.
[[nodiscard]] std::string_view family_of(std::string_view type);

/// The resource types on offer, by name.
class ResourceTypes {
  public:
    void add(ports::ResourceTypeModel model);
    /// From now on every type is there; those not on offer have any properties and attributes.
    void allow_unknown() { allows_unknown_ = true; }
    [[nodiscard]] bool allows_unknown() const { return allows_unknown_; }
    [[nodiscard]] const ports::ResourceTypeModel* find(std::string_view type) const;
    [[nodiscard]] bool is_offered(std::string_view type) const { return models_.contains(family_of(type)); }
    [[nodiscard]] bool skips(std::string_view type) const { return allows_unknown_ && !is_offered(type); }

  private:
    bool allows_unknown_ = false;
    ports::ResourceTypeModel unknown_;
    std::map<std::string, ports::ResourceTypeModel, std::less<>> models_;
};

/// Whether it is what find() gives for types that are not on offer.
[[nodiscard]] inline bool stands_for_unknown(const ports::ResourceTypeModel& model) {
    return model.type.empty();
}

[[nodiscard]] const ports::PropertyModel* find_property(const ports::ResourceTypeModel& model,
                                                        std::string_view name);

}  // namespace millrace::cloudformation
