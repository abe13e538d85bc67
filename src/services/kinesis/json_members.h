#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/time.h"
#include "codec/json.h"
#include "services/kinesis/stream.h"

namespace millrace::kinesis {

// What the catalog's values of this room have in common. read_*: false when the member is missing or wrong.

/// "the catalog's entry <key> is damaged: <what>"
[[nodiscard]] std::unexpected<Error> corrupt(std::string_view key, std::string_view what);

/// "<prefix><account>/<region>/<name>"
[[nodiscard]] std::optional<StreamId> parse_stream_path(std::string_view key, std::string_view prefix);

template <class T>
[[nodiscard]] bool read_integer(const codec::JsonObject& object, const char* name, T& out) {
    const codec::Json* value = object.if_contains(name);
    if (value == nullptr || !value->is_int64() || !std::in_range<T>(value->get_int64())) return false;
    out = static_cast<T>(value->get_int64());
    return true;
}

[[nodiscard]] bool read_time(const codec::JsonObject& object, const char* name, WallTime& out);
[[nodiscard]] bool read_hash_key(const codec::JsonObject& object, const char* name, HashKey& out);

}  // namespace millrace::kinesis
