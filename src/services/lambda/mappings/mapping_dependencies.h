#pragma once

#include <functional>
#include <string>

#include "aws/context.h"
#include "base/executor.h"
#include "base/random.h"
#include "ports/message_queue.h"
#include "ports/metric_sink.h"
#include "ports/object_source.h"
#include "ports/record_source.h"
#include "services/lambda/execution/invocation.h"
#include "storage/catalog/catalog.h"

namespace millrace::lambda {

/// What runners share. Everything referred to must outlive them.
struct MappingDependencies {
    Executor& home;
    const Clock& clock;
    Random& random;
    storage::Catalog& catalog;
    ports::RecordSource& records;
    ports::MessageQueues& queues;
    ports::ObjectSink& objects;
    ports::MetricSink& metrics;
    /// Runs a function; refuses with ResourceNotFoundException when it is gone.
    std::function<void(const aws::Scope& scope, const std::string& function, Invocation invocation)> invoke;
    /// The function's role; empty when it is gone.
    std::function<std::string(const aws::Scope& scope, const std::string& function)> role_of;
    /// The function's timeout; zero when it is gone.
    std::function<Seconds(const aws::Scope& scope, const std::string& function)> timeout_of;
    /// Batches of one queue that run at once: as many as one function may have processes.
    std::size_t concurrency_max = 0;
    std::string endpoint_url = {};  ///< of this server, for commands that are told to people
};

}  // namespace millrace::lambda
