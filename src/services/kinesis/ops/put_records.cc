#include <fmt/format.h>
#include <utility>
#include <vector>

#include "services/kinesis/errors.h"
#include "services/kinesis/limits.h"
#include "services/kinesis/ops/description.h"
#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/put.h"
#include "services/kinesis/ops/target.h"

namespace millrace::kinesis {
namespace {

aws::Outcome<std::vector<RecordView>> check_records(
    const Stream& stream, const std::vector<api::kinesis::PutRecordsRequestEntry>& entries) {
    std::vector<RecordView> records;
    records.reserve(entries.size());
    std::size_t bytes = 0;
    for (const auto& entry : entries) {
        const auto record = check_record(stream, {.partition_key = entry.partition_key,
                                                  .explicit_hash_key = entry.explicit_hash_key,
                                                  .data = entry.data,
                                                  .position = records.size() + 1});
        if (!record) return std::unexpected(record.error());
        bytes += size_of(*record);
        records.push_back(*record);
    }
    if (bytes > kPutRecordsBytesMax)
        return std::unexpected(invalid_argument("Records size exceeds 10 MB limit"));
    return records;
}

/// All records are written together, so they fail together: with an error each, as clients of this call
/// expect it.
api::kinesis::PutRecordsOutput all_failed(std::size_t count, const std::string& message) {
    return {.failed_record_count = static_cast<std::int32_t>(count),
            .records = std::vector<api::kinesis::PutRecordsResultEntry>(
                count, {.error_code = "InternalFailure", .error_message = message})};
}

}  // namespace

void put_records(Streams& streams, const aws::RequestContext& context, api::kinesis::PutRecordsInput input,
                 aws::Reply<api::kinesis::PutRecords> reply) {
    const auto found = resolve_usable(streams.state(), context.scope, target_of(input));
    if (!found) return reply(std::unexpected(found.error()));
    const Stream& stream = **found;
    const auto records = check_records(stream, input.records);
    if (!records) return reply(std::unexpected(records.error()));
    if (input.dry_run.value_or(false))
        return reply(
            std::unexpected(answer_dry_run(streams.throttle(), stream_arn(stream.scope, stream.name))));
    streams.append(stream, *records,
                   [count = records->size(), encryption = encryption_used(stream),
                    reply = std::move(reply)](Result<std::vector<Written>> written) mutable {
                       if (!written) return reply(all_failed(count, written.error().message));
                       api::kinesis::PutRecordsOutput output{.failed_record_count = 0,
                                                             .encryption_type = std::move(encryption)};
                       output.records.reserve(count);
                       for (const auto& [number, refusal] : *written) {
                           if (refusal) {
                               ++*output.failed_record_count;
                               output.records.push_back(
                                   {.error_code = refusal->code, .error_message = refusal->message});
                               continue;
                           }
                           output.records.push_back({.sequence_number = to_string(number),
                                                     .shard_id = shard_name(number.shard_index)});
                       }
                       reply(std::move(output));
                   });
}

}  // namespace millrace::kinesis
