#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "base/units.h"
#include "http/http2_library.h"
#include "http/http2_stream.h"
#include "http/server.h"
#include "http/server_session.h"
#include "net/connection.h"

namespace millrace::http {

/// Streams that a client may have open at a time; it is told in SETTINGS, and more are refused.
inline constexpr std::uint32_t kHttp2StreamsMax = 128;
/// Requests of one connection in work, counting those that the client has given up since; it is not read
/// further meanwhile.
inline constexpr std::size_t kHttp2InWorkMax = 256;
/// What a client may send ahead of our reading: of one stream, of all.
inline constexpr std::uint32_t kHttp2StreamWindowBytes = 256_KiB;
inline constexpr std::uint32_t kHttp2WindowBytes = 1_MiB;
/// Unfinished bodies of one connection. Beyond it only the oldest of them gets room for more, so that no two
/// wait for each other.
inline constexpr std::size_t kHttp2BodiesBytesMax = 32_MiB;
/// Streams that a client may open and reset at once, and how many more a second ("rapid reset",
/// CVE-2023-44487). Beyond it the connection ends.
inline constexpr std::uint64_t kHttp2ResetsMax = 1000;
inline constexpr std::uint64_t kHttp2ResetsPerSecond = 33;

/// HTTP/2 (RFC 9113) on one connection: nghttp2 knows the frames, this the requests and answers. Answers
/// leave as they come; their bodies are not copied.
class Http2Session final : public ServerSession, public std::enable_shared_from_this<Http2Session> {
  public:
    Http2Session(Server& server, std::shared_ptr<net::Connection> connection);

    /// The bytes begin with the client's preface.
    void start(std::string_view bytes);
    void close() override;
    void finish() override;
    void sweep(MonotonicTime now) override;
    void answer(std::uint64_t number, Response response) override;

  private:
    friend struct Http2Callbacks;

    void on_read(std::string_view bytes);
    // What nghttp2 saw; nothing is sent and no handler called from inside.
    void on_new_stream(std::int32_t id);
    void on_request_field(std::int32_t id, std::string_view name, std::string_view value);
    void on_request_head(std::int32_t id, bool ends);
    void on_body(std::int32_t id, std::string_view bytes);
    void on_request_end(std::int32_t id);
    void on_stream_closed(std::int32_t id);
    /// The next bytes of an answer, which send_body() then gets; NGHTTP2_ERR_DEFERRED while there are none.
    ssize_t next_body_bytes(std::int32_t id, std::size_t max, std::uint32_t& flags);
    void send_body(std::int32_t id, std::string_view frame_head);

    void hand_out(std::int32_t id);
    void refuse(std::int32_t id, int status, std::string_view reason);
    void submit(std::int32_t id, Response response);
    void make_room();
    void pump();
    void flush();
    void close_if_done();
    void tell_gone();
    void leave();
    void sweep_stream(std::int32_t id, Http2Stream& stream, MonotonicTime now);
    [[nodiscard]] Http2Stream* find(std::int32_t id);

    Server* server_;  ///< nullptr when it let go of us
    std::shared_ptr<net::Connection> connection_;
    const std::string peer_;
    Http2Handle library_;
    std::map<std::int32_t, Http2Stream> streams_;            ///< by id, which is by age
    std::vector<std::int32_t> complete_;                     ///< requests to hand out
    std::vector<std::shared_ptr<ClientPresence>> given_up_;  ///< to be told, when nghttp2 is not running
    std::string outgoing_;                                   ///< frames on their way to the connection
    std::size_t in_work_ = 0;
    std::size_t unfinished_bytes_ = 0;  ///< of bodies
    bool busy_ = false;                 ///< inside nghttp2
    bool finishing_ = false;

    MonotonicTime quiet_since_;  ///< no stream since
    std::uint64_t sent_bytes_ = 0;
    std::uint64_t seen_taken_ = 0;
    MonotonicTime taken_since_;
};

}  // namespace millrace::http
