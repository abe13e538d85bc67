#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/strong.h"
#include "base/time.h"
#include "base/units.h"

namespace millrace::codec {

// Messages of AWS's event streams (application/vnd.amazon.eventstream), as Smithy's specification describes
// them:
//
//   total length (4) | headers' length (4) | CRC-32 of these 8 bytes (4) | headers | payload | CRC-32 of all
//   before (4)
//
// Integers are big-endian. A header is: length of the name (1) | name | type (1) | value.

inline constexpr std::size_t kEventHeadersBytesMax = 128_KiB;
inline constexpr std::size_t kEventPayloadBytesMax = 24_MiB;
inline constexpr std::size_t kEventHeaderNameBytesMax = 255;
/// Of a text or bytes in a header.
inline constexpr std::size_t kEventHeaderValueBytesMax = 32_KiB - 1;

using EventUuid = std::array<std::uint8_t, 16>;
using EventBytes = Strong<std::string, struct EventBytesTag>;
/// Types 0 and 1 of the format (true and false) are one here, then 2 to 9 in order.
using EventHeaderValue = std::variant<bool, std::int8_t, std::int16_t, std::int32_t, std::int64_t, EventBytes,
                                      std::string, WallTime, EventUuid>;

struct EventHeader {
    std::string name;  ///< 1 to kEventHeaderNameBytesMax bytes
    EventHeaderValue value;
    friend bool operator==(const EventHeader&, const EventHeader&) = default;
};

struct EventMessage {
    std::vector<EventHeader> headers;
    std::string payload;
    friend bool operator==(const EventMessage&, const EventMessage&) = default;
};

/// Appends one message; what is appended to the same text in the writer's life is its payload, so that
/// nothing is copied. Headers and payload obey the limits above: they are ours.
class EventWriter {
  public:
    EventWriter(std::string& out, const std::vector<EventHeader>& headers);
    EventWriter(const EventWriter&) = delete;
    EventWriter& operator=(const EventWriter&) = delete;
    /// Fills in lengths and checksums.
    ~EventWriter();

  private:
    std::string& out_;
    std::size_t start_;
};

[[nodiscard]] std::string encode_event(const EventMessage& message);

/// Takes the message that stands at the front off the bytes; nothing, and nothing is taken, while its end is
/// missing. kInvalidArgument for what is no message: broken checksums, lengths beyond the limits, unknown
/// types, equal names.
[[nodiscard]] Result<std::optional<EventMessage>> take_event(std::string_view& bytes);

}  // namespace millrace::codec
