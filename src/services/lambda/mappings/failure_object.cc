#include "services/lambda/mappings/failure_object.h"

#include <algorithm>
#include <fmt/format.h>

#include "codec/timestamp.h"

namespace millrace::lambda {

std::string_view bucket_of_arn(std::string_view arn) {
    constexpr std::string_view kPrefix = "arn:aws:s3:::";
    return arn.starts_with(kPrefix) ? arn.substr(kPrefix.size()) : std::string_view();
}

std::string failure_object_key(std::string_view mapping, std::string_view shard_id, WallTime now,
                               std::string_view uuid) {
    constexpr std::size_t kDateLength = 10;      // 2026-11-28
    constexpr std::size_t kDateTimeLength = 19;  // 2026-11-28T13:59:07
    std::string time = codec::format_iso8601(now).substr(0, kDateTimeLength);
    std::string date = time.substr(0, kDateLength);
    std::ranges::replace(date, '-', '/');
    std::ranges::replace(time, ':', '.');
    return fmt::format("aws/lambda/{}/{}/{}/{}-{}", mapping, shard_id, date, time, uuid);
}

}  // namespace millrace::lambda
