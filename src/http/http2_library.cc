#include "http/http2_library.h"

#include <array>

#include "base/assert.h"
#include "http/http2_session.h"

namespace millrace::http {

/// nghttp2's callbacks, each a call of the session's.
struct Http2Callbacks {
    static Http2Session& session(void* user_data) { return *static_cast<Http2Session*>(user_data); }
    static std::string_view text(const std::uint8_t* bytes, std::size_t size) {
        return {reinterpret_cast<const char*>(bytes), size};
    }
    static bool begins_request(const nghttp2_frame* frame) {
        return frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST;
    }

    static int begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user_data) {
        if (begins_request(frame)) session(user_data).on_new_stream(frame->hd.stream_id);
        return 0;
    }

    static int header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                      std::size_t name_size, const std::uint8_t* value, std::size_t value_size, std::uint8_t,
                      void* user_data) {
        if (begins_request(frame)) {
            session(user_data).on_request_field(frame->hd.stream_id, text(name, name_size),
                                                text(value, value_size));
        }
        return 0;
    }

    static int frame_received(nghttp2_session*, const nghttp2_frame* frame, void* user_data) {
        const bool ends = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
        if (begins_request(frame)) {
            session(user_data).on_request_head(frame->hd.stream_id, ends);
        } else if (ends && (frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_HEADERS)) {
            session(user_data).on_request_end(frame->hd.stream_id);
        }
        return 0;
    }

    static int data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* bytes,
                    std::size_t size, void* user_data) {
        session(user_data).on_body(id, text(bytes, size));
        return 0;
    }

    /// An answer that is whole before its request is: the client need not send the rest (RFC 9113, 8.1).
    static int frame_sent(nghttp2_session* library, const nghttp2_frame* frame, void*) {
        const bool ends = (frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_HEADERS) &&
                          (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
        if (ends && nghttp2_session_get_stream_remote_close(library, frame->hd.stream_id) == 0) {
            return nghttp2_submit_rst_stream(library, NGHTTP2_FLAG_NONE, frame->hd.stream_id,
                                             NGHTTP2_NO_ERROR);
        }
        return 0;
    }

    static int stream_closed(nghttp2_session*, std::int32_t id, std::uint32_t, void* user_data) {
        session(user_data).on_stream_closed(id);
        return 0;
    }

    static ssize_t read_body(nghttp2_session*, std::int32_t id, std::uint8_t*, std::size_t max,
                             std::uint32_t* flags, nghttp2_data_source*, void* user_data) {
        return session(user_data).next_body_bytes(id, max, *flags);
    }

    static int send_body(nghttp2_session*, nghttp2_frame* frame, const std::uint8_t* frame_head, std::size_t,
                         nghttp2_data_source*, void* user_data) {
        constexpr std::size_t kFrameHeadBytes = 9;
        session(user_data).send_body(frame->hd.stream_id, text(frame_head, kFrameHeadBytes));
        return 0;
    }

    static nghttp2_session_callbacks* make() {
        nghttp2_session_callbacks* all = nullptr;
        nghttp2_session_callbacks_new(&all);
        nghttp2_session_callbacks_set_on_begin_headers_callback(all, begin_headers);
        nghttp2_session_callbacks_set_on_header_callback(all, header);
        nghttp2_session_callbacks_set_on_frame_recv_callback(all, frame_received);
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(all, data);
        nghttp2_session_callbacks_set_on_frame_send_callback(all, frame_sent);
        nghttp2_session_callbacks_set_on_stream_close_callback(all, stream_closed);
        nghttp2_session_callbacks_set_send_data_callback(all, send_body);
        return all;
    }
};

Http2Handle make_http2_handle(Http2Session& session, std::size_t head_bytes_max) {
    static const nghttp2_session_callbacks* const callbacks = Http2Callbacks::make();
    nghttp2_option* options = nullptr;
    nghttp2_option_new(&options);
    nghttp2_option_set_no_auto_window_update(options, 1);
    nghttp2_option_set_no_closed_streams(options, 1);
    nghttp2_option_set_stream_reset_rate_limit(options, kHttp2ResetsMax, kHttp2ResetsPerSecond);
    nghttp2_session* made = nullptr;
    const int status = nghttp2_session_server_new2(&made, callbacks, &session, options);
    nghttp2_option_del(options);
    MILLRACE_ASSERT(status == 0);
    const std::array<nghttp2_settings_entry, 3> settings{{
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, kHttp2StreamsMax},
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kHttp2StreamWindowBytes},
        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<std::uint32_t>(head_bytes_max)},
    }};
    nghttp2_submit_settings(made, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
    nghttp2_session_set_local_window_size(made, NGHTTP2_FLAG_NONE, 0, kHttp2WindowBytes);
    return Http2Handle(made);
}

nghttp2_data_provider http2_body_provider() {
    return {.source = {.ptr = nullptr}, .read_callback = Http2Callbacks::read_body};
}

}  // namespace millrace::http
