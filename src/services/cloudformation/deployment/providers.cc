#include "services/cloudformation/deployment/providers.h"

namespace millrace::cloudformation {

Providers::Providers(const std::vector<ports::ResourceProvider*>& providers, ports::ResourceProvider* unknown)
    : unknown_(unknown) {
    if (unknown != nullptr) types_.allow_unknown();
    for (ports::ResourceProvider* provider : providers) {
        for (ports::ResourceTypeModel& model : provider->resource_types()) {
            by_type_[model.type] = provider;
            types_.add(std::move(model));
        }
    }
    const auto mappings = by_type_.find(LenientMappings::kType);
    if (unknown == nullptr || mappings == by_type_.end()) return;
    mappings_ = std::make_unique<LenientMappings>(*mappings->second, *unknown);
    mappings->second = mappings_.get();
}

ports::ResourceProvider* Providers::find(std::string_view type) const {
    const auto found = by_type_.find(family_of(type));
    return found == by_type_.end() ? unknown_ : found->second;
}

bool Providers::resumes(const std::string& type) const {
    const ports::ResourceProvider* provider = find(type);
    return provider != nullptr && provider->resumes(type);
}

}  // namespace millrace::cloudformation
