#pragma once

#include "base/executor.h"
#include "base/random.h"
#include "base/time.h"
#include "storage/catalog/catalog.h"
#include "storage/log_store.h"

namespace millrace::sqs {

/// What the service stands on. Everything referred to must outlive the service.
struct Dependencies {
    Executor& home;
    const Clock& clock;
    Random& random;
    storage::LogStore& logs;
    storage::Catalog& catalog;
    /// AWS refuses a new queue with the name of one deleted less than 60 seconds ago (QueueDeletedRecently).
    /// Off by default: while developing, deleting and creating again must work at once.
    bool refuse_early_recreation = false;
};

}  // namespace millrace::sqs
