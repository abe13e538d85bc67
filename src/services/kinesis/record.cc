#include "services/kinesis/record.h"

#include <cstdint>
#include <limits>

#include "base/assert.h"
#include "services/kinesis/wire.h"

namespace millrace::kinesis {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kHasExplicitHashKey = 1;

std::unexpected<Error> corrupt(const char* what) {
    return fail(ErrorCode::kCorruption, std::string("a stream record is damaged: ") + what);
}

}  // namespace

HashKey hash_key_of(const RecordView& record) {
    return record.explicit_hash_key ? *record.explicit_hash_key : hash_partition_key(record.partition_key);
}

void append_record(std::string& out, const RecordView& record) {
    MILLRACE_ASSERT(record.partition_key.size() <= std::numeric_limits<std::uint16_t>::max());
    put_integer(out, kVersion);
    put_integer(out, record.explicit_hash_key ? kHasExplicitHashKey : std::uint8_t{0});
    put_integer(out, static_cast<std::uint16_t>(record.partition_key.size()));
    if (record.explicit_hash_key) {
        put_integer(out, static_cast<std::uint64_t>(*record.explicit_hash_key));
        put_integer(out, static_cast<std::uint64_t>(*record.explicit_hash_key >> 64));
    }
    out.append(record.partition_key);
    out.append(record.data);
}

Result<RecordView> decode_record(std::string_view payload) {
    WireReader reader(payload);
    const auto version = reader.integer<std::uint8_t>();
    const auto flags = reader.integer<std::uint8_t>();
    const auto key_size = reader.integer<std::uint16_t>();
    if (!version || !flags || !key_size) return corrupt("its header is cut off");
    if (*version != kVersion) return corrupt("its version is unknown");
    if ((*flags & ~kHasExplicitHashKey) != 0) return corrupt("its flags are unknown");
    RecordView record;
    if ((*flags & kHasExplicitHashKey) != 0) {
        const auto low = reader.integer<std::uint64_t>();
        const auto high = reader.integer<std::uint64_t>();
        if (!low || !high) return corrupt("its hash key is cut off");
        record.explicit_hash_key = HashKey{*high} << 64 | *low;
    }
    const auto key = reader.bytes(*key_size);
    if (!key) return corrupt("its partition key is cut off");
    record.partition_key = *key;
    record.data = reader.rest();
    return record;
}

}  // namespace millrace::kinesis
