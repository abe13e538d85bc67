#pragma once

#include <functional>
#include <memory>

#include "base/error.h"
#include "base/executor.h"
#include "ports/log_sink.h"
#include "ports/resource_provider.h"
#include "services/logs/dependencies.h"

namespace millrace::aws {
class Registry;
}

namespace millrace::logs {

/// CloudWatch Logs. Home executor only.
class Service {
  public:
    using Opened = std::move_only_function<void(Result<std::unique_ptr<Service>>)>;

    /// Rebuilds the state from the catalog and the newest entry of each stream.
    static void open(Dependencies dependencies, Opened opened);
    ~Service();

    void register_operations(aws::Registry& registry);
    /// Where function output goes. Lines of the last moment are lost when the service goes without a flush.
    [[nodiscard]] ports::LogSink& log_sink();
    /// Runs the task, never inside, once all function output that came is durable or refused by the storage.
    void flush_output_then(Task done);
    /// AWS::Logs::LogGroup.
    [[nodiscard]] ports::ResourceProvider& resource_provider();

    /// Drops all state in memory; the caller empties the storage.
    void reset();

  private:
    struct Parts;
    explicit Service(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> parts_;
};

}  // namespace millrace::logs
