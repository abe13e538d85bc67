#pragma once

#include <map>
#include <memory>
#include <vector>

#include "ports/log_sink.h"
#include "services/logs/groups.h"

namespace millrace::logs {

/// Takes what functions print into their log groups, and makes groups and streams where they are missing.
/// Lines that arrive within kFlushDelay, or while the lines before are being written, go into one append: a
/// flood costs few commits. Lines past kPendingLineBytesMax are dropped, and the log says how many.
///
/// A line is not acknowledged: a crash may lose those of the last moment; a clean end calls flush_then().
class FunctionOutput final : public ports::LogSink {
  public:
    /// `groups` outlives the writer.
    explicit FunctionOutput(Groups& groups) : groups_(groups) {}
    /// Pending lines are lost.
    ~FunctionOutput() override;

    void write(ports::LogLine line) override;
    /// Runs the task, never inside, once nothing is pending any more: all that was written is durable, or was
    /// refused by the storage. Does not wait for kFlushDelay.
    void flush_then(Task done);
    /// Drops what is pending.
    void reset();

  private:
    struct Pending {
        std::vector<LogEvent> events;
        std::size_t dropped = 0;
    };

    void schedule();
    void flush();
    void store(std::map<StreamKey, Pending> lines);
    void flushed(const Result<>& stored);
    void tell_all_stored();

    Groups& groups_;
    std::map<StreamKey, Pending> pending_;
    std::size_t pending_bytes_ = 0;
    TimerId timer_;         ///< 0 when none is set
    bool writing_ = false;  ///< from the start of a flush to its commit
    std::vector<Task> when_stored_;
    std::shared_ptr<int> generation_ = std::make_shared<int>();
};

}  // namespace millrace::logs
