#pragma once

#include "base/random.h"
#include "base/time.h"
#include "storage/catalog/catalog.h"

namespace millrace::iam {

/// What the service stands on. Everything referred to must outlive the service.
struct Dependencies {
    const Clock& clock;
    Random& random;
    storage::Catalog& catalog;
};

}  // namespace millrace::iam
