#include <algorithm>
#include <fmt/format.h>

#include "services/logs/errors.h"
#include "services/logs/limits.h"
#include "services/logs/ops/operations.h"
#include "services/logs/ops/target.h"

namespace millrace::logs {
namespace {

using api::logs::DescribeLogStreamsRequest;

api::logs::LogStream describe(const LogGroup& group, const LogStream& stream) {
    api::logs::LogStream out{.log_stream_name = stream.name,
                             .creation_time = to_millis(stream.created),
                             .upload_sequence_token = fmt::format("{:056}", stream.log.value()),
                             .arn = stream_arn({group.scope, group.name, stream.name}),
                             .stored_bytes = 0};  // AWS says so of every stream since 2019
    if (stream.totals) {
        out.first_event_timestamp = to_millis(stream.totals->first_event);
        out.last_event_timestamp = to_millis(stream.totals->last_event);
        out.last_ingestion_time = to_millis(stream.totals->last_ingestion);
    }
    return out;
}

/// The streams in the order asked for; those without events come first by time, as the oldest.
std::vector<const LogStream*> in_order(const LogGroup& group, const DescribeLogStreamsRequest& input) {
    std::vector<const LogStream*> streams;
    for (const auto& [name, stream] : group.streams) {
        if (!input.log_stream_name_prefix || name.starts_with(*input.log_stream_name_prefix))
            streams.push_back(&stream);
    }
    if (input.order_by == "LastEventTime") {
        std::ranges::sort(streams, {}, [](const LogStream* stream) {
            return std::pair{stream->totals ? stream->totals->last_event : WallTime{},
                             std::string_view{stream->name}};
        });
    }
    if (input.descending.value_or(false)) std::ranges::reverse(streams);
    return streams;
}

}  // namespace

void describe_log_streams(Groups& groups, const aws::RequestContext& context, DescribeLogStreamsRequest input,
                          aws::Reply<api::logs::DescribeLogStreams> reply) {
    if (input.order_by == "LastEventTime" && input.log_stream_name_prefix) {
        return reply(std::unexpected(api::logs::invalid_parameter_exception(
            "Cannot order by LastEventTime with a logStreamNamePrefix.")));
    }
    const auto group = find_target(groups, context.scope, input.log_group_name, input.log_group_identifier);
    if (!group) return reply(std::unexpected(group.error()));

    const auto streams = in_order(**group, input);
    auto at = streams.begin();
    if (input.next_token) {
        // The token is the name of the last stream shown.
        const auto last = std::ranges::find(streams, *input.next_token, &LogStream::name);
        if (last == streams.end()) return reply(std::unexpected(invalid_next_token()));
        at = last + 1;
    }
    const auto limit =
        static_cast<std::ptrdiff_t>(input.limit.value_or(static_cast<std::int32_t>(kDescribeMax)));
    const auto end = at + std::min(limit, streams.end() - at);
    api::logs::DescribeLogStreamsResponse output;
    output.log_streams.emplace();
    for (; at != end; ++at) output.log_streams->push_back(describe(**group, **at));
    if (end != streams.end()) output.next_token = (*(end - 1))->name;
    reply(std::move(output));
}

}  // namespace millrace::logs
