#pragma once

#include <span>
#include <string>
#include <string_view>

#include "ports/record_source.h"
#include "services/lambda/mappings/mapping.h"

namespace millrace::lambda {

/// Places that a command names one by one when the records of a batch do not stand one behind the other.
inline constexpr std::size_t kRepeatedPlacesMax = 16;

/// The command that hands the records to the function once more:
/// "millrace invoke FUNCTION --event-from STREAM/SHARD/SEQUENCE-NUMBER --count 3"; without the window of a
/// mapping that has tumbling windows. Records between which a
/// filter, or other lanes, took some are named each; of more than kRepeatedPlacesMax the command takes those
/// in between, too. Region, server and account are named where a shell that knows nothing would take others.
[[nodiscard]] std::string command_to_repeat(const Mapping& mapping, std::string_view shard_id,
                                            std::span<const ports::SourceRecord> records,
                                            std::string_view endpoint_url);

}  // namespace millrace::lambda
