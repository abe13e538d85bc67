#include "services/kinesis/shard_iterator.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "services/kinesis/limits.h"
#include "services/kinesis/token.h"
#include "services/kinesis/wire.h"

namespace millrace::kinesis {
namespace {

constexpr std::uint8_t kVersion = 1;

/// "Thu Jan 22 01:22:02 UTC 2015"
std::string to_words(WallTime time) {
    return fmt::format("{:%a %b %d %H:%M:%S UTC %Y}",
                       fmt::gmtime(static_cast<std::time_t>(to_millis(time) / 1000)));
}

}  // namespace

std::string to_token(const ShardIterator& iterator) {
    std::string bytes;
    put_integer(bytes, kVersion);
    put_integer(bytes, iterator.shard);
    put_integer(bytes, iterator.log.value());
    put_integer(bytes, iterator.offset.value());
    put_time(bytes, iterator.created);
    bytes.append(iterator.stream);
    return seal_token(std::move(bytes));
}

std::optional<ShardIterator> parse_shard_iterator(std::string_view text) {
    if (text.size() > 2 && text.starts_with('"') && text.ends_with('"'))
        text = text.substr(1, text.size() - 2);
    const auto bytes = unseal_token(text);
    if (!bytes) return std::nullopt;
    WireReader reader(*bytes);
    const auto version = reader.integer<std::uint8_t>();
    const auto shard = reader.integer<std::uint32_t>();
    const auto log = reader.integer<std::uint64_t>();
    const auto offset = reader.integer<std::uint64_t>();
    const auto created = reader.time();
    if (version != kVersion || !shard || !log || !offset || !created || reader.rest().empty())
        return std::nullopt;
    return ShardIterator{.stream = std::string(reader.rest()),
                         .shard = *shard,
                         .log = storage::LogId{*log},
                         .offset = storage::Offset{*offset},
                         .created = *created};
}

bool is_expired(const ShardIterator& iterator, WallTime now) {
    return now - iterator.created > kIteratorLifetime;
}

std::string expired_message(const ShardIterator& iterator, WallTime now) {
    return fmt::format(
        "Iterator expired. The iterator was created at time {} while right now it is {} which is further in "
        "the "
        "future than the tolerated delay of {} milliseconds.",
        to_words(iterator.created), to_words(now), kIteratorLifetime.count());
}

}  // namespace millrace::kinesis
