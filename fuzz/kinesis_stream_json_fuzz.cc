#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "services/kinesis/consumer.h"
#include "services/kinesis/stream_json.h"

using namespace millrace;

// What reads as a stream or a consumer of the catalog is the same when written and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view value{reinterpret_cast<const char*>(data), size};
    const std::string key = kinesis::catalog_key({.account = "000000000000", .region = "us-east-1"}, "s");
    if (const auto stream = kinesis::parse_stream(key, value)) {
        MILLRACE_ASSERT(kinesis::parse_stream(key, kinesis::to_json(*stream)) == *stream);
    }
    const std::string consumer_key = "kinesis/consumers/000000000000/us-east-1/s/c";
    if (const auto consumer = kinesis::parse_consumer(consumer_key, value)) {
        MILLRACE_ASSERT(kinesis::catalog_key(*consumer) == consumer_key);
        MILLRACE_ASSERT(kinesis::parse_consumer(consumer_key, kinesis::to_json(*consumer)) == *consumer);
    }
    return 0;
}
