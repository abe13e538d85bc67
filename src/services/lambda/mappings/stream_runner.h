#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "services/lambda/filters/filter_criteria.h"
#include "services/lambda/mappings/event_counts.h"
#include "services/lambda/mappings/mapping_dependencies.h"
#include "services/lambda/mappings/runner.h"
#include "services/lambda/mappings/shard_reader.h"

namespace millrace::lambda {

/// A mapping from a stream at work: a reader for each shard whose parents are finished. Shards that appear,
/// end, vanish or come back under the same name are noticed when the stream wakes it; a wake for new records
/// costs as much as the shards that have them. How the last batch ended is kept in the catalog, written when
/// it changes. Threads: the home executor.
class StreamRunner final : public Runner, ShardReaderHost {
  public:
    StreamRunner(Mapping mapping, MappingDependencies& dependencies);
    ~StreamRunner() override;
    StreamRunner(const StreamRunner&) = delete;
    StreamRunner& operator=(const StreamRunner&) = delete;

    void start() override;
    void pause() override;
    void resume() override;
    bool leave(Task) override { return false; }
    void replace_mapping(Mapping mapping) override;
    void retry_now() override;

  private:
    [[nodiscard]] std::string make_event(const std::string& shard_id, const Delivery& what) const;
    void read(const std::string& shard_id, ports::Cursor from, ports::SourceLimits limits,
              std::move_only_function<void(Result<ports::SourceBatch>)> done) override;
    void polled(std::size_t records) override;
    [[nodiscard]] bool is_wanted(const ports::SourceRecord& record) const override;
    void filtered_out(std::size_t records) override;
    void invoke(const std::string& shard_id, const Delivery& what, Answered done) override;
    [[nodiscard]] std::size_t event_bytes(const std::string& shard_id,
                                          const ports::SourceRecord& record) const override;
    void commit(const std::string& shard_id, const Checkpoint& checkpoint,
                std::move_only_function<void(Result<>)> done) override;
    void batch_ended(const std::string& shard_id, const BatchOutcome& outcome) override;
    void discard(const std::string& shard_id, const Discard& what, Task done) override;
    void troubled(const std::string& shard_id, std::string_view what, const Error& error) override;
    void shard_finished(const std::string& shard_id) override;
    void shard_lost(const std::string& shard_id) override;

    /// What a failure destination is to be told.
    struct FailureNotice {
        std::string destination;
        std::string record;
        std::string object_key = {};  ///< in a bucket
        std::size_t records = 0;
        bool was_dropped = false;  ///< by the mapping, not by the stream
        bool refused = false;      ///< by storage, for now
        Task done = {};
    };
    void tell(std::shared_ptr<FailureNotice> notice);
    void note_told(const FailureNotice& notice, bool taken);
    void wake(const ports::SourceChanges& changes);
    void look_at_shards();
    void forget_vanished(const std::set<std::string>& present);
    void consider(const ports::SourceShard& shard, const std::set<std::string>& present);
    void note_result(std::string_view result);
    void begin_reading(const std::string& shard_id, Checkpoint from);
    void look_later();

    Mapping mapping_;
    FilterCriteria filter_;
    EventCounts counts_;
    MappingDependencies& dependencies_;
    std::string role_;  // as of the last invocation: part of each event's size
    std::unique_ptr<ports::Watch> watch_;
    std::map<std::string, std::unique_ptr<ShardReader>> readers_;
    std::map<std::uint64_t, std::string> shard_ids_;  // of all shards, by incarnation
    std::map<std::string, std::uint64_t> finished_;   // incarnations of shards read to their end
    std::map<std::string, std::uint64_t> locating_;   // incarnations of shards whose begin is being found
    bool paused_ = false;
    bool look_posted_ = false;
    std::string last_result_;  // as it stands, or will stand, in the catalog
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace millrace::lambda
