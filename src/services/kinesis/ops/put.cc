#include "services/kinesis/ops/put.h"

#include <fmt/format.h>

#include "api/kinesis.h"
#include "base/units.h"
#include "services/kinesis/errors.h"

namespace millrace::kinesis {

namespace {

/// "data", "records.1.member.data".
std::string path_to(std::string_view member, std::size_t position) {
    if (position == 0) return std::string(member);
    return fmt::format("records.{}.member.{}", position, member);
}

/// Of a record that is not distributed by the service.
aws::Outcome<void> check_keys(const GivenRecord& given, RecordView& out) {
    if (!given.partition_key) {
        return std::unexpected(api::kinesis::validation_exception(
            fmt::format("1 validation error detected: Value null at '{}' failed to satisfy constraint: "
                        "Member must not be null",
                        path_to("partitionKey", given.position))));
    }
    if (!given.explicit_hash_key) return {};
    out.explicit_hash_key = parse_hash_key(*given.explicit_hash_key);
    if (out.explicit_hash_key) return {};
    return std::unexpected(invalid_argument(fmt::format(
        "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was {}",
        *given.explicit_hash_key)));
}

}  // namespace

aws::Outcome<RecordView> check_record(const Stream& stream, const GivenRecord& given) {
    RecordView record{.data = given.data};
    if (given.partition_key) record.partition_key = *given.partition_key;
    if (!stream.options.auto_distribution) {
        if (auto valid = check_keys(given, record); !valid) return std::unexpected(std::move(valid.error()));
    }
    const std::size_t limit = static_cast<std::size_t>(stream.options.record_kib_max) * 1_KiB;
    if (record.data.size() > limit) {
        return std::unexpected(api::kinesis::validation_exception(fmt::format(
            "1 validation error detected: Value at '{}' failed to satisfy constraint: Member must "
            "have length less than or equal to {}",
            path_to("data", given.position), limit)));
    }
    if (size_of(record) > limit) {
        return std::unexpected(invalid_argument(fmt::format(
            "Record of {} bytes (data and partition key) exceeds the maximum record size of {} KiB of stream "
            "{} under account {}.",
            size_of(record), stream.options.record_kib_max, stream.name, stream.scope.account)));
    }
    return record;
}

}  // namespace millrace::kinesis
