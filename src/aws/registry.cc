#include "aws/registry.h"

#include "base/assert.h"

namespace millrace::aws {

void Registry::add_operation(Operation operation) {
    const OperationModel* model = operation.model;
    add_service(*model->service);
    const bool fresh = operations_.emplace(model, std::make_unique<Operation>(std::move(operation))).second;
    MILLRACE_ASSERT(fresh);
}

Registry::Operation* Registry::find(const OperationModel& model) {
    const auto found = operations_.find(&model);
    return found == operations_.end() ? nullptr : found->second.get();
}

Registry::Operation* Registry::find(std::string_view name) {
    for (const auto& [model, operation] : operations_) {
        if (model->name == name) return operation.get();
        const std::size_t dot = model->service->name.size();
        if (name.size() == dot + 1 + model->name.size() && name.starts_with(model->service->name) &&
            name[dot] == '.' && name.ends_with(model->name)) {
            return operation.get();
        }
    }
    return nullptr;
}

}  // namespace millrace::aws
