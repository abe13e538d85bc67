#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "cli/api.h"
#include "codec/json.h"
#include "codec/kinesis_event.h"

namespace millrace::cli {

/// A record as GetRecords answers it.
struct StreamRecord {
    std::string sequence_number;
    std::string partition_key;
    WallTime arrival;
    std::string data;  ///< decoded
};

/// Appends the Records of a GetRecords answer.
[[nodiscard]] Answer<void> append_records(const codec::Json& answer, std::vector<StreamRecord>& records);

/// Views of the records, as an event is made of them.
[[nodiscard]] std::vector<codec::KinesisEventRecord> event_records(std::span<const StreamRecord> records);

/// What events of a stream's records say beside them.
struct EventSource {
    std::string stream_arn;
    std::string function_role;

    [[nodiscard]] std::string_view region() const;
};

[[nodiscard]] Answer<EventSource> describe_event_source(Api& api, std::string_view stream,
                                                        std::string_view function);

}  // namespace millrace::cli
