#include "services/s3/range.h"

#include <algorithm>
#include <limits>

#include "base/number.h"

namespace millrace::s3 {
namespace {

constexpr std::string_view kUnit = "bytes=";

/// All digits; what is too large is as much as there can be.
std::optional<std::uint64_t> read_number(std::string_view text) {
    if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
    return parse_number<std::uint64_t>(text).value_or(std::numeric_limits<std::uint64_t>::max());
}

}  // namespace

RangeAnswer read_range(std::string_view header, std::uint64_t object_bytes) {
    const RangeAnswer all{RangeFit::kAll, {0, object_bytes}};
    if (!header.starts_with(kUnit)) return all;
    header.remove_prefix(kUnit.size());
    const std::size_t dash = header.find('-');
    if (dash == std::string_view::npos) return all;
    const auto first = read_number(header.substr(0, dash));
    const auto last = read_number(header.substr(dash + 1));
    if (dash == 0) {
        if (!last) return all;
        if (*last == 0 || object_bytes == 0) return {RangeFit::kUnsatisfiable, {}};
        const std::uint64_t bytes = std::min(*last, object_bytes);
        return {RangeFit::kPart, {object_bytes - bytes, bytes}};
    }
    if (!first || (!last && dash + 1 != header.size()) || (last && *last < *first)) return all;
    if (*first >= object_bytes) return {RangeFit::kUnsatisfiable, {}};
    const std::uint64_t end = last ? std::min(*last, object_bytes - 1) : object_bytes - 1;
    return {RangeFit::kPart, {*first, end - *first + 1}};
}

std::optional<ByteRange> read_exact_range(std::string_view header) {
    if (!header.starts_with(kUnit)) return std::nullopt;
    header.remove_prefix(kUnit.size());
    const std::size_t dash = header.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    const auto first = read_number(header.substr(0, dash));
    const auto last = read_number(header.substr(dash + 1));
    const bool good = first && last && *first <= *last && *last != std::numeric_limits<std::uint64_t>::max();
    if (!good) return std::nullopt;
    return ByteRange{*first, *last - *first + 1};
}

}  // namespace millrace::s3
