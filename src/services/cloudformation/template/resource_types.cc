#include "services/cloudformation/template/resource_types.h"

#include <algorithm>

namespace millrace::cloudformation {

void ResourceTypes::add(ports::ResourceTypeModel model) {
    std::string type = model.type;
    models_.insert_or_assign(std::move(type), std::move(model));
}

const ports::ResourceTypeModel* ResourceTypes::find(std::string_view type) const {
    const auto found = models_.find(family_of(type));
    if (found != models_.end()) return &found->second;
    return allows_unknown_ ? &unknown_ : nullptr;
}

std::string_view family_of(std::string_view type) {
    return type.starts_with("Custom::") ? "AWS::CloudFormation::CustomResource" : type;
}

const ports::PropertyModel* find_property(const ports::ResourceTypeModel& model, std::string_view name) {
    const auto found = std::ranges::find(model.properties, name, &ports::PropertyModel::name);
    return found == model.properties.end() ? nullptr : &*found;
}

}  // namespace millrace::cloudformation
