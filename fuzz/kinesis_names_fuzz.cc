#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "services/kinesis/consumer.h"
#include "services/kinesis/hash_key.h"
#include "services/kinesis/sequence_number.h"
#include "services/kinesis/stream.h"

using namespace millrace;

// Sequence numbers, hash keys, shard names and ARNs: what reads writes the same text again; a shard has
// several names.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    if (const auto number = kinesis::parse_sequence_number(text)) MILLRACE_ASSERT(to_string(*number) == text);
    if (const auto key = kinesis::parse_hash_key(text)) MILLRACE_ASSERT(kinesis::to_decimal(*key) == text);
    if (const auto shard = kinesis::parse_shard_name(text))
        MILLRACE_ASSERT(kinesis::parse_shard_name(kinesis::shard_name(*shard)) == shard);
    if (const auto id = kinesis::parse_stream_arn(text)) {
        MILLRACE_ASSERT(kinesis::stream_arn(id->scope, id->name) == text);
    }
    if (const auto id = kinesis::parse_consumer_arn(text)) {
        const kinesis::Consumer consumer{.scope = id->stream.scope,
                                         .stream = id->stream.name,
                                         .name = id->name,
                                         .created = from_millis(id->created_seconds * 1000)};
        MILLRACE_ASSERT(kinesis::parse_consumer_arn(kinesis::consumer_arn(consumer))->name == id->name);
    }
    return 0;
}
