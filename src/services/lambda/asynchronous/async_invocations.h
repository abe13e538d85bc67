#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "aws/context.h"
#include "base/executor.h"
#include "services/lambda/asynchronous/async_event.h"
#include "services/lambda/asynchronous/async_times.h"
#include "services/lambda/execution/invocation.h"
#include "storage/catalog/catalog.h"
#include "storage/log_store.h"

namespace millrace::lambda {

/// Where the catalog keeps the id of the log of events.
inline constexpr std::string_view kAsyncLogKey = "lambda/async-log";

/// Events accepted for later (InvocationType Event): kept in a log of their own until they were run. A
/// function error is tried twice more; what finds no process is tried again with growing pauses; what is too
/// old, or whose function is gone, is dropped with a warning. An event runs at least once: a crash between
/// its run and the note of it runs it again.
///
/// Log: an entry is an event, or the note that the event at an offset is done (async_event.h); trimmed as
/// events are done. Its id stands in the catalog under "lambda/async-log". Threads: the home executor.
class AsyncInvocations {
  public:
    /// Runs a function; refuses with ResourceNotFoundException when it is gone.
    using Run = std::function<void(const AsyncEvent& event, Invocation invocation)>;

    /// Everything referred to must outlive this; destroying it forgets what waits, but not on disk.
    AsyncInvocations(Executor& home, const Clock& clock, storage::LogStore& logs, storage::Catalog& catalog,
                     Run run, AsyncTimes times = {});
    ~AsyncInvocations();

    /// Reads what an earlier run left.
    void open(std::move_only_function<void(Result<>)> done);
    /// Events are run from now on.
    void start();
    /// Forgets all events, also those that run.
    void reset();

    /// Answers when the event is durable; it runs then. kResourceExhausted when too many wait.
    void accept(AsyncEvent event, std::move_only_function<void(Result<>)> done);

    [[nodiscard]] std::size_t undone() const { return events_.size(); }

  private:
    struct Waiting {
        AsyncEvent event;
        int failures = 0;
        int throttles = 0;
    };

    void ensure_log();
    void recover(storage::Offset from, std::move_only_function<void(Result<>)> done);
    Result<> replay(const storage::Entry& entry);
    void add(storage::Offset offset, AsyncEvent event);
    void dispatch();
    void start(storage::Offset offset);
    void ended(storage::Offset offset, const InvokeResult& result);
    void retry_later(storage::Offset offset, Milliseconds delay);
    void drop(storage::Offset offset, std::string_view reason);
    void finish(storage::Offset offset);
    void trim();

    Executor& home_;
    const Clock& clock_;
    storage::LogStore& logs_;
    storage::Catalog& catalog_;
    Run run_;
    AsyncTimes times_;
    bool started_ = false;
    storage::LogId log_;
    std::map<storage::Offset, Waiting> events_;  // not done yet
    std::size_t bytes_ = 0;                      // of their payloads
    std::deque<storage::Offset> ready_;
    std::size_t running_ = 0;
    storage::Offset next_offset_;  // after the newest entry known to be written
    storage::Offset trimmed_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace millrace::lambda
