#include "services/kinesis/consumer_state.h"

#include <algorithm>
#include <utility>

#include "services/kinesis/errors.h"
#include "services/kinesis/limits.h"

namespace millrace::kinesis {

void ConsumerState::restore(Consumer consumer) {
    Names& names = streams_[{consumer.scope, consumer.stream}];
    std::string name = consumer.name;
    names.insert_or_assign(std::move(name), std::move(consumer));
}

aws::Outcome<Consumer> ConsumerState::begin_register(const Stream& stream, std::string name, Tags tags,
                                                     WallTime now) {
    const StreamId id{.scope = stream.scope, .name = stream.name};
    if (find(id, name) != nullptr) return std::unexpected(consumer_exists(stream, name));
    const auto others = list(id);
    if (others.size() >= kConsumersPerStreamMax)
        return std::unexpected(consumer_limit_exceeded(stream, kConsumersPerStreamMax));
    Consumer consumer{.scope = stream.scope,
                      .stream = stream.name,
                      .name = std::move(name),
                      .created = now,
                      .status = ConsumerStatus::kCreating,
                      .tags = std::move(tags)};
    restore(consumer);
    return consumer;
}

void ConsumerState::finish_register(const Consumer& consumer, bool committed) {
    Consumer* entry = find_same(consumer);
    if (entry == nullptr) return;
    if (committed) {
        entry->status = ConsumerStatus::kActive;
    } else {
        erase(consumer);
    }
}

aws::Outcome<Consumer> ConsumerState::begin_deregister(const Consumer& consumer) {
    Consumer* entry = find_same(consumer);
    if (entry == nullptr) return std::unexpected(consumer_not_found(consumer.scope, consumer.name));
    if (entry->status != ConsumerStatus::kActive) return std::unexpected(consumer_not_active(*entry));
    entry->status = ConsumerStatus::kDeleting;
    return *entry;
}

void ConsumerState::finish_deregister(const Consumer& consumer, bool committed) {
    Consumer* entry = find_same(consumer);
    if (entry == nullptr) return;
    if (committed) {
        erase(consumer);
    } else {
        entry->status = ConsumerStatus::kActive;
    }
}

const Consumer* ConsumerState::find(const StreamId& stream, std::string_view name) const {
    const auto names = streams_.find({stream.scope, stream.name});
    if (names == streams_.end()) return nullptr;
    const auto entry = names->second.find(name);
    return entry == names->second.end() ? nullptr : &entry->second;
}

const Consumer* ConsumerState::find(const ConsumerId& id) const {
    const Consumer* consumer = find(id.stream, id.name);
    if (consumer == nullptr) return nullptr;
    const auto created = std::chrono::floor<Seconds>(consumer->created).time_since_epoch().count();
    return created == id.created_seconds ? consumer : nullptr;
}

std::vector<const Consumer*> ConsumerState::list(const StreamId& stream, std::string_view after) const {
    std::vector<const Consumer*> consumers;
    const auto names = streams_.find({stream.scope, stream.name});
    if (names == streams_.end()) return consumers;
    for (auto entry = names->second.upper_bound(after); entry != names->second.end(); ++entry) {
        consumers.push_back(&entry->second);
    }
    return consumers;
}

void ConsumerState::erase_all(const StreamId& stream) {
    streams_.erase({stream.scope, stream.name});
}

Consumer* ConsumerState::find_same(const Consumer& consumer) {
    const auto names = streams_.find({consumer.scope, consumer.stream});
    if (names == streams_.end()) return nullptr;
    const auto entry = names->second.find(consumer.name);
    const bool same = entry != names->second.end() && entry->second.created == consumer.created;
    return same ? &entry->second : nullptr;
}

void ConsumerState::erase(const Consumer& consumer) {
    const auto names = streams_.find({consumer.scope, consumer.stream});
    names->second.erase(consumer.name);
    if (names->second.empty()) streams_.erase(names);
}

}  // namespace millrace::kinesis
