#include "services/s3/ops/object_answer.h"

#include <fmt/format.h>

#include "services/s3/limits.h"

namespace millrace::s3 {
namespace {

std::unexpected<aws::ServiceError> invalid_part_number(std::int32_t number) {
    auto told = error("InvalidPartNumber", "The requested partnumber is not satisfiable", 416);
    told.details = {{"PartNumberRequested", std::to_string(number)}};
    return std::unexpected(std::move(told));
}

aws::Outcome<RangeAnswer> range_of_part(const ObjectVersion& version, std::int32_t number) {
    if (number < 1 || number > kPartNumberMax) {
        return std::unexpected(
            invalid_argument("Part number must be an integer between 1 and 10000, inclusive", "partNumber",
                             std::to_string(number)));
    }
    if (version.part_bytes.empty()) {
        if (number != 1) return invalid_part_number(number);
        return RangeAnswer{version.bytes == 0 ? RangeFit::kAll : RangeFit::kPart, {0, version.bytes}};
    }
    if (static_cast<std::size_t>(number) > version.part_bytes.size()) return invalid_part_number(number);
    std::uint64_t from = 0;
    for (std::int32_t before = 1; before < number; ++before)
        from += version.part_bytes[static_cast<std::size_t>(before - 1)];
    return RangeAnswer{RangeFit::kPart, {from, version.part_bytes[static_cast<std::size_t>(number - 1)]}};
}

}  // namespace

aws::Outcome<RangeAnswer> choose_range(const ObjectVersion& version, const std::optional<std::string>& range,
                                       std::optional<std::int32_t> part_number) {
    if (part_number) {
        if (range)
            return std::unexpected(
                invalid_request("Cannot specify both Range header and partNumber query parameter"));
        return range_of_part(version, *part_number);
    }
    const RangeAnswer answer = read_range(range.value_or(""), version.bytes);
    if (answer.fit != RangeFit::kUnsatisfiable) return answer;
    auto told = error("InvalidRange", "The requested range is not satisfiable", 416);
    told.details = {{"ActualObjectSize", std::to_string(version.bytes)}, {"RangeRequested", *range}};
    return std::unexpected(std::move(told));
}

std::string content_range(const ByteRange& range, std::uint64_t object_bytes) {
    return fmt::format("bytes {}-{}/{}", range.from, range.from + range.bytes - 1, object_bytes);
}

}  // namespace millrace::s3
