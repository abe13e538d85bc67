#pragma once

#include "base/executor.h"
#include "base/random.h"
#include "services/lambda/asynchronous/async_invocations.h"
#include "services/lambda/code/code_store.h"
#include "services/lambda/execution/invoker.h"
#include "services/lambda/functions.h"
#include "services/lambda/mappings/mappings.h"

namespace millrace::lambda {

/// What the operations work on. Threads: the home executor.
struct Core {
    Executor& home;
    const Clock& clock;
    Random& random;
    Functions& functions;
    CodeStore& code;
    Invoker& invoker;
    AsyncInvocations& asynchronous;
    Mappings& mappings;
    ports::MessageQueues& queues;
};

}  // namespace millrace::lambda
