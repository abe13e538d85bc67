#pragma once

#include "base/executor.h"
#include "services/lambda/mappings/mapping.h"

namespace millrace::lambda {

/// One mapping at work, whatever its source is. Threads: the home executor.
class Runner {
  public:
    virtual ~Runner() = default;

    virtual void start() = 0;
    /// Batches that run are finished, none is begun.
    virtual void pause() = 0;
    virtual void resume() = 0;
    /// The mapping is gone. True when something is still under way: `gone` then runs once it is over, perhaps
    /// inside a call of this. Only its destruction may follow.
    virtual bool leave(Task gone) = 0;
    /// Settings and function may differ, the source may not.
    virtual void replace_mapping(Mapping mapping) = 0;
    /// The function changed: what failed is tried again at once.
    virtual void retry_now() = 0;
};

}  // namespace millrace::lambda
