#include "cli/stream_records.h"

#include "codec/base64.h"
#include "codec/timestamp.h"

namespace millrace::cli {

using codec::Json;

Answer<void> append_records(const Json& answer, std::vector<StreamRecord>& records) {
    for (const Json& record : list_at(answer, "Records")) {
        auto data = codec::base64_decode(text_at(record, "Data"));
        const auto arrival = codec::parse_epoch_seconds(text_at(record, "ApproximateArrivalTimestamp"));
        if (!data || !arrival)
            return std::unexpected(ApiError{.code = {}, .message = "the server's record cannot be read"});
        records.push_back({.sequence_number = text_at(record, "SequenceNumber"),
                           .partition_key = text_at(record, "PartitionKey"),
                           .arrival = *arrival,
                           .data = std::move(*data)});
    }
    return {};
}

std::vector<codec::KinesisEventRecord> event_records(std::span<const StreamRecord> records) {
    std::vector<codec::KinesisEventRecord> views;
    views.reserve(records.size());
    for (const StreamRecord& record : records) {
        views.push_back({.sequence_number = record.sequence_number,
                         .partition_key = record.partition_key,
                         .arrival = record.arrival,
                         .data = record.data});
    }
    return views;
}

std::string_view EventSource::region() const {
    std::string_view rest = stream_arn;
    for (int colons = 0; colons < 3; ++colons)
        rest.remove_prefix(std::min(rest.find(':'), rest.size() - 1) + 1);
    return rest.substr(0, rest.find(':'));
}

Answer<EventSource> describe_event_source(Api& api, std::string_view stream, std::string_view function) {
    const auto described = api.kinesis("DescribeStreamSummary", {{"StreamName", stream}});
    if (!described) return std::unexpected(described.error());
    const auto configuration = api.function_configuration(function);
    if (!configuration) return std::unexpected(configuration.error());
    const Json* summary = described->as_object().if_contains("StreamDescriptionSummary");
    return EventSource{.stream_arn = summary != nullptr ? text_at(*summary, "StreamARN") : std::string(),
                       .function_role = text_at(*configuration, "Role")};
}

}  // namespace millrace::cli
