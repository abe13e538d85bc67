#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "http/message.h"

namespace millrace::http {

[[nodiscard]] std::string_view reason_phrase(int status);

/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, section 5.6.7).
[[nodiscard]] std::string http_date(WallTime time);

/// The same of now; made once a second.
[[nodiscard]] std::string_view http_date_now(WallTime now);

/// Fields that are not a handler's: the connection adds or leaves them out.
[[nodiscard]] bool is_connections_field(std::string_view name);

/// Status line and fields, ending with the empty line. Content-Length or, with a stream of unknown length,
/// Transfer-Encoding, Date and Connection are ours: fields of the response by those names are left out. Line
/// ends in values become spaces.
[[nodiscard]] std::string encode_response_head(const Response& response, bool keep_alive, WallTime now);

/// What goes before a chunk's bytes (RFC 9112, section 7.1); kChunkEnd goes after them.
[[nodiscard]] std::string encode_chunk_head(std::size_t size);
inline constexpr std::string_view kChunkEnd = "\r\n";
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

/// True when the response's body goes on the wire (not after HEAD, not with 204 and 304).
[[nodiscard]] bool has_body(int status, bool answers_head);

/// Request line and fields, ending with the empty line. Host (unless the request brings one) and
/// Content-Length are added.
[[nodiscard]] std::string encode_request_head(const Request& request, std::string_view host);

}  // namespace millrace::http
