#pragma once

#include <string_view>

namespace millrace::http {

/// What a client that speaks HTTP/2 with prior knowledge sends first (RFC 9113, section 3.4).
inline constexpr std::string_view kHttp2Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

enum class PrefaceMatch { kNo, kNeedMore, kYes };

/// Whether a connection that began with these bytes speaks HTTP/2.
[[nodiscard]] PrefaceMatch match_http2_preface(std::string_view first_bytes);

}  // namespace millrace::http
