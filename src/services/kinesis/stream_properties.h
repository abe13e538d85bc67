#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>

#include "aws/error.h"
#include "services/kinesis/stream.h"

namespace millrace::kinesis {

/// What a template says about an AWS::Kinesis::Stream.
struct StreamProperties {
    std::optional<std::string> name;
    StreamOptions options;
};

/// Numbers and booleans may be given as strings, as templates do. Errors: ValidationException naming the
/// property for values of a wrong type or out of range, InvalidArgumentException for what Millrace does not
/// offer.
[[nodiscard]] aws::Outcome<StreamProperties> read_properties(const boost::json::object& properties);

}  // namespace millrace::kinesis
