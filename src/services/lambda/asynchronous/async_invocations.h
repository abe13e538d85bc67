#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aws/context.h"
#include "base/executor.h"
#include "services/lambda/asynchronous/async_event.h"
#include "services/lambda/asynchronous/async_policy.h"
#include "services/lambda/asynchronous/async_record.h"
#include "services/lambda/asynchronous/async_times.h"
#include "services/lambda/execution/invocation.h"
#include "storage/catalog/catalog.h"
#include "storage/log_store.h"

namespace millrace::lambda {

/// Where the catalog keeps the id of the log of events.
inline constexpr std::string_view kAsyncLogKey = "lambda/async-log";

/// Events accepted for later (InvocationType Event): kept in a log of their own until they were run, and
/// until destinations and dead-letter queue, where there are such, have durably got what they get of it. A
/// function error is tried again, as often as the function says; what finds no process is tried again with
/// growing pauses; what is too old is given up; what has no function any more is dropped with a warning. What
/// storage refuses is asked for again every second. An event runs at least once: a crash between its run and
/// the note of it runs it again.
///
/// Log: an entry is an event, or the note that the event at an offset has failed, or is done (async_event.h);
/// trimmed as events are done. Its id stands in the catalog under "lambda/async-log". Threads: the home
/// executor.
class AsyncInvocations {
  public:
    /// Everything referred to must outlive this; destroying it forgets what waits, but not on disk.
    AsyncInvocations(Executor& home, const Clock& clock, storage::LogStore& logs, storage::Catalog& catalog,
                     AsyncHooks hooks, AsyncTimes times = {});
    ~AsyncInvocations();

    /// Reads what an earlier run left.
    void open(std::move_only_function<void(Result<>)> done);
    /// Events are run from now on.
    void start();
    /// Forgets all events, also those that run.
    void reset();

    /// Answers when the event is durable; it runs then. kResourceExhausted when too many wait.
    void accept(AsyncEvent event, std::move_only_function<void(Result<>)> done);

    /// Events of the function that wait because it was throttled are tried at once.
    void retry_now(const aws::Scope& scope, const std::string& function);

    /// Its events are dropped: another function of that name is not the one that they were for. (One that
    /// runs is once it has ended; a crash before that forgets it.)
    void function_deleted(const aws::Scope& scope, const std::string& function);

    [[nodiscard]] std::size_t undone() const { return events_.size(); }

  private:
    struct Waiting {
        AsyncEvent event;
        int failures = 0;
        int throttles = 0;
        bool orphaned = false;  // its function was deleted
        TimerId timer = {};     // of the next try
        std::optional<AsyncAttempt> last = {};
        WallTime retry_at = {};  // by the note of an earlier run
    };
    /// What still has to be told of an event before it is done.
    struct Delivery {
        std::string queue_arn;
        std::string body;
        ports::MessageQueues::Attributes attributes;
    };
    struct Settlement {
        std::deque<Delivery> deliveries;
        bool refused = false;               // storage does not take the first one for now
        std::vector<AsyncEvent> followers;  // events for functions that are destinations
    };

    void ensure_log();
    void recover(storage::Offset from, std::move_only_function<void(Result<>)> done);
    Result<> replay(const storage::Entry& entry);
    void replay(AsyncFailure failure);
    void replay(AsyncDone done);
    void resume(storage::Offset offset, Waiting& waiting);
    void add(storage::Offset offset, AsyncEvent event);
    void dispatch();
    void start(storage::Offset offset);
    void ended(storage::Offset offset, const InvokeResult& result);
    void function_failed(storage::Offset offset, const AsyncPolicy& policy);
    void note_failure(storage::Offset offset, Milliseconds delay);
    void retry_later(storage::Offset offset, Milliseconds delay, const AsyncPolicy& policy);
    void try_after(storage::Offset offset, Milliseconds delay);
    void conclude(storage::Offset offset, std::string_view condition, const AsyncPolicy& policy);
    void add_destination(const std::string& arn, const std::string& record, const AsyncEvent& event,
                         Settlement& settlement) const;
    void deliver(storage::Offset offset, std::shared_ptr<Settlement> settlement);
    void drop(storage::Offset offset, std::string_view reason);
    void finish(storage::Offset offset, std::vector<AsyncEvent> followers = {});
    void forget(storage::Offset offset);
    void ask_again(Task task);
    void trim();

    Executor& home_;
    const Clock& clock_;
    storage::LogStore& logs_;
    storage::Catalog& catalog_;
    AsyncHooks hooks_;
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
