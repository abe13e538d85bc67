#pragma once

#include <memory>

#include "base/error.h"
#include "ports/record_source.h"
#include "ports/resource_provider.h"
#include "services/kinesis/fan_out.h"
#include "services/kinesis/streams.h"

namespace millrace::aws {
class Registry;
}

namespace millrace::kinesis {

/// Kinesis Data Streams: opens it, registers its operations, offers its ports.
/// Threads: the home executor. What is given at open() must outlive it; it must outlive the registry's use.
class Service {
  public:
    using Dependencies = Streams::Dependencies;

    /// Takes its state from the catalog. kCorruption when that cannot be read.
    [[nodiscard]] static Result<std::unique_ptr<Service>> open(const Dependencies& dependencies);
    ~Service();
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    void register_operations(aws::Registry& registry);
    [[nodiscard]] ports::RecordSource& record_source() { return *record_source_; }
    [[nodiscard]] ports::ResourceProvider& resource_provider() { return *resource_provider_; }

    [[nodiscard]] Streams& streams() { return *streams_; }
    [[nodiscard]] FanOut& fan_out() { return *fan_out_; }

    /// For the end of the program, which waits for every answer: streams to subscribers would last minutes.
    void end_subscriptions() { fan_out_->close(); }
    /// Forgets all streams; the caller empties the storage.
    void reset();

  private:
    Service(std::shared_ptr<Streams> streams, Executor& executor);

    std::shared_ptr<Streams> streams_;
    Executor& executor_;
    std::shared_ptr<FanOut> fan_out_;
    std::unique_ptr<ports::RecordSource> record_source_;
    std::unique_ptr<ports::ResourceProvider> resource_provider_;
};

}  // namespace millrace::kinesis
