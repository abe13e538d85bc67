#include "services/lambda/asynchronous/async_event.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "codec/json_writer.h"
#include "services/lambda/records/record_json.h"

namespace millrace::lambda {

namespace json = boost::json;

std::string encode_entry(const AsyncEvent& event) {
    std::string entry;
    codec::JsonWriter(entry)
        .begin_object()
        .key("account")
        .string(event.scope.account)
        .key("region")
        .string(event.scope.region)
        .key("function")
        .string(event.function)
        .key("qualifier")
        .string(event.qualifier)
        .key("trace")
        .string(event.trace)
        .key("hops")
        .integer(event.hops)
        .key("request_id")
        .string(event.request_id)
        .key("client_context")
        .string(event.client_context)
        .key("accepted")
        .integer(to_millis(event.accepted))
        .end_object();
    entry += '\n';
    entry += event.payload;
    return entry;
}

std::string encode_entry(const AsyncFailure& failure) {
    std::string entry;
    codec::JsonWriter(entry)
        .begin_object()
        .key("failed")
        .unsigned_integer(failure.offset.value())
        .key("failures")
        .integer(failure.failures)
        .key("retry_at")
        .integer(to_millis(failure.retry_at))
        .key("executed_version")
        .string(failure.executed_version)
        .end_object();
    entry += '\n';
    entry += failure.payload;
    return entry;
}

std::string encode_entry(AsyncDone done) {
    return fmt::format("{{\"done\":{}}}\n", done.offset.value());
}

Result<AsyncEntry> decode_async_entry(std::string_view entry) {
    const std::size_t line_end = entry.find('\n');
    if (line_end == std::string_view::npos) return fail(ErrorCode::kCorruption, "an event has no header");
    try {
        const json::object header = json::parse(entry.substr(0, line_end)).as_object();
        if (const json::value* done = header.if_contains("done")) {
            return AsyncDone{storage::Offset{done->to_number<std::uint64_t>()}};
        }
        const std::string_view payload = entry.substr(line_end + 1);
        const auto text = [&](const char* key) { return json::value_to<std::string>(header.at(key)); };
        if (const json::value* failed = header.if_contains("failed")) {
            return AsyncFailure{.offset = storage::Offset{failed->to_number<std::uint64_t>()},
                                .failures = header.at("failures").to_number<int>(),
                                .retry_at = from_millis(header.at("retry_at").to_number<std::int64_t>()),
                                .executed_version = text("executed_version"),
                                .payload = std::string(payload)};
        }
        return AsyncEvent{.scope = {.account = text("account"), .region = text("region")},
                          .function = text("function"),
                          .qualifier = text_or_empty(header, "qualifier"),
                          .request_id = text("request_id"),
                          .client_context = text("client_context"),
                          .accepted = from_millis(header.at("accepted").to_number<std::int64_t>()),
                          .payload = std::string(payload),
                          .trace = text_or_empty(header, "trace"),
                          .hops = static_cast<int>(number_or(header, "hops", 0))};
    } catch (const std::exception& error) {
        return fail(ErrorCode::kCorruption,
                    fmt::format("the header of an event is damaged: {}", error.what()));
    }
}

}  // namespace millrace::lambda
