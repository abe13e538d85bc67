#pragma once

#include <optional>
#include <string>

#include "services/kinesis/consumer.h"
#include "services/kinesis/stream.h"

namespace millrace::kinesis {

/// The name of the stream that a request says, as far as it says one; whether there is such a stream is
/// another question.
template <class Input>
[[nodiscard]] std::string called_stream(const Input& input) {
    if constexpr (requires { input.stream_name; }) {
        if (const std::optional<std::string>& name = input.stream_name) return *name;
    }
    if constexpr (requires { input.stream_arn; }) {
        const std::optional<std::string>& arn = input.stream_arn;
        if (const auto id = arn ? parse_stream_arn(*arn) : std::nullopt) return id->name;
    }
    if constexpr (requires { input.consumer_arn; }) {
        const std::optional<std::string>& arn = input.consumer_arn;
        if (const auto id = arn ? parse_consumer_arn(*arn) : std::nullopt) return id->stream.name;
    }
    return {};
}

}  // namespace millrace::kinesis
