#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace millrace::kinesis {

// Opaque texts that clients carry back: base64 of some bytes with their checksum, so that anything else is
// recognised as not ours. They hold no secret and grant nothing that the caller's scope does not.

[[nodiscard]] std::string seal_token(std::string bytes);

/// The bytes given to seal_token(), or nothing.
[[nodiscard]] std::optional<std::string> unseal_token(std::string_view text);

}  // namespace millrace::kinesis
