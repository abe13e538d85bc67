#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/context.h"
#include "aws/error.h"
#include "services/sqs/dependencies.h"
#include "services/sqs/move_tasks.h"
#include "services/sqs/queue.h"
#include "services/sqs/queue_url.h"
#include "services/sqs/ready_watches.h"
#include "storage/catalog/loose_logs.h"

namespace millrace::sqs {

/// All queues of the process, by scope and name, and their entries in the catalog. What the operations work
/// on. Threads: the home executor. Changes show at once and answer when they are durable; what fails is
/// undone.
class Queues {
  public:
    explicit Queues(const Dependencies& dependencies)
        : dependencies_(dependencies),
          loose_(dependencies.catalog, dependencies.logs, "sqs/removed/"),
          move_tasks_(dependencies),
          watches_(dependencies.home) {}

    /// Reads the catalog and replays every queue's log.
    void recover(storage::Done done);

    [[nodiscard]] const Dependencies& dependencies() const { return dependencies_; }
    [[nodiscard]] MoveTasks& move_tasks() { return move_tasks_; }
    [[nodiscard]] const MoveTasks& move_tasks() const { return move_tasks_; }

    /// nullptr when there is none.
    [[nodiscard]] std::shared_ptr<Queue> find(const aws::Scope& scope, const std::string& name) const;
    [[nodiscard]] std::shared_ptr<Queue> find_arn(std::string_view arn) const;
    /// The queue that an operation's QueueUrl names. Errors: InvalidAddress, QueueDoesNotExist.
    [[nodiscard]] aws::Outcome<std::shared_ptr<Queue>> resolve(const aws::RequestContext& context,
                                                               std::string_view url) const;
    /// Visits queues of the scope whose names begin with the prefix and come after `after`, in name order,
    /// until `visit` returns false.
    void visit(const aws::Scope& scope, std::string_view prefix, std::string_view after,
               const std::function<bool(const Queue&)>& visit) const;

    /// A new queue; its log id and times are filled in. There is none of that name.
    void create(QueueDescription description, storage::Done done);
    /// Makes sure that a queue found by find() is durable.
    void confirm(const Queue& queue, storage::Done done);
    /// Same scope, name and log.
    void update(const std::shared_ptr<Queue>& queue, QueueDescription description, storage::Done done);
    void remove(const std::shared_ptr<Queue>& queue, storage::Done done);

    /// Only with Dependencies::refuse_early_recreation.
    [[nodiscard]] bool deleted_recently(const aws::Scope& scope, const std::string& name) const;

    /// ports::MessageQueues::watch()
    [[nodiscard]] std::unique_ptr<ports::QueueWatch> watch(const std::string& queue_arn,
                                                           std::function<void()> wake) {
        return watches_.add(queue_arn, std::move(wake));
    }

    /// As the server ends: no receive waits any more. Everything else goes on.
    void end_waits();
    /// Forgets everything; waiting receives are answered without messages.
    void clear();

  private:
    using Key = std::pair<aws::Scope, std::string>;

    [[nodiscard]] static Key key_of(const Queue& queue);
    std::shared_ptr<Queue> insert(QueueDescription description);
    void put(const Queue& queue, storage::Done done);
    [[nodiscard]] Result<> start_all();
    void remember_deletion(const Queue& queue);

    const Dependencies& dependencies_;
    storage::LooseLogs loose_;  ///< of queues that are gone
    std::map<Key, std::shared_ptr<Queue>> queues_;
    std::map<Key, MonotonicTime> deleted_;
    MoveTasks move_tasks_;
    ReadyWatches watches_;
    bool waits_ended_ = false;
};

}  // namespace millrace::sqs
