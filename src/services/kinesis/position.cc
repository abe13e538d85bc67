#include "services/kinesis/position.h"

#include <fmt/format.h>
#include <utility>

#include "aws/common_errors.h"
#include "services/kinesis/errors.h"

namespace millrace::kinesis {
namespace {

bool by_sequence_number(const Position& position) {
    return position.type == "AT_SEQUENCE_NUMBER" || position.type == "AFTER_SEQUENCE_NUMBER";
}

bool by_time(const Position& position) {
    return position.type == "AT_TIMESTAMP";
}

struct Place {
    const Stream& stream;
    const Shard& shard;
    std::string_view operation;
};

std::unexpected<aws::ServiceError> bad_number(const Position& position, const Place& place,
                                              std::string_view why) {
    return std::unexpected(invalid_argument(fmt::format(
        "StartingSequenceNumber {} used in {} on shard {} in stream {} under account {} is invalid{}.",
        *position.sequence_number, place.operation, shard_name(place.shard.index), place.stream.name,
        place.stream.scope.account, why)));
}

aws::Outcome<storage::Offset> offset_of_number(const Position& position, const Place& place,
                                               storage::Offset end) {
    const Shard& shard = place.shard;
    const auto number = parse_sequence_number(*position.sequence_number);
    if (!number) return bad_number(position, place, "");
    if (number->shard_index != shard.index) {
        return std::unexpected(invalid_argument(fmt::format(
            "Invalid StartingSequenceNumber. It encodes {}, while it was used in a call to a shard with {}",
            shard_name(number->shard_index), shard_name(shard.index))));
    }
    const std::uint64_t last = end.value() + (shard.closed ? 1 : 0);  // its EndingSequenceNumber
    if (number->shard_created != shard.created || number->position > last) {
        return bad_number(position, place, " because it did not come from this stream");
    }
    if (number->position > end.value()) {
        if (position.type == "AT_SEQUENCE_NUMBER") return end;
        // Consumers tell by these words that the shard is at its end.
        return std::unexpected(
            invalid_argument("Invalid SequenceNumber for ShardIteratorType AFTER_SEQUENCE_NUMBER, "
                             "SequenceNumber has reached max possible value for the shard."));
    }
    // Position 0 is before the first record: at it and after it is the same place.
    if (number->position == 0) return storage::Offset{0};
    return storage::Offset{position.type == "AT_SEQUENCE_NUMBER" ? number->position - 1 : number->position};
}

}  // namespace

aws::Outcome<void> check_position(const Position& position, WallTime now) {
    if (by_sequence_number(position) != position.sequence_number.has_value()) {
        return std::unexpected(invalid_argument(
            fmt::format("Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and "
                        "StartingSequenceNumber or (2) "
                        "TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified {} and {} "
                        "StartingSequenceNumber.",
                        position.type, position.sequence_number ? "also a" : "no")));
    }
    if (by_time(position) && !position.timestamp) {
        return std::unexpected(
            invalid_argument("Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. "
                             "Current request has no timestamp parameter."));
    }
    if (!by_time(position) && position.timestamp) {
        return std::unexpected(
            invalid_argument(fmt::format("Must either specify AT_TIMESTAMP and Timestamp or another type and "
                                         "no Timestamp. Request specified {} and also a Timestamp.",
                                         position.type)));
    }
    if (position.timestamp && *position.timestamp > now) {
        return std::unexpected(
            invalid_argument(fmt::format("The timestampInMillis parameter cannot be greater than the "
                                         "currentTimestampInMillis. timestampInMillis: "
                                         "{}, currentTimestampInMillis: {}",
                                         to_millis(*position.timestamp), to_millis(now))));
    }
    return {};
}

void locate(storage::LogStore& store, const Stream& stream, const Shard& shard, const Position& position,
            std::string_view operation, LocateDone done) {
    if (by_time(position)) {
        store.find_time(shard.log, *position.timestamp,
                        [done = std::move(done)](Result<storage::Offset> offset) mutable {
                            if (offset) return done(*offset);
                            done(std::unexpected(aws::internal_failure(offset.error().message)));
                        });
        return;
    }
    const storage::Offset end = store.end(shard.log);
    if (by_sequence_number(position))
        return done(
            offset_of_number(position, {.stream = stream, .shard = shard, .operation = operation}, end));
    done(position.type == "LATEST" ? end : store.begin(shard.log));
}

}  // namespace millrace::kinesis
