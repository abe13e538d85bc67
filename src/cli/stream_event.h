#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cli/api.h"

namespace millrace::cli {

/// Records that one event may have, as the batches of AWS's mappings.
inline constexpr std::size_t kEventRecordsMax = 10'000;

/// Where a record stands.
struct RecordPlace {
    std::string
        source;  ///< a stream's name, "/consumer/<name>:<number>" behind it when the source is a consumer
    std::string shard;
    std::string sequence_number;
};

/// "STREAM/SHARD/SEQUENCE-NUMBER"
[[nodiscard]] Result<RecordPlace> parse_record_place(std::string_view text);

/// The event that a mapping hands to the function when these records are its batch: those at the places,
/// which are of one shard; or, when there is one place, `count` records from it on. Fails when one of them is
/// not there.
[[nodiscard]] Answer<std::string> make_stream_event(Api& api, std::string_view function,
                                                    const std::vector<RecordPlace>& places,
                                                    std::size_t count);

}  // namespace millrace::cli
