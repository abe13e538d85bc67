#pragma once

#include "base/executor.h"
#include "base/random.h"
#include "ports/object_source.h"
#include "services/lambda/asynchronous/async_invocations.h"
#include "services/lambda/code/code_store.h"
#include "services/lambda/execution/invoker.h"
#include "services/lambda/functions.h"
#include "services/lambda/mappings/mappings.h"
#include "services/lambda/records/code_signing_config.h"
#include "services/lambda/records/function_records.h"
#include "services/lambda/records/layer_version.h"

namespace millrace::lambda {

/// What the operations work on. Threads: the home executor.
struct Core {
    Executor& home;
    const Clock& clock;
    Random& random;
    Functions& functions;
    FunctionRecords& records;
    Layers& layers;
    CodeSigningConfigs& code_signing;
    CodeStore& code;
    Invoker& invoker;
    AsyncInvocations& asynchronous;
    Mappings& mappings;
    ports::MessageQueues& queues;
    ports::ObjectSource& objects;
    ports::ObjectSink& object_sink;
};

}  // namespace millrace::lambda
