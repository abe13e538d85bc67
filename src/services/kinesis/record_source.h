#pragma once

#include <memory>
#include <string>
#include <vector>

#include "ports/record_source.h"
#include "services/kinesis/streams.h"

namespace millrace::kinesis {

/// Streams as event source mappings read them. A cursor is an offset of the shard's log, an incarnation the
/// log's id.
class StreamRecordSource final : public ports::RecordSource {
  public:
    explicit StreamRecordSource(std::shared_ptr<Streams> streams) : streams_(std::move(streams)) {}

    [[nodiscard]] Result<std::vector<ports::SourceShard>> shards(
        const std::string& stream_arn) const override;
    void locate(const std::string& stream_arn, const std::string& shard_id, ports::StartingPosition position,
                WallTime timestamp, std::move_only_function<void(Result<ports::Cursor>)> done) override;
    void read(const std::string& stream_arn, const std::string& shard_id, ports::Cursor from,
              ports::SourceLimits limits,
              std::move_only_function<void(Result<ports::SourceBatch>)> done) override;
    [[nodiscard]] std::unique_ptr<ports::Watch> watch(const std::string& stream_arn,
                                                      std::move_only_function<void()> wake) override;

  private:
    std::shared_ptr<Streams> streams_;
};

}  // namespace millrace::kinesis
