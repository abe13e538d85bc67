#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "services/kinesis/consumer.h"
#include "services/kinesis/shard_json.h"
#include "services/kinesis/stream_json.h"

using namespace millrace;

// What reads as a stream, a shard or a consumer of the catalog is the same when written and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view value{reinterpret_cast<const char*>(data), size};
    const aws::Scope scope{.account = "000000000000", .region = "us-east-1"};
    const std::string stream_key = kinesis::catalog_key(scope, "s");
    if (const auto stream = kinesis::parse_stream(stream_key, value)) {
        MILLRACE_ASSERT(kinesis::parse_stream(stream_key, kinesis::to_json(*stream, stream->options)) ==
                        *stream);
    }
    const std::string shard_key = kinesis::shard_key(scope, "s", 7);
    if (const auto stored = kinesis::parse_shard(shard_key, value)) {
        MILLRACE_ASSERT(kinesis::parse_shard(shard_key, kinesis::to_json(stored->shard)) == *stored);
    }
    const std::string consumer_key = "kinesis/consumers/000000000000/us-east-1/s/c";
    if (const auto consumer = kinesis::parse_consumer(consumer_key, value)) {
        MILLRACE_ASSERT(kinesis::catalog_key(*consumer) == consumer_key);
        MILLRACE_ASSERT(kinesis::parse_consumer(consumer_key, kinesis::to_json(*consumer)) == *consumer);
    }
    return 0;
}
