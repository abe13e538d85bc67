#pragma once

#include "base/executor.h"
#include "base/time.h"
#include "storage/catalog/catalog.h"
#include "storage/log_store.h"

namespace millrace::logs {

/// What the service stands on. Everything referred to must outlive the service.
struct Dependencies {
    Executor& home;
    const Clock& clock;
    storage::LogStore& logs;
    storage::Catalog& catalog;
};

}  // namespace millrace::logs
