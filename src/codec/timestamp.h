#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"

namespace millrace::codec {

/// For what is told to the second.
[[nodiscard]] inline WallTime whole_seconds(WallTime time) {
    return std::chrono::floor<Seconds>(time);
}

// All texts are UTC unless they carry an offset; years 0001 to 9999. Digits past the millisecond are cut off.

enum class Iso8601Precision { kSeconds, kMilliseconds };

/// "2023-11-14T22:13:20.123Z", or without the fraction.
[[nodiscard]] std::string format_iso8601(WallTime time,
                                         Iso8601Precision precision = Iso8601Precision::kMilliseconds);

/// RFC 3339's profile of ISO 8601, a little wider: a date alone is its midnight, seconds may be missing, the
/// offset is "Z", "+01:00" or "+0100", and UTC when it is missing.
[[nodiscard]] Result<WallTime> parse_iso8601(std::string_view text);

/// Seconds since 1970, as JSON and query protocols carry timestamps: "1700000000.123", "1700000000".
void append_epoch_seconds(std::string& out, WallTime time);
[[nodiscard]] std::string format_epoch_seconds(WallTime time);
[[nodiscard]] double to_epoch_seconds(WallTime time);
/// A decimal number, also "1.7E9"; read without loss of milliseconds.
[[nodiscard]] Result<WallTime> parse_epoch_seconds(std::string_view text);
/// Rounded to the millisecond. Refuses what is no number and what lies outside the years 0001 to 9999.
[[nodiscard]] Result<WallTime> from_epoch_seconds(double seconds);

/// "Tue, 14 Nov 2023 22:13:20 GMT" (RFC 9110's IMF-fixdate).
[[nodiscard]] std::string format_http_date(WallTime time);
[[nodiscard]] Result<WallTime> parse_http_date(std::string_view text);

/// "20231114T221320Z" (x-amz-date).
[[nodiscard]] std::string format_amz_date(WallTime time);
[[nodiscard]] Result<WallTime> parse_amz_date(std::string_view text);

}  // namespace millrace::codec
