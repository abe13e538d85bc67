#pragma once

#include <functional>
#include <memory>
#include <string>

#include "aws/error.h"
#include "base/error.h"
#include "base/time.h"
#include "services/kinesis/consumer_state.h"
#include "storage/catalog/catalog.h"

namespace millrace::kinesis {

/// The consumers' state together with the catalog: decides, commits, and answers when that is durable.
/// Threads: the home executor. What is given must outlive it.
class Consumers : public std::enable_shared_from_this<Consumers> {
  public:
    using Done = std::move_only_function<void(aws::Outcome<void>)>;
    using RegisterDone = std::move_only_function<void(aws::Outcome<Consumer>)>;

    Consumers(storage::Catalog& catalog, const Clock& clock) : catalog_(catalog), clock_(clock) {}
    /// From the catalog.
    [[nodiscard]] Result<> restore();

    [[nodiscard]] const ConsumerState& state() const { return state_; }
    /// Called with each consumer that was deregistered. One observer.
    void observe_removals(std::move_only_function<void(const Consumer&)> removed) {
        removed_ = std::move(removed);
    }

    /// Answers the consumer as it was accepted, CREATING, when it is ACTIVE and durable.
    /// `limit` is how many the stream may have.
    void add(const Stream& stream, std::string name, Tags tags, std::size_t limit, RegisterDone done);
    void remove(const Consumer& consumer, Done done);
    /// Its stream must not be one that is being deleted.
    void change(const Consumer& consumer, ChangeConsumer change, Done done);

    /// For who removes a stream: what to erase in the same commit, and to call when that is done.
    void erase_with(const StreamId& stream, storage::CatalogChange& change) const;
    void erased(const StreamId& stream) { state_.erase_all(stream); }
    void reset() { state_.clear(); }

  private:
    storage::Catalog& catalog_;
    const Clock& clock_;
    ConsumerState state_;
    std::move_only_function<void(const Consumer&)> removed_;
};

}  // namespace millrace::kinesis
