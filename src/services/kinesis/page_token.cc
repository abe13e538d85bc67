#include "services/kinesis/page_token.h"

#include <cstdint>

#include "services/kinesis/limits.h"
#include "services/kinesis/token.h"
#include "services/kinesis/wire.h"

namespace millrace::kinesis {

std::string to_token(const PageToken& page) {
    std::string bytes;
    put_integer(bytes, static_cast<std::uint8_t>(page.listing));
    put_time(bytes, page.created);
    put_time(bytes, page.window.created_until);
    put_time(bytes, page.window.closed_from);
    put_integer(bytes, static_cast<std::uint16_t>(page.stream.size()));
    bytes.append(page.stream);
    bytes.append(page.last_shard);
    return seal_token(std::move(bytes));
}

std::optional<PageToken> parse_page_token(std::string_view text, PageToken::Listing listing) {
    const auto bytes = unseal_token(text);
    if (!bytes) return std::nullopt;
    WireReader reader(*bytes);
    const auto kind = reader.integer<std::uint8_t>();
    const auto created = reader.time();
    const auto created_until = reader.time();
    const auto closed_from = reader.time();
    const auto size = reader.integer<std::uint16_t>();
    if (kind != static_cast<std::uint8_t>(listing) || !created || !created_until || !closed_from || !size)
        return std::nullopt;
    const auto stream = reader.bytes(*size);
    if (!stream) return std::nullopt;
    return PageToken{.listing = listing,
                     .stream = std::string(*stream),
                     .last_shard = std::string(reader.rest()),
                     .window = {.created_until = *created_until, .closed_from = *closed_from},
                     .created = *created};
}

bool is_expired(const PageToken& page, WallTime now) {
    return now - page.created > kPageTokenLifetime;
}

}  // namespace millrace::kinesis
