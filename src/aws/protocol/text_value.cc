#include "aws/protocol/text_value.h"

#include <cmath>
#include <fmt/format.h>

#include "aws/common_errors.h"
#include "base/assert.h"
#include "base/number.h"
#include "codec/base64.h"
#include "codec/timestamp.h"

namespace millrace::aws {

namespace {

std::unexpected<ServiceError> refuse(std::string_view text, std::string_view wanted) {
    return std::unexpected(
        serialization_exception(fmt::format("'{}' can not be converted to {}", text, wanted)));
}

template <class T>
Outcome<void> read_number(std::string_view text, T& target, std::string_view wanted) {
    const auto number = parse_number<T>(text);
    if (!number) return refuse(text, wanted);
    target = *number;
    return {};
}

Outcome<void> parse_double(std::string_view text, double& target) {
    if (auto parsed = read_number(text, target, "a Double"); !parsed) return parsed;
    if (!std::isfinite(target)) return refuse(text, "a Double");
    return {};
}

Outcome<void> parse_boolean(std::string_view text, bool& target) {
    if (text != "true" && text != "false" && text != "True" && text != "False")
        return refuse(text, "a Boolean");
    target = text.front() == 't' || text.front() == 'T';
    return {};
}

Outcome<void> parse_blob(std::string_view text, std::string& target) {
    auto bytes = codec::base64_decode(text);
    if (!bytes) return refuse(text, "a Blob");
    target = std::move(*bytes);
    return {};
}

Outcome<void> parse_timestamp(std::string_view text, WallTime& target) {
    auto time = codec::parse_iso8601(text);
    if (!time) time = codec::parse_epoch_seconds(text);
    if (!time) time = codec::parse_http_date(text);
    if (!time) return refuse(text, "a Timestamp");
    target = *time;
    return {};
}

}  // namespace

Outcome<void> parse_scalar(std::string_view text, const Shape& shape, void* target) {
    switch (shape.kind) {
        case Kind::kString:
            *static_cast<std::string*>(target) = text;
            return {};
        case Kind::kBlob:
            return parse_blob(text, *static_cast<std::string*>(target));
        case Kind::kInteger:
            return read_number(text, *static_cast<std::int32_t*>(target), "an Integer");
        case Kind::kLong:
            return read_number(text, *static_cast<std::int64_t*>(target), "a Long");
        case Kind::kDouble:
            return parse_double(text, *static_cast<double*>(target));
        case Kind::kBoolean:
            return parse_boolean(text, *static_cast<bool*>(target));
        case Kind::kTimestamp:
            return parse_timestamp(text, *static_cast<WallTime*>(target));
        case Kind::kList:
        case Kind::kMap:
        case Kind::kStructure:
            break;
    }
    return refuse(text, "a structure");
}

std::string format_scalar(const Shape& shape, const void* value, TimestampText timestamps) {
    switch (shape.kind) {
        case Kind::kString:
            return *static_cast<const std::string*>(value);
        case Kind::kBlob:
            return codec::base64_encode(blob_view(shape, value));
        case Kind::kInteger:
            return std::to_string(*static_cast<const std::int32_t*>(value));
        case Kind::kLong:
            return std::to_string(*static_cast<const std::int64_t*>(value));
        case Kind::kDouble:
            return fmt::format("{}", *static_cast<const double*>(value));
        case Kind::kBoolean:
            return *static_cast<const bool*>(value) ? "true" : "false";
        case Kind::kTimestamp: {
            const WallTime time = *static_cast<const WallTime*>(value);
            return timestamps == TimestampText::kHttpDate ? codec::format_http_date(time)
                                                          : codec::format_iso8601(time);
        }
        case Kind::kList:
        case Kind::kMap:
        case Kind::kStructure:
            break;
    }
    MILLRACE_ASSERT(false && "the model puts a structure where only a scalar can stand");
    return {};
}

}  // namespace millrace::aws
