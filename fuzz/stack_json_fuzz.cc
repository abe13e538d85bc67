// A stack's records in the catalog: what can be read is written the same way again and again.

#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "services/cloudformation/state/stack_json.h"

namespace {

using namespace millrace::cloudformation;

template <class Read, class Write>
void round_trip(std::string_view text, Read read, Write write) {
    const auto record = read(text);
    if (!record) return;
    const std::string once = write(*record);
    const auto again = read(once);
    MILLRACE_ASSERT(again);
    MILLRACE_ASSERT(write(*again) == once);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    round_trip(text, read_header, write_header);
    round_trip(text, read_settings, write_settings);
    round_trip(text, read_resource, write_resource);
    round_trip(text, [](std::string_view record) { return read_resources(record); }, write_resources);
    round_trip(text, read_before, write_before);
    round_trip(text, read_event, write_event);
    round_trip(text, read_change_set, write_change_set);
    return 0;
}
