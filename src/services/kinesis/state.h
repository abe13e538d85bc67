#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "aws/context.h"
#include "aws/error.h"
#include "base/time.h"
#include "services/kinesis/reshard.h"
#include "services/kinesis/stream.h"
#include "storage/log_store.h"

namespace millrace::kinesis {

/// Refuses, or alters the options in place.
using ChangeOptions = std::move_only_function<aws::Outcome<void>(StreamOptions&)>;
/// Refuses, or splits and merges, and alters the options in place.
using PlanReshard = std::move_only_function<aws::Outcome<void>(const Stream&, Reshard&, StreamOptions&)>;

/// This very stream, not a later one of its name.
struct StreamRef {
    aws::Scope scope;
    std::string name;
    std::uint64_t incarnation = 0;
};

struct OptionsChange {
    StreamRef stream;
    StreamOptions options;  ///< all of them, as they will be
};

struct ReshardChange {
    StreamRef stream;
    StreamOptions options;                  ///< all of them, as they will be
    std::map<std::uint32_t, Shard> shards;  ///< those to store: closed and new ones
    std::vector<storage::LogId> new_logs;   ///< of new shards
};

/// The streams of all accounts and regions: a pure state machine. Every change has two halves: begin_*
/// decides and says what to commit, finish_* takes the outcome of that commit, and commits end in the order
/// they began. In between, a stream that is being created shows as CREATING, one that is being deleted as
/// DELETING, one whose shards change as UPDATING, and a change of options is seen by the changes after it but
/// by nobody else.
///
/// A reshard sends records to the new shards from begin_reshard() on, while everybody sees the old ones until
/// it is committed. So everything that was written to a parent stands in the journal before the commit that
/// closes it, everything written to a child behind it, and a parent's log has its end when the commit is
/// done.
///
/// Pointers and references stay good until the stream is gone.
class State {
  public:
    struct Usage {
        std::size_t open_shards = 0;
        std::size_t on_demand_streams = 0;
    };

    /// A stream as found in the catalog, its shards complete.
    const Stream& restore(Stream stream);

    /// Errors: ResourceInUseException, LimitExceededException.
    [[nodiscard]] aws::Outcome<const Stream*> begin_create(const aws::Scope& scope, std::string name,
                                                           StreamOptions options, WallTime now,
                                                           const NewLogId& new_log_id);
    void finish_create(const StreamRef& stream, bool committed);

    /// Errors: ResourceNotFoundException, ResourceInUseException.
    [[nodiscard]] aws::Outcome<const Stream*> begin_delete(const aws::Scope& scope, std::string_view name);
    void finish_delete(const StreamRef& stream, bool committed);

    /// Errors: those of begin_delete(), and what `change` says.
    [[nodiscard]] aws::Outcome<OptionsChange> begin_change(const aws::Scope& scope, std::string_view name,
                                                           ChangeOptions change);
    void finish_change(const OptionsChange& change, bool committed);

    /// Errors: those of begin_delete(), what `plan` says, and LimitExceededException when the account would
    /// have too many shards.
    [[nodiscard]] aws::Outcome<ReshardChange> begin_reshard(const aws::Scope& scope, std::string_view name,
                                                            PlanReshard plan, WallTime now,
                                                            const NewLogId& new_log_id);
    void finish_reshard(const ReshardChange& change, bool committed);

    /// Takes closed shards away, once it is committed that they are gone.
    void expire(const StreamRef& stream, const std::vector<Shard>& shards);

    /// Whatever its status; nullptr when there is none.
    [[nodiscard]] const Stream* find(const aws::Scope& scope, std::string_view name) const;
    /// By name, those after `after`.
    [[nodiscard]] std::vector<const Stream*> list(const aws::Scope& scope, std::string_view after = {}) const;
    [[nodiscard]] std::vector<const Stream*> all() const;
    [[nodiscard]] Usage usage(const aws::Scope& scope) const;
    /// nullptr when this very stream is gone.
    [[nodiscard]] const Stream* find(const StreamRef& stream) const;

    void clear() { scopes_.clear(); }

  private:
    struct Entry {
        Stream stream;
        StreamOptions newest;  ///< with the changes that are not committed yet
    };
    using Names = std::map<std::string, Entry, std::less<>>;

    [[nodiscard]] Entry* find_entry(const aws::Scope& scope, std::string_view name);
    [[nodiscard]] Entry* find_same(const StreamRef& stream);
    [[nodiscard]] aws::Outcome<Entry*> find_active(const aws::Scope& scope, std::string_view name);
    void erase(const StreamRef& stream);

    std::map<aws::Scope, Names> scopes_;
    std::uint64_t incarnations_ = 0;
};

[[nodiscard]] StreamRef ref_to(const Stream& stream);

}  // namespace millrace::kinesis
