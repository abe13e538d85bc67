#include "services/kinesis/consumer_state.h"

#include <algorithm>
#include <utility>

#include "services/kinesis/errors.h"

namespace millrace::kinesis {

void ConsumerState::restore(Consumer consumer) {
    Names& names = streams_[{consumer.scope, consumer.stream}];
    std::string name = consumer.name;
    Entry entry{.consumer = consumer, .newest = std::move(consumer)};
    names.insert_or_assign(std::move(name), std::move(entry));
}

aws::Outcome<Consumer> ConsumerState::begin_register(const Stream& stream, std::string name, Tags tags,
                                                     WallTime now, std::size_t limit) {
    const StreamId id{.scope = stream.scope, .name = stream.name};
    if (find(id, name) != nullptr) return std::unexpected(consumer_exists(stream, name));
    const auto others = list(id);
    if (others.size() >= limit) return std::unexpected(consumer_limit_exceeded(stream, limit));
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
    Entry* entry = find_same(consumer);
    if (entry == nullptr) return;
    if (committed) {
        entry->consumer.status = ConsumerStatus::kActive;
    } else {
        erase(consumer);
    }
}

aws::Outcome<Consumer> ConsumerState::begin_deregister(const Consumer& consumer) {
    const auto entry = find_active(consumer);
    if (!entry) return std::unexpected(entry.error());
    (*entry)->consumer.status = ConsumerStatus::kDeleting;
    return (*entry)->consumer;
}

void ConsumerState::finish_deregister(const Consumer& consumer, bool committed) {
    Entry* entry = find_same(consumer);
    if (entry == nullptr) return;
    if (committed) {
        erase(consumer);
    } else {
        entry->consumer.status = ConsumerStatus::kActive;
    }
}

aws::Outcome<Consumer> ConsumerState::begin_change(const Consumer& consumer, ChangeConsumer change) {
    const auto entry = find_active(consumer);
    if (!entry) return std::unexpected(entry.error());
    Consumer changed = (*entry)->newest;
    if (auto outcome = change(changed); !outcome) return std::unexpected(std::move(outcome.error()));
    (*entry)->newest = changed;
    return changed;
}

void ConsumerState::finish_change(const Consumer& changed, bool committed) {
    Entry* entry = find_same(changed);
    if (entry == nullptr) return;
    if (committed) {
        entry->consumer.tags = changed.tags;
        entry->consumer.policy = changed.policy;
    } else {
        entry->newest = entry->consumer;
    }
}

const Consumer* ConsumerState::find(const StreamId& stream, std::string_view name) const {
    const auto names = streams_.find({stream.scope, stream.name});
    if (names == streams_.end()) return nullptr;
    const auto entry = names->second.find(name);
    return entry == names->second.end() ? nullptr : &entry->second.consumer;
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
        consumers.push_back(&entry->second.consumer);
    }
    return consumers;
}

void ConsumerState::erase_all(const StreamId& stream) {
    streams_.erase({stream.scope, stream.name});
}

ConsumerState::Entry* ConsumerState::find_same(const Consumer& consumer) {
    const auto names = streams_.find({consumer.scope, consumer.stream});
    if (names == streams_.end()) return nullptr;
    const auto entry = names->second.find(consumer.name);
    const bool same = entry != names->second.end() && entry->second.consumer.created == consumer.created;
    return same ? &entry->second : nullptr;
}

aws::Outcome<ConsumerState::Entry*> ConsumerState::find_active(const Consumer& consumer) {
    Entry* entry = find_same(consumer);
    if (entry == nullptr) return std::unexpected(consumer_not_found(consumer.scope, consumer.name));
    if (entry->consumer.status != ConsumerStatus::kActive)
        return std::unexpected(consumer_not_active(entry->consumer));
    return entry;
}

void ConsumerState::erase(const Consumer& consumer) {
    const auto names = streams_.find({consumer.scope, consumer.stream});
    names->second.erase(consumer.name);
    if (names->second.empty()) streams_.erase(names);
}

}  // namespace millrace::kinesis
