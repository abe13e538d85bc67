#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/units.h"
#include "http/message.h"

namespace millrace::http {

struct ParserLimits {
    std::size_t head_bytes_max = 64_KiB;  ///< start line, fields and trailers together, with their line ends
    std::size_t fields_max = 128;
    std::size_t body_bytes_max = 16_MiB;  ///< PutRecords at its largest is 14 MiB on the wire
    /// Where some requests may have larger bodies: body_bytes_max or another limit, by their head. From any
    /// thread that parses.
    std::function<std::size_t(std::string_view method, std::string_view target, const Headers& headers)>
        body_limit = nullptr;
};

/// A chunk's size line, with extensions.
inline constexpr std::size_t kChunkLineBytesMax = 1_KiB;

enum class Progress {
    kNeedMore,         ///< feed() what arrives next
    kHead,             ///< only where heads are announced: a head is here whose body follows
    kExpectsContinue,  ///< once a message: the client waits for "100 Continue"; go on with advance()
    kComplete,         ///< take() the message, then go on with advance()
    kFailed,           ///< error(); nothing after it can be understood
};

/// The status of a body longer than its limit; the head before it can still be had.
inline constexpr int kBodyTooLong = 413;
inline constexpr std::string_view kBodyTooLongReason = "the body is too long";

struct ParseError {
    int status = 0;  ///< what a server answers
    std::string_view reason;
};

/// What requests and responses have in common: HTTP/1.1 framing (RFC 9112) without I/O. Bytes in, messages
/// out; how the bytes were cut makes no difference. Strict where leniency lets two readers see different
/// messages: lines end with CRLF, no folded fields, no space before the colon, one framing of the body.
class MessageParser {
  public:
    void feed(std::string_view bytes);
    [[nodiscard]] Progress advance();
    [[nodiscard]] const ParseError& error() const { return error_; }
    /// Part of a message is here, and the rest is not.
    [[nodiscard]] bool mid_message() const;
    /// What is here of the body, which is then gone.
    [[nodiscard]] std::string take_body() { return std::exchange(body_, {}); }

  protected:
    explicit MessageParser(ParserLimits limits)
        : body_bytes_max_(limits.body_bytes_max), limits_(std::move(limits)) {}
    virtual ~MessageParser() = default;

    /// False after fail(). An empty line before a request is skipped without a call.
    virtual bool on_start_line(std::string_view line) = 0;
    /// All fields are there: decides with the functions below how the body is framed. False after fail().
    virtual bool on_head() = 0;

    bool fail(int status, std::string_view reason);
    /// Of Content-Length and Transfer-Encoding, whichever is there; no body without them.
    bool frame_body();
    /// No body, whatever the fields say.
    void drop_framing() { chunked_ = false, length_.reset(); }
    void frame_until_close() { state_ = State::kUntilClose; }
    [[nodiscard]] bool has_framing() const { return chunked_ || length_; }
    void begin_next();
    void complete() { state_ = State::kComplete; }

    enum class State {
        kStartLine,
        kFields,
        kFixedBody,
        kChunkSize,
        kChunkData,
        kChunkEnd,
        kTrailers,
        kUntilClose,
        kComplete,
        kFailed,
    };
    State state_ = State::kStartLine;

    // The message being read.
    Headers headers_;
    std::string body_;
    int minor_version_ = 1;
    std::size_t hosts_ = 0;
    Headers trailers_;
    bool announces_heads_ = false;
    bool body_streams_ = false;  ///< its pieces are taken as they come, and the limit is each chunk's
    bool says_close_ = false;
    bool says_keep_alive_ = false;
    bool expects_continue_ = false;
    std::size_t body_bytes_max_;  ///< of this message
    [[nodiscard]] const ParserLimits& limits() const { return limits_; }

  private:
    bool wants_continue();
    bool step_line();
    bool step_field(std::string_view line);
    bool step_known_field(std::string_view name, std::string_view value);
    bool step_content_length(std::string_view value);
    bool step_trailer(std::string_view line);
    bool step_chunk_size(std::string_view line);
    bool step_head_end();
    bool step_body();
    std::optional<std::string_view> next_line();
    [[nodiscard]] std::size_t line_bytes_max() const;
    std::size_t append_body(std::string_view bytes);

    const ParserLimits limits_;
    ParseError error_;
    std::string buffer_;
    std::size_t position_ = 0;  ///< consumed of buffer_
    std::size_t searched_ = 0;  ///< no line end before here
    std::size_t head_bytes_ = 0;
    bool head_due_ = false;
    std::optional<std::uint64_t> length_;
    bool chunked_ = false;
    std::uint64_t body_left_ = 0;  ///< of the body, or of the chunk
};

}  // namespace millrace::http
