#pragma once

#include <memory>

#include "aws/model/shape.h"

namespace millrace::aws {

struct InstanceDelete {
    const StructureAccess* access;
    void operator()(void* structure) const { access->destroy(structure); }
};

/// Owns a structure whose type only its shape knows.
using Instance = std::unique_ptr<void, InstanceDelete>;

/// A default value of the structure that the shape describes.
[[nodiscard]] inline Instance make_instance(const Shape& shape) {
    return {shape.structure->create(), InstanceDelete{shape.structure}};
}

}  // namespace millrace::aws
