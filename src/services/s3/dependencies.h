#pragma once

#include "base/executor.h"
#include "base/random.h"
#include "base/time.h"
#include "storage/catalog/catalog.h"
#include "storage/log_store.h"

namespace millrace::s3 {

/// What the service stands on. Everything referred to must outlive the service.
struct Dependencies {
    Executor& home;
    Executor& background;  ///< for sums over many bytes
    const Clock& clock;
    Random& random;
    storage::LogStore& logs;
    storage::Catalog& catalog;
};

}  // namespace millrace::s3
