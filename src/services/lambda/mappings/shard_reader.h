#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/executor.h"
#include "services/lambda/mappings/lane.h"
#include "services/lambda/mappings/shard_reader_host.h"

namespace millrace::lambda {

/// Reads one shard and hands its records to a function in batches: one at a time, in order; or, with several
/// lanes, one a lane, in order among the records of a partition key, which share a lane.
///
/// A batch is handed over when it has batch_size records, or 6 MB of event, or its window (which begins with
/// its first record) has passed; with no window, as soon as there is a record. A failed batch is tried again,
/// the same records, after a pause that doubles up to a cap: for ever, or until retries_max or record_age_max
/// say to give up, or the stream has dropped the records. With bisect a failed batch is halved instead, which
/// is no retry. With report_failures what succeeded counts, and only the rest is tried again.
///
/// With tumbling windows a batch has records of one window, and a window is closed, by an invocation without
/// records, when a record of a later one was read, or its time is over and the shard has no more, or the
/// shard ended. The shard stands still until the function takes that. The window's state is part of the
/// checkpoint, so that after a crash it holds for exactly the records before it; while a state is too large,
/// and not yet handed over, the checkpoint stays where it was.
///
/// The checkpoint stands before the first record that is not done, in whatever order lanes finish; what no
/// filter wants is done when it is read. A batch may begin while a checkpoint is being written, but not while
/// another one waits for that. What is read and not done is at most a batch for each lane.
///
/// What storage refuses, a read or a checkpoint, is asked for again every second; nothing is handed over
/// while a checkpoint cannot be written. Else nothing is polled: the reader moves on wake(), a timer, or an
/// answer. Threads: the home executor.
class ShardReader {
  public:
    /// Everything referred to must outlive the reader. Reads nothing before the first wake().
    ShardReader(std::string shard_id, Checkpoint start, BatchSettings settings, Executor& home,
                const Clock& clock, ShardReaderHost& host);
    ~ShardReader();
    ShardReader(const ShardReader&) = delete;
    ShardReader& operator=(const ShardReader&) = delete;

    /// There may be something new to read.
    void wake();
    /// Holds for the next batch; one that is being tried again is tried at once. Records that were read are
    /// filtered again. Another number of lanes waits until no batch runs and no tumbling window is open. It
    /// forgets how often, and in what parts, a batch was tried; so does another filter that drops records.
    void set_settings(const BatchSettings& settings);
    /// Ends the pause before the next try.
    void retry_now();
    /// A batch that runs is finished, none is begun. The position stays.
    void pause() { paused_ = true; }
    void resume();

    [[nodiscard]] std::uint64_t incarnation() const { return incarnation_; }

  private:
    void advance();
    void step();
    void make_lanes(int count);
    [[nodiscard]] bool regroup();
    [[nodiscard]] Lane& lane_of(const ports::SourceRecord& record);
    [[nodiscard]] bool wants_more() const;
    [[nodiscard]] ports::SourceLimits room() const;
    void read_more();
    void take_records(Result<ports::SourceBatch> batch);
    void add_records(std::vector<ports::SourceRecord> records);
    void read_later(const Error& error);
    void note_progress();
    [[nodiscard]] bool checkpoint_lags() const { return committing_ && pending_; }
    void checkpoint(Checkpoint reached);
    void send_checkpoint();
    void send_checkpoint_later(const Checkpoint& refused, const Error& error);
    void finish();

    const std::string shard_id_;
    const std::uint64_t incarnation_;
    BatchSettings settings_;
    Executor& home_;
    const Clock& clock_;
    ShardReaderHost& host_;

    bool advancing_ = false;
    bool advance_again_ = false;
    bool paused_ = false;
    bool stopped_ = false;  // finished

    std::vector<std::unique_ptr<Lane>> lanes_;
    ports::Cursor next_;  // to read
    bool reading_ = false;
    bool read_refused_ = false;
    TimerId read_again_;
    bool may_have_more_ = true;
    bool end_of_shard_ = false;

    ports::Cursor reached_;                      // the newest checkpoint, written or not
    std::uint64_t reached_window_revision_ = 0;  // and of its window
    std::uint64_t reached_attempts_revision_ = 0;
    bool committing_ = false;  // or waiting to try again
    bool commit_refused_ = false;
    std::optional<Checkpoint> pending_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace millrace::lambda
