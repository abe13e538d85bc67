#include "services/kinesis/ops/put.h"

#include <fmt/format.h>

#include "api/kinesis.h"
#include "base/units.h"
#include "services/kinesis/errors.h"

namespace millrace::kinesis {

aws::Outcome<RecordView> check_record(const Stream& stream, const std::string& partition_key,
                                      const std::optional<std::string>& explicit_hash_key,
                                      const std::string& data, std::string_view data_member) {
    RecordView record{.partition_key = partition_key, .data = data};
    if (explicit_hash_key) {
        record.explicit_hash_key = parse_hash_key(*explicit_hash_key);
        if (!record.explicit_hash_key) {
            return std::unexpected(invalid_argument(fmt::format(
                "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified "
                "value was {}",
                *explicit_hash_key)));
        }
    }
    const std::size_t limit = static_cast<std::size_t>(stream.options.record_kib_max) * 1_KiB;
    if (data.size() > limit) {
        return std::unexpected(api::kinesis::validation_exception(fmt::format(
            "1 validation error detected: Value at '{}' failed to satisfy constraint: Member must "
            "have length less than or equal to {}",
            data_member, limit)));
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
