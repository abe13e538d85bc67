#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "aws/error.h"
#include "services/kinesis/stream.h"

namespace millrace::kinesis {

/// What a template says about an AWS::Kinesis::Stream.
struct StreamProperties {
    std::optional<std::string> name;
    StreamOptions options;
    /// Not among the options yet: see set_warm_throughput().
    std::optional<std::int32_t> warm_mibps;
};

/// Numbers and booleans may be given as strings, as templates do. Errors: ValidationException naming the
/// property for values of a wrong type or out of range, InvalidArgumentException for what does not suit the
/// mode.
[[nodiscard]] aws::Outcome<StreamProperties> read_properties(const boost::json::object& properties);

}  // namespace millrace::kinesis
