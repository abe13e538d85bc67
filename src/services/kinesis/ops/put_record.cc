#include <fmt/format.h>
#include <utility>

#include "aws/common_errors.h"
#include "services/kinesis/errors.h"
#include "services/kinesis/ops/description.h"
#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/put.h"
#include "services/kinesis/ops/target.h"

namespace millrace::kinesis {

void put_record(Streams& streams, const aws::RequestContext& context, api::kinesis::PutRecordInput input,
                aws::Reply<api::kinesis::PutRecord> reply) {
    const auto found = resolve_usable(streams.state(), context.scope, target_of(input));
    if (!found) return reply(std::unexpected(found.error()));
    const Stream& stream = **found;
    const auto record =
        check_record(stream, input.partition_key, input.explicit_hash_key, input.data, "data");
    if (!record) return reply(std::unexpected(record.error()));
    // Every record is put after those before it, so a valid number asks for nothing more.
    if (input.sequence_number_for_ordering && !parse_sequence_number(*input.sequence_number_for_ordering)) {
        return reply(std::unexpected(invalid_argument(fmt::format(
            "ExclusiveMinimumSequenceNumber {} used in PutRecord on stream {} under account {} is invalid.",
            *input.sequence_number_for_ordering, stream.name, stream.scope.account))));
    }
    streams.append(stream, {&*record, 1},
                   [encryption = encryption_used(stream),
                    reply = std::move(reply)](Result<std::vector<SequenceNumber>> numbers) mutable {
                       if (!numbers)
                           return reply(std::unexpected(aws::internal_failure(numbers.error().message)));
                       const SequenceNumber& number = numbers->front();
                       reply(api::kinesis::PutRecordOutput{.shard_id = shard_name(number.shard_index),
                                                           .sequence_number = to_string(number),
                                                           .encryption_type = std::move(encryption)});
                   });
}

}  // namespace millrace::kinesis
