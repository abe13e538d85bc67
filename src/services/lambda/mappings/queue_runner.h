#pragma once

#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "services/lambda/filters/filter_criteria.h"
#include "services/lambda/mappings/event_counts.h"
#include "services/lambda/mappings/mapping_dependencies.h"
#include "services/lambda/mappings/runner.h"

namespace millrace::lambda {

/// A mapping from a queue at work. Receives as soon as there are messages, in as many batches at once as the
/// function may have processes, or MaximumConcurrency says; while that many run, messages stay in the queue.
///
/// A batch is handed over when it has batch_size messages, or 6 MB of event, or its window has passed; with
/// no window, when the queue has no more. What succeeded is deleted; what failed is left to its visibility
/// timeout, and so to the queue's redrive policy. What no filter wants is deleted unseen. A batch that the
/// function was too busy for is offered again while its messages are hidden for long enough, the oldest as
/// soon as another batch has ended; no more are received meanwhile.
///
/// Threads: the home executor.
class QueueRunner final : public Runner {
  public:
    QueueRunner(Mapping mapping, MappingDependencies& dependencies);
    ~QueueRunner() override;
    QueueRunner(const QueueRunner&) = delete;
    QueueRunner& operator=(const QueueRunner&) = delete;

    void start() override;
    void pause() override;
    void resume() override;
    bool leave(Task gone) override;
    void replace_mapping(Mapping mapping) override;
    void retry_now() override {}

  private:
    struct Batch {
        std::vector<ports::QueueMessage> messages;
        std::size_t bytes = 0;
        MonotonicTime window_end{};
        MonotonicTime hand_over_until{};  ///< afterwards its messages could show up again while it runs
        int pauses = 0;
        TimerId timer{};
        /// For the function, which was too busy for it.
        [[nodiscard]] bool waits() const { return timer != TimerId{}; }
    };
    using BatchPtr = std::list<Batch>::iterator;

    void advance();
    [[nodiscard]] bool may_receive() const;
    [[nodiscard]] bool is_full() const;
    [[nodiscard]] Seconds visibility() const;
    void receive();
    void take(Result<std::vector<ports::QueueMessage>> messages, MonotonicTime asked);
    void receive_later(const Error& error);
    void collect(ports::QueueMessage message, MonotonicTime asked);
    void hand_over();
    void invoke(BatchPtr batch);
    void batch_ended(BatchPtr batch, const InvokeResult& result);
    void offer_again(BatchPtr batch);
    void offer_oldest();
    void finish(BatchPtr batch);
    /// `processed`: else a filter dropped the messages.
    void remove(std::vector<std::string> handles, bool processed);

    Mapping mapping_;
    FilterCriteria filter_;
    std::shared_ptr<EventCounts> counts_;  // also of what is deleted when this is gone
    MappingDependencies& dependencies_;
    std::unique_ptr<ports::QueueWatch> watch_;
    bool paused_ = false;
    Task gone_;  // set when it leaves
    bool may_have_messages_ = true;
    bool receiving_ = false;
    bool refused_ = false;
    TimerId receive_again_;
    Batch collecting_;  // its timer is the window's
    std::list<Batch> running_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace millrace::lambda
