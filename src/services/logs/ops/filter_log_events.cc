#include <algorithm>

#include "services/logs/errors.h"
#include "services/logs/group_search.h"
#include "services/logs/limits.h"
#include "services/logs/ops/operations.h"
#include "services/logs/ops/target.h"

namespace millrace::logs {
namespace {

using api::logs::FilterLogEventsRequest;

/// endTime is the last timestamp returned here, other than in GetLogEvents.
TimeRange range_of(const FilterLogEventsRequest& input, const LogGroup& group, WallTime now) {
    TimeRange range{.begin = group.oldest_kept(now)};
    if (input.start_time) {
        const WallTime start = from_millis(*input.start_time);
        range.begin = range.begin ? std::max(*range.begin, start) : start;
    }
    if (input.end_time) range.end = from_millis(*input.end_time) + Milliseconds{1};
    return range;
}

bool is_asked_for(const FilterLogEventsRequest& input, const std::string& stream) {
    if (input.log_stream_names)
        return std::ranges::find(*input.log_stream_names, stream) != input.log_stream_names->end();
    return !input.log_stream_name_prefix || stream.starts_with(*input.log_stream_name_prefix);
}

std::vector<SearchedStream> streams_to_search(const FilterLogEventsRequest& input, const LogGroup& group,
                                              const TimeRange& range) {
    std::vector<SearchedStream> streams;
    for (const auto& [name, stream] : group.streams) {
        if (!stream.totals || !is_asked_for(input, name)) continue;
        if (range.begin && stream.totals->last_event < *range.begin) continue;
        if (range.end && stream.totals->first_event >= *range.end) continue;
        streams.push_back({stream.log, name, stream.totals->first_event});
    }
    return streams;
}

api::logs::FilterLogEventsResponse describe(SearchPage page) {
    api::logs::FilterLogEventsResponse output;
    output.searched_log_streams.emplace();  // empty since 2019
    if (page.next) output.next_token = to_token(*page.next);
    auto& events = output.events.emplace();
    for (SearchHit& hit : page.hits) {
        events.push_back({.log_stream_name = std::move(hit.stream),
                          .timestamp = to_millis(hit.event.timestamp),
                          .message = std::move(hit.event.message),
                          .ingestion_time = to_millis(hit.event.ingestion),
                          .event_id = std::move(hit.event_id)});
    }
    return output;
}

aws::Outcome<void> check_streams(const FilterLogEventsRequest& input, const LogGroup& group) {
    if (!input.log_stream_names) return {};
    if (input.log_stream_name_prefix) {
        return std::unexpected(api::logs::invalid_parameter_exception(
            "logStreamNames and logStreamNamePrefix are mutually exclusive parameters."));
    }
    for (const std::string& name : *input.log_stream_names) {
        if (!group.streams.contains(name)) return std::unexpected(stream_not_found());
    }
    return {};
}

}  // namespace

void filter_log_events(Groups& groups, const aws::RequestContext& context, FilterLogEventsRequest input,
                       aws::Reply<api::logs::FilterLogEvents> reply) {
    const auto group = find_target(groups, context.scope, input.log_group_name, input.log_group_identifier);
    if (!group) return reply(std::unexpected(group.error()));
    if (auto good = check_streams(input, **group); !good)
        return reply(std::unexpected(std::move(good.error())));
    if (!input.start_from_head.value_or(true)) {
        return reply(std::unexpected(api::logs::invalid_parameter_exception(
            "startFromHead false is not offered by Millrace: the earliest events come first.")));
    }
    auto pattern = FilterPattern::parse(input.filter_pattern.value_or(""));
    if (!pattern)
        return reply(std::unexpected(api::logs::invalid_parameter_exception(pattern.error().message)));
    const auto from = input.next_token ? parse_search_token(*input.next_token) : std::nullopt;
    if (input.next_token && !from) return reply(std::unexpected(invalid_next_token()));

    const TimeRange range = range_of(input, **group, groups.clock().now());
    SearchQuery query{.streams = streams_to_search(input, **group, range),
                      .range = range,
                      .pattern = std::move(*pattern),
                      .events_max = static_cast<std::size_t>(
                          input.limit.value_or(static_cast<std::int32_t>(kPageEventsMax))),
                      .from = from};
    search_group(groups.logs(), std::move(query),
                 [reply = std::move(reply)](Result<SearchPage> page) mutable {
                     if (!page) return reply(std::unexpected(aws::to_service_error(page.error())));
                     reply(describe(std::move(*page)));
                 });
}

}  // namespace millrace::logs
