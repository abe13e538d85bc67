#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace millrace::cloudformation {

/// Most blocks that Fn::Cidr gives.
inline constexpr std::size_t kAddressBlocksMax = 256;

/// Fn::Cidr: the first `count` blocks of 2^bits addresses within "10.0.0.0/16" or "2001:db8::/56". Errors
/// name what does not fit.
[[nodiscard]] Result<std::vector<std::string>> split_address_block(std::string_view block, std::size_t count,
                                                                   std::size_t bits);

/// Fn::GetAZs. Nothing here runs in a zone: every region has three, a, b and c.
[[nodiscard]] std::vector<std::string> availability_zones(std::string_view region);

}  // namespace millrace::cloudformation
