#include <fmt/format.h>
#include <utility>

#include "aws/common_errors.h"
#include "services/kinesis/errors.h"
#include "services/kinesis/ops/description.h"
#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/put.h"
#include "services/kinesis/ops/target.h"

namespace millrace::kinesis {
namespace {

/// No shard of the future has given a number yet.
bool can_be_there(std::string_view sequence_number, WallTime now) {
    const auto number = parse_sequence_number(sequence_number);
    return number && number->shard_created <= now;
}

}  // namespace

void put_record(Streams& streams, const aws::RequestContext& context, api::kinesis::PutRecordInput input,
                aws::Reply<api::kinesis::PutRecord> reply) {
    const auto found = resolve_usable(streams.state(), context.scope, target_of(input));
    if (!found) return reply(std::unexpected(found.error()));
    const Stream& stream = **found;
    const auto record = check_record(stream, {.partition_key = input.partition_key,
                                              .explicit_hash_key = input.explicit_hash_key,
                                              .data = input.data});
    if (!record) return reply(std::unexpected(record.error()));
    if (input.sequence_number_for_ordering && stream.options.auto_distribution) {
        return reply(std::unexpected(invalid_argument(fmt::format(
            "SequenceNumberForOrdering cannot be used in PutRecord on stream {} under account {}, "
            "whose record distribution strategy is AUTO.",
            stream.name, stream.scope.account))));
    }
    // Every record is put after those before it, so a valid number asks for nothing more.
    if (input.sequence_number_for_ordering &&
        !can_be_there(*input.sequence_number_for_ordering, streams.clock().now())) {
        return reply(std::unexpected(invalid_argument(fmt::format(
            "ExclusiveMinimumSequenceNumber {} used in PutRecord on stream {} under account {} is invalid.",
            *input.sequence_number_for_ordering, stream.name, stream.scope.account))));
    }
    if (input.dry_run.value_or(false))
        return reply(
            std::unexpected(answer_dry_run(streams.throttle(), stream_arn(stream.scope, stream.name))));
    streams.append(stream, {&*record, 1},
                   [encryption = encryption_used(stream),
                    reply = std::move(reply)](Result<std::vector<Written>> written) mutable {
                       if (!written)
                           return reply(std::unexpected(aws::internal_failure(written.error().message)));
                       const auto& [number, refusal] = written->front();
                       if (refusal) return reply(std::unexpected(*refusal));
                       reply(api::kinesis::PutRecordOutput{.shard_id = shard_name(number.shard_index),
                                                           .sequence_number = to_string(number),
                                                           .encryption_type = std::move(encryption)});
                   });
}

}  // namespace millrace::kinesis
