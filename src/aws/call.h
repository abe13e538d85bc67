#pragma once

#include "aws/context.h"
#include "aws/faults/faults.h"
#include "aws/model/instance.h"
#include "aws/registry.h"
#include "base/executor.h"
#include "http/message.h"

namespace millrace::aws {

/// A call that is decoded and valid: what the home executor gets.
struct Call {
    Registry::Operation* operation;
    Instance input;  ///< empty where the operation takes nothing
    RequestContext context;
    http::Respond respond;
};

/// Runs the operation and answers in the call's protocol. On the home executor.
void run(Call call);

/// The same with what is to go wrong. Executor and clock must outlive the answer; nothing waits in a delay
/// but a timer.
void run_faulty(Call call, Verdict verdict, Executor& home, const Clock& clock);

}  // namespace millrace::aws
