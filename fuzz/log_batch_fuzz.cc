// Stored bytes may be anything: what decodes is written the same again.

#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "services/logs/batch.h"
#include "services/logs/group_search.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace millrace::logs;
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    if (const auto batch = decode_batch(bytes)) {
        std::vector<LogEvent> events;
        for (const EventView& event : batch->events)
            events.push_back({event.timestamp, std::string{event.message}});
        std::string encoded;
        append_batch(encoded, batch->header, events);
        MILLRACE_ASSERT(encoded == bytes);
    }
    if (const auto token = parse_token(bytes))
        MILLRACE_ASSERT(parse_token(to_token(token->direction, token->position)));
    if (const auto place = parse_search_token(bytes))
        MILLRACE_ASSERT(parse_search_token(to_token(*place)) == place);
    return 0;
}
