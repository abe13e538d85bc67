#pragma once

#include "base/time.h"
#include "storage/catalog/catalog.h"

namespace millrace::ecr {

/// What the service stands on. Everything referred to must outlive the service.
struct Dependencies {
    const Clock& clock;
    storage::Catalog& catalog;
};

}  // namespace millrace::ecr
