#pragma once

#include <cstddef>
#include <memory>
#include <nghttp2/nghttp2.h>

namespace millrace::http {

class Http2Session;

struct Http2HandleDelete {
    void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
};
using Http2Handle = std::unique_ptr<nghttp2_session, Http2HandleDelete>;

/// nghttp2's side of a session, which must outlive it: calls it back, and has announced our limits.
[[nodiscard]] Http2Handle make_http2_handle(Http2Session& session, std::size_t head_bytes_max);

/// Where nghttp2 takes the body of an answer from.
[[nodiscard]] nghttp2_data_provider http2_body_provider();

}  // namespace millrace::http
