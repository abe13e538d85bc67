#include <algorithm>

#include "services/logs/errors.h"
#include "services/logs/limits.h"
#include "services/logs/ops/operations.h"
#include "services/logs/ops/target.h"
#include "services/logs/stream_reader.h"

namespace millrace::logs {
namespace {

using storage::Offset;

api::logs::GetLogEventsResponse describe(Page page) {
    api::logs::GetLogEventsResponse output;
    output.next_forward_token = to_token(Direction::kForward, page.end);
    output.next_backward_token = to_token(Direction::kBackward, page.begin);
    auto& events = output.events.emplace();
    for (FoundEvent& event : page.events) {
        events.push_back({.timestamp = to_millis(event.timestamp),
                          .message = std::move(event.message),
                          .ingestion_time = to_millis(event.ingestion)});
    }
    return output;
}

TimeRange range_of(const api::logs::GetLogEventsRequest& input, const LogGroup& group, WallTime now) {
    TimeRange range{.begin = group.oldest_kept(now)};
    if (input.start_time) {
        const WallTime start = from_millis(*input.start_time);
        range.begin = range.begin ? std::max(*range.begin, start) : start;
    }
    if (input.end_time) range.end = from_millis(*input.end_time);
    return range;
}

}  // namespace

void get_log_events(Groups& groups, const aws::RequestContext& context, api::logs::GetLogEventsRequest input,
                    aws::Reply<api::logs::GetLogEvents> reply) {
    const auto group = find_target(groups, context.scope, input.log_group_name, input.log_group_identifier);
    if (!group) return reply(std::unexpected(group.error()));
    const auto stream = (*group)->streams.find(input.log_stream_name);
    if (stream == (*group)->streams.end()) return reply(std::unexpected(stream_not_found()));

    const auto token = input.next_token ? parse_token(*input.next_token) : std::nullopt;
    if (input.next_token && !token) return reply(std::unexpected(invalid_next_token()));

    storage::LogStore& logs = groups.logs();
    const PageQuery query{
        stream->second.log, range_of(input, **group, groups.clock().now()),
        static_cast<std::size_t>(input.limit.value_or(static_cast<std::int32_t>(kPageEventsMax)))};
    PageDone answer = [reply = std::move(reply)](Result<Page> page) mutable {
        if (!page) return reply(std::unexpected(aws::to_service_error(page.error())));
        reply(describe(std::move(*page)));
    };
    if (token) {
        return token->direction == Direction::kForward
                   ? read_forward(logs, query, token->position, std::move(answer))
                   : read_backward(logs, query, token->position, std::move(answer));
    }
    // Without a token the page begins at the first event in the range, or ends at the last.
    const bool from_head = input.start_from_head.value_or(false);
    const auto edge = from_head ? query.range.begin : query.range.end;
    if (!edge) {
        return from_head ? read_forward(logs, query, {logs.begin(query.log).value(), 0}, std::move(answer))
                         : read_backward(logs, query, {logs.end(query.log).value(), 0}, std::move(answer));
    }
    logs.find_time(query.log, from_head ? *edge : latest_entry_time(*edge) + Milliseconds{1},
                   [&logs, query, from_head, answer = std::move(answer)](Result<Offset> offset) mutable {
                       if (!offset) return answer(std::unexpected(std::move(offset.error())));
                       const Position position{offset->value(), 0};
                       from_head ? read_forward(logs, query, position, std::move(answer))
                                 : read_backward(logs, query, position, std::move(answer));
                   });
}

}  // namespace millrace::logs
