#include "cli/stream_event.h"

#include <fmt/format.h>

#include "cli/stream_records.h"

namespace millrace::cli {
namespace {

using codec::Json;

std::unexpected<ApiError> failure(std::string message) {
    return std::unexpected(ApiError{.code = {}, .message = std::move(message)});
}

std::string_view stream_of(const RecordPlace& place) {
    return std::string_view(place.source).substr(0, place.source.find('/'));
}

// Appends the records from the place on.
Answer<void> read_records(Api& api, const RecordPlace& place, std::size_t count,
                          std::vector<StreamRecord>& records) {
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
    std::vector<StreamRecord> records;
    for (const RecordPlace& place : places) {
        if (place.source != first.source || place.shard != first.shard)
            return failure("an event has records of one shard");
        if (const auto read = read_records(api, place, count, records); !read)
            return std::unexpected(read.error());
    }
    const auto source = describe_event_source(api, stream_of(first), function);
    if (!source) return std::unexpected(source.error());
    const std::string arn = source->stream_arn + first.source.substr(stream_of(first).size());
    return codec::make_kinesis_event(
        event_records(records),
        {.arn = arn, .shard_id = first.shard, .region = source->region(), .role = source->function_role});
}

}  // namespace millrace::cli
