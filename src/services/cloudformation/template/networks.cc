#include "services/cloudformation/template/networks.h"

#include <arpa/inet.h>
#include <array>
#include <cstdint>
#include <fmt/format.h>
#include <optional>

#include "base/number.h"
#include "services/cloudformation/template/names.h"

namespace millrace::cloudformation {

namespace {

/// An address of either family, in network order; IPv4 uses the first 4 bytes.
using Address = std::array<std::uint8_t, 16>;

struct Block {
    int family = AF_INET;
    Address address{};
    std::size_t prefix = 0;  ///< bits that are fixed
    [[nodiscard]] std::size_t width() const { return family == AF_INET ? 32 : 128; }
};

std::optional<Block> parse_block(std::string_view text) {
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const std::string address(text.substr(0, slash));
    const std::string_view length = text.substr(slash + 1);
    Block block;
    block.family = address.find(':') == std::string::npos ? AF_INET : AF_INET6;
    const auto prefix = parse_number<decltype(block.prefix)>(length);
    if (!prefix || *prefix > block.width()) return std::nullopt;
    block.prefix = *prefix;
    if (inet_pton(block.family, address.c_str(), block.address.data()) != 1) return std::nullopt;
    for (std::size_t bit = block.prefix; bit < block.width(); ++bit) {
        block.address[bit / 8] &= static_cast<std::uint8_t>(~(0x80U >> (bit % 8)));
    }
    return block;
}

/// The address that lies `steps` blocks of 2^bits addresses further on. The block's own bits there are zero.
Address advanced(const Block& from, std::size_t steps, std::size_t bits) {
    Address address = from.address;
    for (std::size_t i = 0; (steps >> i) != 0; ++i) {
        if (((steps >> i) & 1U) == 0) continue;
        const std::size_t bit = from.width() - bits - 1 - i;
        address[bit / 8] |= static_cast<std::uint8_t>(0x80U >> (bit % 8));
    }
    return address;
}

std::string to_text(int family, const Address& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    return inet_ntop(family, address.data(), text.data(), text.size()) == nullptr ? std::string()
                                                                                  : std::string(text.data());
}

}  // namespace

Result<std::vector<std::string>> split_address_block(std::string_view text, std::size_t count,
                                                     std::size_t bits) {
    const auto block = parse_block(text);
    if (!block) {
        return template_error(fmt::format("Template error: Fn::Cidr: {} is not an address block", text));
    }
    if (count < 1 || count > kAddressBlocksMax) {
        return template_error(
            fmt::format("Template error: Fn::Cidr gives 1 to {} blocks, not {}", kAddressBlocksMax, count));
    }
    const std::size_t room = block->width() - block->prefix;
    const bool fits =
        bits >= 1 && bits <= room && (room - bits >= 9 || count <= std::size_t{1} << (room - bits));
    if (!fits) {
        return template_error(fmt::format("Template error: Fn::Cidr: {} has no room for {} blocks of {} bits",
                                          text, count, bits));
    }
    std::vector<std::string> blocks;
    for (std::size_t i = 0; i < count; ++i) {
        blocks.push_back(
            fmt::format("{}/{}", to_text(block->family, advanced(*block, i, bits)), block->width() - bits));
    }
    return blocks;
}

std::vector<std::string> availability_zones(std::string_view region) {
    std::vector<std::string> zones;
    for (const char zone : {'a', 'b', 'c'}) zones.push_back(fmt::format("{}{}", region, zone));
    return zones;
}

}  // namespace millrace::cloudformation
