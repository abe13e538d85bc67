#include <algorithm>
#include <fmt/format.h>

#include "services/logs/errors.h"
#include "services/logs/limits.h"
#include "services/logs/ops/operations.h"

namespace millrace::logs {
namespace {

using api::logs::InputLogEvent;
using api::logs::invalid_parameter_exception;
using api::logs::RejectedLogEventsInfo;

/// Telemetry of entities is not offered: the events are stored, the entity is not, and the answer says so.
constexpr std::string_view kNoEntities = "UnsupportedLogGroupType";

aws::Outcome<void> check_batch(const std::vector<InputLogEvent>& events) {
    std::size_t bytes = 0;
    for (const InputLogEvent& event : events) {
        const std::size_t event_bytes = counted_bytes(event.message);
        if (event_bytes > kEventBytesMax) {
            return std::unexpected(invalid_parameter_exception(fmt::format(
                "Log event too large: {} bytes exceeds limit of {}", event_bytes, kEventBytesMax)));
        }
        bytes += event_bytes;
    }
    if (bytes > kBatchBytesMax) {
        return std::unexpected(invalid_parameter_exception(
            fmt::format("Upload too large: {} bytes exceeds limit of {}", bytes, kBatchBytesMax)));
    }
    if (!std::ranges::is_sorted(events, {}, &InputLogEvent::timestamp)) {
        return std::unexpected(invalid_parameter_exception(
            "Log events in a single PutLogEvents request must be in chronological order."));
    }
    const Milliseconds span{events.back().timestamp - events.front().timestamp};
    if (span > kBatchSpanMax) {
        return std::unexpected(invalid_parameter_exception(
            "The batch of log events in a single PutLogEvents request cannot span more than 24 hours."));
    }
    return {};
}

/// Moves what is neither too old nor too new to `kept`, and says what was left. The events are in order.
std::optional<RejectedLogEventsInfo> sort_out(std::vector<InputLogEvent> events, const LogGroup& group,
                                              WallTime now, std::vector<LogEvent>& kept) {
    const WallTime too_old = now - kEventAgeMax;
    const WallTime too_new = now + kEventFutureMax;
    const auto expired = group.oldest_kept(now);
    RejectedLogEventsInfo rejected;
    bool any = false;
    for (std::size_t i = 0; i < events.size(); ++i) {
        const WallTime timestamp = from_millis(events[i].timestamp);
        const auto index = static_cast<std::int32_t>(i);
        if (timestamp < too_old) {
            rejected.too_old_log_event_end_index = index + 1;
        } else if (expired && timestamp < *expired) {
            rejected.expired_log_event_end_index = index + 1;
        } else if (timestamp > too_new) {
            if (!rejected.too_new_log_event_start_index) rejected.too_new_log_event_start_index = index;
        } else {
            kept.push_back({timestamp, std::move(events[i].message)});
            continue;
        }
        any = true;
    }
    return any ? std::optional(rejected) : std::nullopt;
}

}  // namespace

void put_log_events(Groups& groups, const aws::RequestContext& context, api::logs::PutLogEventsRequest input,
                    aws::Reply<api::logs::PutLogEvents> reply) {
    const LogGroup* group = groups.state().find_group(context.scope, input.log_group_name);
    if (group == nullptr) return reply(std::unexpected(group_not_found()));
    StreamKey key{context.scope, std::move(input.log_group_name), std::move(input.log_stream_name)};
    const LogStream* stream = groups.state().find_stream(key);
    if (stream == nullptr) return reply(std::unexpected(stream_not_found()));
    if (auto good = check_batch(input.log_events); !good)
        return reply(std::unexpected(std::move(good.error())));

    std::vector<LogEvent> kept;
    api::logs::PutLogEventsResponse output;
    // Sequence tokens are ignored since 2023, and old clients still want one.
    output.next_sequence_token = fmt::format("{:056}", stream->log.value());
    output.rejected_log_events_info =
        sort_out(std::move(input.log_events), *group, groups.clock().now(), kept);
    if (input.entity)
        output.rejected_entity_info = api::logs::RejectedEntityInfo{.error_type = std::string(kNoEntities)};
    std::vector<StreamAppend> appends;
    appends.push_back({std::move(key), std::move(kept)});
    groups.append(std::move(appends),
                  [reply = std::move(reply), output = std::move(output)](Result<> stored) mutable {
                      if (!stored) return reply(std::unexpected(aws::to_service_error(stored.error())));
                      reply(std::move(output));
                  });
}

}  // namespace millrace::logs
