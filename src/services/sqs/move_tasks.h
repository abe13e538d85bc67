#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "services/sqs/move_task.h"
#include "services/sqs/queue.h"

namespace millrace::sqs {

inline constexpr std::string_view kMovesPrefix = "sqs/moves/";
/// "sqs/moves/<log of the source queue>"
[[nodiscard]] std::string moves_key(storage::LogId source);

/// The message move tasks of all queues: at most one of a queue runs, and the ten newest are kept, in the
/// catalog. A task moves as many messages as were visible when it began, or fewer when there are no more. It
/// goes on after a restart; how many it had moved is reckoned then from what is left. Threads: the home
/// executor.
class MoveTasks {
  public:
    static constexpr std::size_t kKept = 10;
    static constexpr std::int32_t kRateMax = 500;
    /// Messages move this often, so that one append moves several of a fast task.
    static constexpr Milliseconds kTick{20};
    /// After the log refused a write.
    static constexpr Seconds kRetryDelay{1};

    explicit MoveTasks(const Dependencies& dependencies) : dependencies_(dependencies) {}

    /// Reads the catalog and goes on with what was running; the queues have started.
    [[nodiscard]] Result<> recover(const std::vector<std::shared_ptr<Queue>>& queues);

    /// Newest first.
    [[nodiscard]] std::vector<MoveTask> list(const Queue& source) const;
    /// None of the queue's runs. Answers when the task is durable.
    void start(const std::shared_ptr<Queue>& source, MoveTask task, storage::Done done);
    /// The task runs. Answers when no more messages will move, and that is durable.
    void cancel(const Queue& source, storage::Done done);

    /// The queue is gone.
    void forget(const Queue& source);

  private:
    struct Source {
        std::shared_ptr<Queue> queue;
        std::vector<MoveTask> tasks;     ///< newest first
        bool moving = false;             ///< messages are on their way
        MonotonicTime began{};           ///< since then the rate is kept
        std::uint64_t moved_before = 0;  ///< until then
        std::vector<storage::Done> cancelling;
    };
    using Sources = std::map<storage::LogId, std::shared_ptr<Source>>;

    void run(const std::shared_ptr<Source>& source);
    void run_later(const std::shared_ptr<Source>& source, MonotonicTime when);
    void keep_rate_from_now(Source& source) const;
    void move(const std::shared_ptr<Source>& source, std::size_t limit);
    void note_moved(const std::shared_ptr<Source>& source, const Result<MovedOut>& moved);
    void finish(const std::shared_ptr<Source>& source, MoveTask::Status status, std::string failure = {});
    void write(const Source& source, storage::Done done);
    [[nodiscard]] bool is_current(const std::shared_ptr<Source>& source) const;

    const Dependencies& dependencies_;
    Sources sources_;
};

}  // namespace millrace::sqs
