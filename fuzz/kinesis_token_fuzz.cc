#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "services/kinesis/page_token.h"
#include "services/kinesis/shard_iterator.h"
#include "services/kinesis/token.h"

using namespace millrace;

// Whatever reads as an iterator or a page token writes the same text again, also when somebody forged the
// checksum, and its time can be compared and printed.
static void check(const std::string& text) {
    const WallTime now = from_millis(1'790'000'000'000);
    if (const auto iterator = kinesis::parse_shard_iterator(text)) {
        MILLRACE_ASSERT(kinesis::to_token(*iterator) == text);
        if (kinesis::is_expired(*iterator, now))
            MILLRACE_ASSERT(!kinesis::expired_message(*iterator, now).empty());
    }
    for (const auto listing : {kinesis::PageToken::Listing::kStreams, kinesis::PageToken::Listing::kShards}) {
        if (const auto page = kinesis::parse_page_token(text, listing)) {
            MILLRACE_ASSERT(kinesis::to_token(*page) == text);
            static_cast<void>(kinesis::is_expired(*page, now));
        }
    }
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string input{reinterpret_cast<const char*>(data), size};
    check(input);
    check(kinesis::seal_token(input));
    return 0;
}
