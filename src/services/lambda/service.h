#pragma once

#include <functional>
#include <memory>
#include <string>

#include "aws/registry.h"
#include "base/error.h"
#include "base/executor.h"
#include "base/random.h"
#include "base/time.h"
#include "files/file_system.h"
#include "files/snapshot.h"
#include "http/message.h"
#include "ports/function_events.h"
#include "ports/log_sink.h"
#include "ports/message_queue.h"
#include "ports/metric_sink.h"
#include "ports/object_source.h"
#include "ports/record_source.h"
#include "ports/resource_provider.h"
#include "services/lambda/asynchronous/async_times.h"
#include "services/lambda/execution/pool_limits.h"
#include "services/lambda/execution/sandbox_host.h"
#include "storage/catalog/catalog.h"
#include "storage/log_store.h"

namespace millrace::lambda {

/// All referred to must outlive the service.
struct Dependencies {
    Executor& home;
    /// Another executor, for reading and unpacking code and for trying interpreters: slow work, one piece at
    /// a time.
    Executor& background;
    const Clock& clock;
    Random& random;
    storage::LogStore& logs;
    storage::Catalog& catalog;
    files::FileSystem& files;
    ports::LogSink& log_sink;
    ports::RecordSource& records;
    ports::MessageQueues& queues;
    ports::ObjectSource& objects;
    ports::ObjectSink& object_sink;
    ports::MetricSink& metrics;
    SandboxHost& host;  ///< SystemHost (execution/system_host.h), on the home executor's loop
    std::string data_directory;
    std::string
        endpoint_url;  ///< of this server, as processes on this machine reach it: "http://127.0.0.1:4566"
    std::string search_path;       ///< PATH: where interpreters are, and what functions get
    std::uint16_t debug_port = 0;  ///< the first of those that debuggers connect to; 0: none
    bool private_tmp = false;      ///< each process of a function has a /tmp of its own
    PoolLimits limits = {};
    AsyncTimes times = {};
};

/// AWS Lambda: functions as processes, events that run later, event source mappings.
///
/// Threads: everything on the home executor.
class Service {
  public:
    using Opened = std::move_only_function<void(Result<std::unique_ptr<Service>>)>;

    /// Rebuilds the state from catalog and log. Mappings read, and events run, from start() on. Errors:
    /// kCorruption, kIo.
    static void open(Dependencies dependencies, Opened opened);
    ~Service();
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    /// To be called when the server listens: functions may call it from then on.
    void start();

    void register_operations(aws::Registry& registry);

    /// AWS::Lambda::Function, AWS::Lambda::EventSourceMapping, AWS::Lambda::Permission.
    [[nodiscard]] ports::ResourceProvider& resource_provider();
    [[nodiscard]] ports::FunctionEvents& function_events();

    /// Answers a request to a function URL, or to the link of a package. False when it is neither, and
    /// nothing happened to it.
    [[nodiscard]] bool answer_url(http::Request& request, http::Respond& respond);

    /// Stops mappings, kills all processes, answers all invocations, then calls `done`, never inside, when
    /// what the processes printed has gone to the log sink. Nothing may be asked of the service afterwards.
    void shutdown(Task done);

    /// Gives every package of code a second name below `directory`, a directory on the same disk. What was
    /// committed to the catalog before the call has its package there.
    void snapshot(std::string directory, files::SnapshotDone done);

    /// Forgets everything, as if the catalog and the logs, which the caller empties, had always been empty.
    void reset();

  private:
    struct Impl;
    explicit Service(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace millrace::lambda
