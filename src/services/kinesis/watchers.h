#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/executor.h"
#include "ports/record_source.h"
#include "services/kinesis/routes.h"

namespace millrace::kinesis {

/// Who wants to know when a stream changes. Wakes run in tasks of their own, so that whoever changes a stream
/// never runs its watchers, and several changes at once wake once. Threads: the home executor. A watch may
/// outlive the Watchers.
class Watchers {
  public:
    explicit Watchers(Executor& executor) : executor_(executor), topics_(std::make_shared<Topics>()) {}

    [[nodiscard]] std::unique_ptr<ports::Watch> add(const std::string& stream_arn,
                                                    std::move_only_function<void()> wake);
    /// Anything may have changed.
    void notify(const std::string& stream_arn);
    /// These shards took records.
    void notify_written(const std::string& stream_arn, const std::vector<Route>& routes);
    void notify_all();

  private:
    using Wake = std::shared_ptr<std::move_only_function<void()>>;
    struct Watcher {
        Wake wake;
        bool all = false;
        std::set<storage::LogId> written;
    };
    struct Topic {
        bool scheduled = false;
        std::map<std::uint64_t, Watcher> watchers;
    };
    struct Topics {
        std::map<std::string, Topic, std::less<>> by_arn;
        std::uint64_t last_id = 0;
    };
    class Handle;

    void schedule(const std::string& stream_arn, Topic& topic);
    static void run(Topics& topics, const std::string& stream_arn);

    Executor& executor_;
    std::shared_ptr<Topics> topics_;
};

}  // namespace millrace::kinesis
