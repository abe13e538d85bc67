#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aws/error.h"
#include "base/error.h"
#include "base/executor.h"
#include "base/time.h"
#include "services/kinesis/account_settings.h"
#include "services/kinesis/consumers.h"
#include "services/kinesis/distribution.h"
#include "services/kinesis/record.h"
#include "services/kinesis/retention.h"
#include "services/kinesis/shard_load.h"
#include "services/kinesis/state.h"
#include "services/kinesis/throttle.h"
#include "services/kinesis/watchers.h"
#include "storage/catalog/catalog.h"
#include "storage/catalog/loose_logs.h"
#include "storage/log_store.h"

namespace millrace::kinesis {

/// A record in its shard.
struct StoredRecord {
    storage::Offset offset;
    WallTime arrival;
    RecordView record;    ///< points into payload
    SharedBytes payload;  ///< keeps the bytes
};

/// Of data and partition keys, as AWS counts what is read.
[[nodiscard]] std::size_t bytes_of(const std::vector<StoredRecord>& records);

/// What became of a record that was to be written.
struct Written {
    SequenceNumber number;
    /// Why it was not written, though others were: the shard's limits. Then only the number's shard counts.
    std::unique_ptr<aws::ServiceError> refusal = nullptr;
};

/// The state machine together with the bytes: decides, commits, and answers when the commit is durable. What
/// all operations, the record source and the resource provider stand on. Threads: the home executor. What is
/// given must outlive it.
class Streams : public std::enable_shared_from_this<Streams> {
  public:
    struct Dependencies {
        Executor& executor;
        const Clock& clock;
        storage::LogStore& store;
        storage::Catalog& catalog;
        bool limits_of_aws = false;  ///< by the second: see throttle.h
    };
    using Done = std::move_only_function<void(aws::Outcome<void>)>;
    /// In the order of the records.
    using AppendDone = std::move_only_function<void(Result<std::vector<Written>>)>;
    using ReadDone = std::move_only_function<void(Result<std::vector<StoredRecord>>)>;

    /// Takes the streams from the catalog and ends deletions that a crash interrupted.
    [[nodiscard]] static Result<std::shared_ptr<Streams>> open(const Dependencies& dependencies);

    [[nodiscard]] const State& state() const { return state_; }
    [[nodiscard]] const Clock& clock() const { return clock_; }
    [[nodiscard]] storage::LogStore& store() { return store_; }
    [[nodiscard]] AccountSettings& accounts() { return accounts_; }
    [[nodiscard]] const AccountSettings& accounts() const { return accounts_; }
    /// nullptr when nothing is limited by the second.
    [[nodiscard]] Throttle* throttle() { return throttle_.get(); }
    [[nodiscard]] Watchers& watchers() { return watchers_; }
    [[nodiscard]] Consumers& consumers() { return *consumers_; }

    void create(const aws::Scope& scope, std::string name, StreamOptions options, Done done);
    void remove(const aws::Scope& scope, std::string_view name, Done done);
    void change(const aws::Scope& scope, std::string_view name, ChangeOptions change, Done done);
    /// Answers when the shards are as planned and the stream is ACTIVE again. A plan that changes nothing is
    /// answered as well.
    void reshard(const aws::Scope& scope, std::string_view name, PlanReshard plan, Done done);

    /// All records in one append of the store, each to the shard that its key belongs to by now. The views
    /// are read before this returns.
    void append(const Stream& stream, std::span<const RecordView> records, AppendDone done);
    /// May answer inside the call.
    void read(const Shard& shard, storage::Offset from, storage::ReadLimits limits, ReadDone done);

    /// Forgets all streams, for the caller who empties the storage.
    void reset();

  private:
    explicit Streams(const Dependencies& dependencies);
    Result<> restore();
    void end_reshard(const ReshardChange& change, bool committed);
    void expire(const Stream& stream, std::vector<Shard> shards);
    [[nodiscard]] bool are_kept(const StreamRef& stream, const std::vector<Route>& routes) const;

    Executor& executor_;
    const Clock& clock_;
    storage::LogStore& store_;
    storage::Catalog& catalog_;
    State state_;
    storage::LooseLogs loose_;  ///< of shards that are gone
    AccountSettings accounts_;
    Watchers watchers_;
    Retention retention_;
    ShardLoad load_;
    EvenKeys even_keys_;
    std::unique_ptr<Throttle> throttle_;
    std::shared_ptr<Consumers> consumers_;
    std::uint64_t failed_reshards_ = 0;
};

}  // namespace millrace::kinesis
