#include <fmt/format.h>
#include <utility>

#include "aws/common_errors.h"
#include "services/kinesis/errors.h"
#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/target.h"
#include "services/kinesis/shard_iterator.h"

namespace millrace::kinesis {
namespace {

using api::kinesis::GetShardIteratorInput;

bool by_sequence_number(const GetShardIteratorInput& input) {
    return input.shard_iterator_type == "AT_SEQUENCE_NUMBER" ||
           input.shard_iterator_type == "AFTER_SEQUENCE_NUMBER";
}

bool by_time(const GetShardIteratorInput& input) {
    return input.shard_iterator_type == "AT_TIMESTAMP";
}

/// Each type with what belongs to it and nothing else.
aws::Outcome<void> check_combination(const GetShardIteratorInput& input, WallTime now) {
    if (by_sequence_number(input) != input.starting_sequence_number.has_value()) {
        return std::unexpected(invalid_argument(
            fmt::format("Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and "
                        "StartingSequenceNumber or (2) "
                        "TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified {} and {} "
                        "StartingSequenceNumber.",
                        input.shard_iterator_type, input.starting_sequence_number ? "also a" : "no")));
    }
    if (by_time(input) && !input.timestamp) {
        return std::unexpected(
            invalid_argument("Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. "
                             "Current request has no timestamp parameter."));
    }
    if (!by_time(input) && input.timestamp) {
        return std::unexpected(
            invalid_argument(fmt::format("Must either specify AT_TIMESTAMP and Timestamp or another type and "
                                         "no Timestamp. Request specified {} and also a Timestamp.",
                                         input.shard_iterator_type)));
    }
    if (input.timestamp && *input.timestamp > now) {
        return std::unexpected(
            invalid_argument(fmt::format("The timestampInMillis parameter cannot be greater than the "
                                         "currentTimestampInMillis. timestampInMillis: "
                                         "{}, currentTimestampInMillis: {}",
                                         to_millis(*input.timestamp), to_millis(now))));
    }
    return {};
}

std::unexpected<aws::ServiceError> bad_number(const GetShardIteratorInput& input, const Stream& stream,
                                              std::string_view why) {
    return std::unexpected(invalid_argument(fmt::format(
        "StartingSequenceNumber {} used in GetShardIterator on shard {} in stream {} under account {} is "
        "invalid{}.",
        *input.starting_sequence_number, input.shard_id, stream.name, stream.scope.account, why)));
}

aws::Outcome<storage::Offset> offset_of_number(const GetShardIteratorInput& input, const Stream& stream,
                                               const Shard& shard, storage::Offset end) {
    const auto number = parse_sequence_number(*input.starting_sequence_number);
    if (!number) return bad_number(input, stream, "");
    if (number->shard_index != shard.index) {
        return std::unexpected(invalid_argument(fmt::format(
            "Invalid StartingSequenceNumber. It encodes {}, while it was used in a call to a shard with {}",
            shard_name(number->shard_index), shard_name(shard.index))));
    }
    const std::uint64_t last = end.value() + (shard.closed ? 1 : 0);  // its EndingSequenceNumber
    if (number->shard_created != shard.created || number->position > last) {
        return bad_number(input, stream, " because it did not come from this stream");
    }
    if (number->position > end.value()) return end;
    // Position 0 is before the first record: at it and after it is the same place.
    if (number->position == 0) return storage::Offset{0};
    return storage::Offset{input.shard_iterator_type == "AT_SEQUENCE_NUMBER" ? number->position - 1
                                                                             : number->position};
}

}  // namespace

void get_shard_iterator(Streams& streams, const aws::RequestContext& context, GetShardIteratorInput input,
                        aws::Reply<api::kinesis::GetShardIterator> reply) {
    const auto found = resolve_usable(streams.state(), context.scope, target_of(input));
    if (!found) return reply(std::unexpected(found.error()));
    const Stream& stream = **found;
    const Shard* shard = find_shard(stream, input.shard_id);
    if (shard == nullptr) return reply(std::unexpected(shard_not_found(stream, input.shard_id)));
    const WallTime now = streams.clock().now();
    if (auto valid = check_combination(input, now); !valid)
        return reply(std::unexpected(std::move(valid.error())));

    storage::LogStore& store = streams.store();
    ShardIterator iterator{.stream = stream.name, .shard = shard->index, .log = shard->log, .created = now};
    if (by_time(input)) {
        store.find_time(shard->log, *input.timestamp,
                        [iterator, reply = std::move(reply)](Result<storage::Offset> offset) mutable {
                            if (!offset)
                                return reply(std::unexpected(aws::internal_failure(offset.error().message)));
                            iterator.offset = *offset;
                            reply(api::kinesis::GetShardIteratorOutput{.shard_iterator = to_token(iterator)});
                        });
        return;
    }
    if (by_sequence_number(input)) {
        const auto offset = offset_of_number(input, stream, *shard, store.end(shard->log));
        if (!offset) return reply(std::unexpected(offset.error()));
        iterator.offset = *offset;
    } else {
        iterator.offset =
            input.shard_iterator_type == "LATEST" ? store.end(shard->log) : store.begin(shard->log);
    }
    reply(api::kinesis::GetShardIteratorOutput{.shard_iterator = to_token(iterator)});
}

}  // namespace millrace::kinesis
