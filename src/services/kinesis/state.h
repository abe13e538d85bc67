#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "aws/context.h"
#include "aws/error.h"
#include "base/time.h"
#include "services/kinesis/stream.h"
#include "storage/log_store.h"

namespace millrace::kinesis {

/// Refuses, or alters the options in place.
using ChangeOptions = std::move_only_function<aws::Outcome<void>(StreamOptions&)>;

/// The streams of all accounts and regions: a pure state machine. Every change has two halves: begin_*
/// decides and says what to commit, finish_* takes the outcome of that commit, and commits end in the order
/// they began. In between, a stream that is being created shows as CREATING, one that is being deleted as
/// DELETING, and a change of options is seen by the changes after it but by nobody else.
///
/// Pointers and references stay good until the stream is gone.
class State {
  public:
    struct Usage {
        std::size_t open_shards = 0;
        std::size_t on_demand_streams = 0;
    };

    /// A stream as found in the catalog.
    void restore(Stream stream);

    /// Errors: ResourceInUseException, LimitExceededException.
    [[nodiscard]] aws::Outcome<Stream> begin_create(const aws::Scope& scope, std::string name,
                                                    StreamOptions options, WallTime now,
                                                    const std::function<storage::LogId()>& new_log_id);
    void finish_create(const Stream& stream, bool committed);

    /// Errors: ResourceNotFoundException, ResourceInUseException.
    [[nodiscard]] aws::Outcome<Stream> begin_delete(const aws::Scope& scope, std::string_view name);
    void finish_delete(const Stream& stream, bool committed);

    /// Errors: those of begin_delete(), and what `change` says.
    [[nodiscard]] aws::Outcome<Stream> begin_change(const aws::Scope& scope, std::string_view name,
                                                    ChangeOptions change);
    void finish_change(const Stream& stream, bool committed);

    /// Whatever its status; nullptr when there is none.
    [[nodiscard]] const Stream* find(const aws::Scope& scope, std::string_view name) const;
    /// By name, those after `after`.
    [[nodiscard]] std::vector<const Stream*> list(const aws::Scope& scope, std::string_view after = {}) const;
    [[nodiscard]] std::vector<const Stream*> all() const;
    [[nodiscard]] Usage usage(const aws::Scope& scope) const;

    void clear() { scopes_.clear(); }

  private:
    struct Entry {
        Stream stream;
        StreamOptions newest;  ///< with the changes that are not committed yet
    };
    using Names = std::map<std::string, Entry, std::less<>>;

    [[nodiscard]] Entry* find_entry(const aws::Scope& scope, std::string_view name);
    /// The entry of this very stream, not of a later one with its name.
    [[nodiscard]] Entry* find_same(const Stream& stream);
    [[nodiscard]] aws::Outcome<Entry*> find_active(const aws::Scope& scope, std::string_view name);
    void erase(const Stream& stream);

    std::map<aws::Scope, Names> scopes_;
};

}  // namespace millrace::kinesis
