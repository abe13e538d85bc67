#include "services/kinesis/hash_key.h"

#include <algorithm>

#include "base/assert.h"
#include "codec/md5.h"

namespace millrace::kinesis {

HashKey hash_partition_key(std::string_view key) {
    HashKey hash = 0;
    for (const char byte : codec::md5(key)) hash = (hash << 8) | static_cast<unsigned char>(byte);
    return hash;
}

std::vector<HashKeyRange> split_evenly(std::size_t shards) {
    MILLRACE_ASSERT(shards > 0);
    // floor(2^128 / shards) without ever holding 2^128; it wraps to 0 for one shard, whose width is not used.
    HashKey width = kHashKeyMax / shards;
    if (kHashKeyMax % shards == shards - 1) ++width;
    std::vector<HashKeyRange> ranges(shards);
    for (std::size_t i = 0; i < shards; ++i) {
        ranges[i].first = width * i;
        ranges[i].last = i + 1 == shards ? kHashKeyMax : width * (i + 1) - 1;
    }
    return ranges;
}

std::string to_decimal(HashKey key) {
    std::string digits;
    do {
        digits.push_back(static_cast<char>('0' + static_cast<int>(key % 10)));
        key /= 10;
    } while (key != 0);
    std::reverse(digits.begin(), digits.end());
    return digits;
}

std::optional<HashKey> parse_hash_key(std::string_view text) {
    if (text.empty() || (text.size() > 1 && text.front() == '0')) return std::nullopt;
    HashKey key = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        const auto digit = static_cast<unsigned>(c - '0');
        if (key > (kHashKeyMax - digit) / 10) return std::nullopt;
        key = key * 10 + digit;
    }
    return key;
}

}  // namespace millrace::kinesis
