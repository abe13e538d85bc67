#include "services/lambda/mappings/mappings.h"

#include <fmt/format.h>

#include "services/lambda/errors.h"
#include "services/lambda/mappings/queue_runner.h"
#include "services/lambda/mappings/stream_runner.h"

namespace millrace::lambda {

// A mapping whose starting positions are being found, shard after shard.
struct Mappings::Pinning {
    Mapping mapping;
    std::vector<ports::SourceShard> shards;
    std::size_t next = 0;
    storage::CatalogChange change;
    Done done;
};

Result<> Mappings::load() {
    for (const auto& [key, value] : dependencies_.catalog.list(kMappingsPrefix)) {
        Result<Mapping> mapping = mapping_from_json(value);
        if (!mapping) return std::unexpected(mapping.error());
        std::string uuid = mapping->uuid;
        entries_.emplace(std::move(uuid), Entry{.mapping = std::move(*mapping), .runner = nullptr});
    }
    return {};
}

void Mappings::start() {
    started_ = true;
    for (auto& [uuid, entry] : entries_) run(entry);
}

void Mappings::run(Entry& entry) {
    if (!started_ || !entry.mapping.enabled || entry.runner) return;
    if (entry.mapping.reads_queue()) {
        entry.runner = std::make_unique<QueueRunner>(entry.mapping, dependencies_);
    } else {
        entry.runner = std::make_unique<StreamRunner>(entry.mapping, dependencies_);
    }
    entry.runner->start();
}

const Mapping* Mappings::find(const aws::Scope& scope, const std::string& uuid) const {
    const auto found = entries_.find(uuid);
    return found != entries_.end() && found->second.mapping.scope == scope ? &found->second.mapping : nullptr;
}

std::vector<const Mapping*> Mappings::list(const aws::Scope& scope) const {
    std::vector<const Mapping*> mappings;
    for (const auto& [uuid, entry] : entries_) {
        if (entry.mapping.scope == scope) mappings.push_back(&entry.mapping);
    }
    return mappings;
}

std::string Mappings::find_duplicate(const Mapping& mapping) const {
    const auto same = [&](const Mapping& other) {
        return other.scope == mapping.scope && other.source_arn == mapping.source_arn &&
               other.function == mapping.function;
    };
    for (const auto& [uuid, entry] : entries_) {
        if (same(entry.mapping)) return uuid;
    }
    for (const auto& [uuid, created] : creating_) {
        if (same(created)) return uuid;
    }
    return {};
}

std::string Mappings::last_result(const Mapping& mapping) const {
    return dependencies_.catalog.get(last_result_key(mapping.uuid)).value_or("No records processed");
}

void Mappings::create(Mapping mapping, Done done) {
    // A queue has no positions to pin.
    auto shards = mapping.reads_queue() ? std::vector<ports::SourceShard>()
                                        : dependencies_.records.shards(mapping.source_arn);
    if (!shards) {
        if (shards.error().code != ErrorCode::kNotFound) {
            return done(std::unexpected(aws::to_service_error(shards.error())));
        }
        return done(std::unexpected(invalid_parameter(fmt::format(
            "{} not found: {}", mapping.reads_consumer() ? "Consumer" : "Stream", mapping.source_arn))));
    }
    creating_.emplace(mapping.uuid, mapping);
    auto created = [this, alive = alive_, uuid = mapping.uuid,
                    done = std::move(done)](aws::Outcome<void> result) mutable {
        if (*alive) creating_.erase(uuid);
        done(std::move(result));
    };
    pin_next(std::make_shared<Pinning>(Pinning{.mapping = std::move(mapping),
                                               .shards = std::move(*shards),
                                               .change = {},
                                               .done = std::move(created)}));
}

void Mappings::pin_next(std::shared_ptr<Pinning> pinning) {
    if (pinning->next == pinning->shards.size()) return commit_created(std::move(pinning));
    const Mapping& mapping = pinning->mapping;
    const ports::SourceShard& shard = pinning->shards[pinning->next];
    dependencies_.records.locate(
        mapping.source_arn, shard.shard_id, mapping.position, mapping.position_timestamp.value_or(WallTime{}),
        [this, alive = alive_, pinning](Result<ports::Cursor> cursor) {
            if (!*alive) return;
            if (!cursor) return pinning->done(std::unexpected(aws::to_service_error(cursor.error())));
            const ports::SourceShard& located = pinning->shards[pinning->next++];
            pinning->change.puts.emplace_back(checkpoint_key(pinning->mapping.uuid, located.shard_id),
                                              to_json(Checkpoint{*cursor, located.incarnation, false}));
            pin_next(pinning);
        });
}

void Mappings::commit_created(std::shared_ptr<Pinning> pinning) {
    storage::CatalogChange change = std::move(pinning->change);
    change.puts.emplace_back(pinning->mapping.catalog_key(), to_json(pinning->mapping));
    dependencies_.catalog.commit(std::move(change), [this, alive = alive_, pinning](Result<> result) {
        if (!*alive) return;
        if (!result) return pinning->done(std::unexpected(aws::to_service_error(result.error())));
        const std::string uuid = pinning->mapping.uuid;
        Entry& entry = entries_[uuid];
        entry.mapping = std::move(pinning->mapping);
        run(entry);
        pinning->done({});
    });
}

void Mappings::update(Mapping mapping, Done done) {
    const auto entry = entries_.find(mapping.uuid);
    if (entry == entries_.end() || std::exchange(entry->second.changing, true)) {
        return done(
            std::unexpected(resource_in_use("Cannot update the event source mapping because it is in use.")));
    }
    storage::CatalogChange change;
    change.puts.emplace_back(mapping.catalog_key(), to_json(mapping));
    dependencies_.catalog.commit(
        std::move(change), [this, alive = alive_, mapping, done = std::move(done)](Result<> result) mutable {
            if (!*alive) return;
            const auto found = entries_.find(mapping.uuid);
            if (found != entries_.end()) found->second.changing = false;
            if (!result) return done(std::unexpected(aws::to_service_error(result.error())));
            // Deleted while this was being written.
            if (found == entries_.end()) return done({});
            Entry& entry = found->second;
            entry.mapping = mapping;
            if (entry.runner) {
                // Paused first, so that the new settings begin no batch.
                if (!mapping.enabled) entry.runner->pause();
                entry.runner->replace_mapping(mapping);
                if (mapping.enabled) entry.runner->resume();
            }
            run(entry);
            done({});
        });
}

void Mappings::remove(const Mapping& mapping, Done done) {
    const std::string uuid = mapping.uuid;
    storage::CatalogChange change;
    change.erases.push_back(mapping.catalog_key());
    change.erases.push_back(last_result_key(uuid));
    for (const auto& [key, value] : dependencies_.catalog.list(checkpoint_prefix(uuid)))
        change.erases.push_back(key);
    // No checkpoint may be written after they are erased.
    let_go(uuid);
    dependencies_.catalog.commit(std::move(change), [done = std::move(done)](Result<> result) mutable {
        if (!result) return done(std::unexpected(aws::to_service_error(result.error())));
        done({});
    });
}

void Mappings::let_go(const std::string& uuid) {
    const auto entry = entries_.extract(uuid);
    if (entry.empty() || !entry.mapped().runner) return;
    const auto place = leaving_.insert(leaving_.end(), std::move(entry.mapped().runner));
    // Not from here: the runner may be the caller.
    const auto forget = [this, alive = alive_, place] {
        dependencies_.home.post([this, alive, place] {
            if (*alive) leaving_.erase(place);
        });
    };
    if (!(*place)->leave(forget)) leaving_.erase(place);
}

void Mappings::function_changed(const aws::Scope& scope, const std::string& function) {
    for (auto& [uuid, entry] : entries_) {
        const std::string_view mapped = entry.mapping.function;
        const bool concerned = entry.mapping.scope == scope && mapped.substr(0, mapped.find(':')) == function;
        if (concerned && entry.runner) entry.runner->retry_now();
    }
}

void Mappings::clear() {
    *std::exchange(alive_, std::make_shared<bool>(true)) = false;
    entries_.clear();
    leaving_.clear();
    creating_.clear();
}

}  // namespace millrace::lambda
