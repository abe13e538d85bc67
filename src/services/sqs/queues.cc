#include "services/sqs/queues.h"

#include <fmt/format.h>
#include <optional>

#include "api/sqs.h"
#include "base/log.h"
#include "services/sqs/arrivals.h"
#include "services/sqs/errors.h"
#include "services/sqs/limits.h"

namespace millrace::sqs {
namespace {

/// Answers when all of several parts have; with the first error.
struct Joined {
    std::size_t pending = 1;
    Result<> result;
    storage::Done done;

    void finish_one(Result<> part) {
        if (!part && result) result = std::move(part);
        if (--pending == 0) done(std::move(result));
    }
};

}  // namespace

void Queues::recover(storage::Done done) {
    auto joined = std::make_shared<Joined>();
    joined->done = [this, done = std::move(done)](Result<> recovered) mutable {
        done(recovered ? start_all() : std::move(recovered));
    };
    for (const auto& [key, value] : dependencies_.catalog.list(kQueuesPrefix)) {
        auto description = parse_description(key, value);
        if (!description) return joined->done(std::unexpected(std::move(description.error())));
        insert(std::move(*description));
    }
    if (auto given = loose_.give_back_all(); !given) return joined->done(std::move(given));
    joined->pending += queues_.size();
    for (const auto& [key, queue] : queues_) {
        queue->recover([joined](Result<> part) { joined->finish_one(std::move(part)); });
    }
    joined->finish_one({});
}

Result<> Queues::start_all() {
    std::vector<std::shared_ptr<Queue>> all;
    for (const auto& [key, queue] : queues_) all.push_back(queue);
    finish_arrivals(all);
    for (const auto& queue : all) queue->start();
    return move_tasks_.recover(all);
}

std::shared_ptr<Queue> Queues::find(const aws::Scope& scope, const std::string& name) const {
    const auto at = queues_.find({scope, name});
    return at == queues_.end() ? nullptr : at->second;
}

std::shared_ptr<Queue> Queues::find_arn(std::string_view arn) const {
    const auto address = parse_queue_arn(arn);
    return address ? find(address->scope, address->name) : nullptr;
}

aws::Outcome<std::shared_ptr<Queue>> Queues::resolve(const aws::RequestContext& context,
                                                     std::string_view url) const {
    if (url.empty()) return std::unexpected(missing_parameter("QueueUrl"));
    const auto address = parse_queue_url(context.scope, url);
    if (!address) {
        return std::unexpected(
            api::sqs::invalid_address(fmt::format("The address {} is not valid for this endpoint.", url)));
    }
    auto queue = find(address->scope, address->name);
    if (!queue) return std::unexpected(no_such_queue());
    return queue;
}

void Queues::visit(const aws::Scope& scope, std::string_view prefix, std::string_view after,
                   const std::function<bool(const Queue&)>& visit) const {
    auto at = after < prefix ? queues_.lower_bound({scope, std::string(prefix)})
                             : queues_.upper_bound({scope, std::string(after)});
    for (; at != queues_.end(); ++at) {
        const auto& [queue_scope, name] = at->first;
        if (queue_scope != scope || !name.starts_with(prefix) || !visit(*at->second)) return;
    }
}

void Queues::create(QueueDescription description, storage::Done done) {
    description.log = dependencies_.catalog.new_log_id();
    description.created = description.modified = dependencies_.clock.now();
    const auto queue = insert(std::move(description));
    deleted_.erase(key_of(*queue));
    put(*queue, [this, queue, done = std::move(done)](Result<> result) mutable {
        const auto at = queues_.find(key_of(*queue));
        if (!result && at != queues_.end() && at->second == queue) {
            queues_.erase(at);
            queue->close(no_such_queue());
        }
        done(std::move(result));
    });
}

void Queues::confirm(const Queue& queue, storage::Done done) {
    put(queue, std::move(done));
}

void Queues::update(const std::shared_ptr<Queue>& queue, QueueDescription description, storage::Done done) {
    QueueDescription previous = queue->description();
    description.modified = dependencies_.clock.now();
    queue->set_description(std::move(description));
    put(*queue, [queue, previous = std::move(previous), done = std::move(done)](Result<> result) mutable {
        if (!result) queue->set_description(std::move(previous));
        done(std::move(result));
    });
}

void Queues::remove(const std::shared_ptr<Queue>& queue, storage::Done done) {
    queues_.erase(key_of(*queue));
    const storage::LogId log = queue->description().log;
    storage::CatalogChange change{.erases = {catalog_key(queue->description()), moves_key(log)}};
    loose_.put(change, log);
    dependencies_.catalog.commit(std::move(change),
                                 [this, queue, log, done = std::move(done)](Result<> result) mutable {
                                     if (!result) {
                                         queues_.try_emplace(key_of(*queue), queue);
                                         return done(std::move(result));
                                     }
                                     queue->close(no_such_queue());
                                     move_tasks_.forget(*queue);
                                     if (dependencies_.refuse_early_recreation) remember_deletion(*queue);
                                     loose_.give_back(log);
                                     done({});
                                 });
}

void Queues::remember_deletion(const Queue& queue) {
    const MonotonicTime now = dependencies_.clock.monotonic();
    std::erase_if(deleted_, [&](const auto& entry) { return entry.second + kRecreationInterval <= now; });
    deleted_[key_of(queue)] = now;
}

bool Queues::deleted_recently(const aws::Scope& scope, const std::string& name) const {
    const auto at = deleted_.find({scope, name});
    return at != deleted_.end() && dependencies_.clock.monotonic() < at->second + kRecreationInterval;
}

void Queues::end_waits() {
    waits_ended_ = true;
    for (const auto& [key, queue] : queues_) queue->end_waits();
}

void Queues::clear() {
    for (const auto& [key, queue] : std::exchange(queues_, {})) {
        move_tasks_.forget(*queue);
        queue->close(std::nullopt);
    }
    deleted_.clear();
}

Queues::Key Queues::key_of(const Queue& queue) {
    return {queue.description().scope, queue.description().name};
}

std::shared_ptr<Queue> Queues::insert(QueueDescription description) {
    auto queue = std::make_shared<Queue>(dependencies_, std::move(description),
                                         [this](const std::string& arn) { return find_arn(arn); });
    if (waits_ended_) queue->end_waits();
    queue->on_ready([this, arn = queue->description().arn()] { watches_.notify(arn); });
    queues_.insert_or_assign(key_of(*queue), queue);
    return queue;
}

void Queues::put(const Queue& queue, storage::Done done) {
    dependencies_.catalog.commit(
        {.puts = {{catalog_key(queue.description()), catalog_value(queue.description())}}}, std::move(done));
}

}  // namespace millrace::sqs
