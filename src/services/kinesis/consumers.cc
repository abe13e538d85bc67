#include "services/kinesis/consumers.h"

#include <utility>

namespace millrace::kinesis {
Result<> Consumers::restore() {
    for (const auto& [key, value] : catalog_.list(kConsumersPrefix)) {
        auto consumer = parse_consumer(key, value);
        if (!consumer) return std::unexpected(std::move(consumer.error()));
        state_.restore(std::move(*consumer));
    }
    return {};
}

void Consumers::add(const Stream& stream, std::string name, Tags tags, std::size_t limit, RegisterDone done) {
    auto consumer = state_.begin_register(stream, std::move(name), std::move(tags), clock_.now(), limit);
    if (!consumer) return done(std::unexpected(std::move(consumer.error())));
    storage::CatalogChange change{.puts = {{catalog_key(*consumer), to_json(*consumer)}}};
    catalog_.commit(std::move(change), [weak = weak_from_this(), consumer = std::move(*consumer),
                                        done = std::move(done)](Result<> committed) mutable {
        if (const auto self = weak.lock()) self->state_.finish_register(consumer, committed.has_value());
        if (!committed) return done(std::unexpected(aws::to_service_error(committed.error())));
        done(std::move(consumer));
    });
}

void Consumers::remove(const Consumer& consumer, Done done) {
    auto removed = state_.begin_deregister(consumer);
    if (!removed) return done(std::unexpected(std::move(removed.error())));
    storage::CatalogChange change{.erases = {catalog_key(*removed)}};
    catalog_.commit(std::move(change), [weak = weak_from_this(), removed = std::move(*removed),
                                        done = std::move(done)](Result<> committed) mutable {
        if (const auto self = weak.lock()) {
            self->state_.finish_deregister(removed, committed.has_value());
            if (committed && self->removed_) self->removed_(removed);
        }
        done(aws::to_outcome(committed));
    });
}

void Consumers::change(const Consumer& consumer, ChangeConsumer change, Done done) {
    auto changed = state_.begin_change(consumer, std::move(change));
    if (!changed) return done(std::unexpected(std::move(changed.error())));
    storage::CatalogChange puts{.puts = {{catalog_key(*changed), to_json(*changed)}}};
    catalog_.commit(std::move(puts), [weak = weak_from_this(), changed = std::move(*changed),
                                      done = std::move(done)](Result<> committed) mutable {
        if (const auto self = weak.lock()) self->state_.finish_change(changed, committed.has_value());
        done(aws::to_outcome(committed));
    });
}

void Consumers::erase_with(const StreamId& stream, storage::CatalogChange& change) const {
    for (const Consumer* consumer : state_.list(stream)) change.erases.push_back(catalog_key(*consumer));
}

}  // namespace millrace::kinesis
