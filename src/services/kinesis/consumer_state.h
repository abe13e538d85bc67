#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "aws/error.h"
#include "base/time.h"
#include "services/kinesis/consumer.h"

namespace millrace::kinesis {

/// Refuses, or alters the tags and the policy in place.
using ChangeConsumer = std::move_only_function<aws::Outcome<void>(Consumer&)>;

/// The consumers of all streams: a pure state machine. As in State, a change has two halves around its
/// commit: between them a new consumer shows as CREATING, one that is being deregistered as DELETING, and a
/// change of tags or policy is seen by the changes after it but by nobody else. Which streams there are is
/// not known here.
///
/// Pointers and references stay good until the consumer is gone.
class ConsumerState {
  public:
    /// A consumer as found in the catalog.
    void restore(Consumer consumer);

    /// `limit` is how many the stream may have. Errors: ResourceInUseException, LimitExceededException.
    [[nodiscard]] aws::Outcome<Consumer> begin_register(const Stream& stream, std::string name, Tags tags,
                                                        WallTime now, std::size_t limit);
    void finish_register(const Consumer& consumer, bool committed);

    /// Of one that find() found. Errors: ResourceInUseException while it is not ACTIVE.
    [[nodiscard]] aws::Outcome<Consumer> begin_deregister(const Consumer& consumer);
    void finish_deregister(const Consumer& consumer, bool committed);

    /// As it will be. Errors: those of begin_deregister(), and what `change` says.
    [[nodiscard]] aws::Outcome<Consumer> begin_change(const Consumer& consumer, ChangeConsumer change);
    void finish_change(const Consumer& changed, bool committed);

    /// nullptr when there is none.
    [[nodiscard]] const Consumer* find(const StreamId& stream, std::string_view name) const;
    [[nodiscard]] const Consumer* find(const ConsumerId& id) const;
    /// By name, those after `after`.
    [[nodiscard]] std::vector<const Consumer*> list(const StreamId& stream,
                                                    std::string_view after = {}) const;
    /// Forgets those of a stream that is gone.
    void erase_all(const StreamId& stream);
    void clear() { streams_.clear(); }

  private:
    struct Entry {
        Consumer consumer;
        Consumer newest;  ///< with the changes that are not committed yet
    };
    using Names = std::map<std::string, Entry, std::less<>>;
    using Key = std::pair<aws::Scope, std::string>;

    /// The entry of this very consumer, not of a later one with its name.
    [[nodiscard]] Entry* find_same(const Consumer& consumer);
    [[nodiscard]] aws::Outcome<Entry*> find_active(const Consumer& consumer);
    void erase(const Consumer& consumer);

    std::map<Key, Names> streams_;
};

}  // namespace millrace::kinesis
