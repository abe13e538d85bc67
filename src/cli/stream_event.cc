#include "cli/stream_event.h"

#include <fmt/format.h>

#include "codec/base64.h"
#include "codec/kinesis_event.h"
#include "codec/timestamp.h"

namespace millrace::cli {
namespace {

using codec::Json;

struct Record {
    std::string sequence_number;
    std::string partition_key;
    WallTime arrival;
    std::string data;
};

std::unexpected<ApiError> failure(std::string message) {
    return std::unexpected(ApiError{.code = {}, .message = std::move(message)});
}

std::string_view stream_of(const RecordPlace& place) {
    return std::string_view(place.source).substr(0, place.source.find('/'));
}

Answer<void> append_records(const Json& answer, std::vector<Record>& records) {
    for (const Json& record : list_at(answer, "Records")) {
        auto data = codec::base64_decode(text_at(record, "Data"));
        const auto arrival = codec::parse_epoch_seconds(text_at(record, "ApproximateArrivalTimestamp"));
        if (!data || !arrival) return failure("the server's record cannot be read");
        records.push_back({.sequence_number = text_at(record, "SequenceNumber"),
                           .partition_key = text_at(record, "PartitionKey"),
                           .arrival = *arrival,
                           .data = std::move(*data)});
    }
    return {};
}

// Appends the records from the place on.
Answer<void> read_records(Api& api, const RecordPlace& place, std::size_t count,
                          std::vector<Record>& records) {
    const std::size_t before = records.size();
    const auto opened = api.kinesis("GetShardIterator", {{"StreamName", stream_of(place)},
                                                         {"ShardId", place.shard},
                                                         {"ShardIteratorType", "AT_SEQUENCE_NUMBER"},
                                                         {"StartingSequenceNumber", place.sequence_number}});
    if (!opened) return std::unexpected(opened.error());
    std::string iterator = text_at(*opened, "ShardIterator");
    while (records.size() < before + count && !iterator.empty()) {
        const std::size_t had = records.size();
        const auto answer =
            api.kinesis("GetRecords", {{"ShardIterator", iterator}, {"Limit", before + count - had}});
        if (!answer) return std::unexpected(answer.error());
        if (const auto read = append_records(*answer, records); !read) return read;
        if (records.size() == had && text_at(*answer, "MillisBehindLatest") == "0") break;
        iterator = text_at(*answer, "NextShardIterator");
    }
    const std::size_t found = records.size() - before;
    if (found == 0 || records[before].sequence_number != place.sequence_number) {
        return failure(fmt::format("there is no record {} in {} of {}", place.sequence_number, place.shard,
                                   stream_of(place)));
    }
    if (found == count) return {};
    return failure(
        fmt::format("from {} on there are only {} of {} records", place.sequence_number, found, count));
}

std::string_view arn_region(std::string_view arn) {
    for (int colons = 0; colons < 3; ++colons) arn.remove_prefix(std::min(arn.find(':'), arn.size() - 1) + 1);
    return arn.substr(0, arn.find(':'));
}

}  // namespace

Result<RecordPlace> parse_record_place(std::string_view text) {
    const std::size_t last = text.rfind('/');
    const std::size_t before = last == std::string_view::npos || last == 0 ? last : text.rfind('/', last - 1);
    if (before == std::string_view::npos || before == 0 || before + 1 == last || last + 1 == text.size()) {
        return millrace::fail(ErrorCode::kInvalidArgument,
                              fmt::format("{} does not name a record: STREAM/SHARD/SEQUENCE-NUMBER", text));
    }
    return RecordPlace{.source = std::string(text.substr(0, before)),
                       .shard = std::string(text.substr(before + 1, last - before - 1)),
                       .sequence_number = std::string(text.substr(last + 1))};
}

Answer<std::string> make_stream_event(Api& api, std::string_view function,
                                      const std::vector<RecordPlace>& places, std::size_t count) {
    const RecordPlace& first = places.front();
    std::vector<Record> records;
    for (const RecordPlace& place : places) {
        if (place.source != first.source || place.shard != first.shard)
            return failure("an event has records of one shard");
        if (const auto read = read_records(api, place, count, records); !read)
            return std::unexpected(read.error());
    }
    const auto stream = api.kinesis("DescribeStreamSummary", {{"StreamName", stream_of(first)}});
    if (!stream) return std::unexpected(stream.error());
    const auto configuration = api.function_configuration(function);
    if (!configuration) return std::unexpected(configuration.error());
    const Json* summary = stream->as_object().if_contains("StreamDescriptionSummary");
    const std::string arn = (summary != nullptr ? text_at(*summary, "StreamARN") : std::string()) +
                            first.source.substr(stream_of(first).size());
    const std::string role = text_at(*configuration, "Role");
    std::vector<codec::KinesisEventRecord> event;
    event.reserve(records.size());
    for (const Record& record : records) {
        event.push_back({.sequence_number = record.sequence_number,
                         .partition_key = record.partition_key,
                         .arrival = record.arrival,
                         .data = record.data});
    }
    return codec::make_kinesis_event(
        event, {.arn = arn, .shard_id = first.shard, .region = arn_region(arn), .role = role});
}

}  // namespace millrace::cli
