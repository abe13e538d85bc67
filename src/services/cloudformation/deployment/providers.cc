#include "services/cloudformation/deployment/providers.h"

namespace millrace::cloudformation {

Providers::Providers(const std::vector<ports::ResourceProvider*>& providers) {
    for (ports::ResourceProvider* provider : providers) {
        for (ports::ResourceTypeModel& model : provider->resource_types()) {
            by_type_[model.type] = provider;
            types_.add(std::move(model));
        }
    }
}

ports::ResourceProvider* Providers::find(std::string_view type) const {
    const auto found = by_type_.find(type);
    return found == by_type_.end() ? nullptr : found->second;
}

}  // namespace millrace::cloudformation
