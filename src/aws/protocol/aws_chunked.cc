#include "aws/protocol/aws_chunked.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "base/ascii.h"
#include "base/number.h"
#include "http/text.h"

namespace millrace::aws {

namespace {

constexpr std::string_view kCoding = "aws-chunked";

std::unexpected<ServiceError> refuse(const char* code, const char* message) {
    return std::unexpected(ServiceError{.code = code, .message = message});
}

std::unexpected<ServiceError> incomplete() {
    return refuse("IncompleteBody", "The request body terminated unexpectedly");
}

std::unexpected<ServiceError> malformed_trailer() {
    return refuse("MalformedTrailerError",
                  "The request contained trailing data that was not well-formed or did not conform to our "
                  "published schema.");
}

/// The codings without "aws-chunked"; nullopt when that is not among them.
std::optional<std::string> other_codings(std::string_view codings) {
    std::string rest;
    bool found = false;
    while (!codings.empty()) {
        const std::size_t comma = std::min(codings.find(','), codings.size());
        const std::string_view coding = http::trim(codings.substr(0, comma));
        codings.remove_prefix(std::min(comma + 1, codings.size()));
        if (equal_ignoring_case(coding, kCoding)) {
            found = true;
        } else if (!coding.empty()) {
            rest += (rest.empty() ? "" : ",") + std::string(coding);
        }
    }
    if (!found) return std::nullopt;
    return rest;
}

bool is_streaming(const http::Headers& headers) {
    return headers.get("x-amz-content-sha256").starts_with("STREAMING-");
}

class ChunkDecoder {
  public:
    explicit ChunkDecoder(http::Request& request) : request_(request), body_(request.body) {}

    Outcome<void> run() {
        for (;;) {
            const auto line = next_line();
            if (!line) return incomplete();
            const auto size = parse_number<std::uint64_t>(line->substr(0, line->find(';')), 16);
            if (!size) return refuse("InvalidChunkSizeError", "A chunk's size could not be read");
            if (*size == 0) break;
            if (*size > body_.size() - read_) return incomplete();
            std::memmove(body_.data() + written_, body_.data() + read_, *size);
            written_ += *size;
            read_ += *size;
            if (!next_line_is_empty()) return incomplete();
        }
        return trailers();
    }

  private:
    /// Without its CR LF; nothing when it is not all there, or too long.
    std::optional<std::string_view> next_line() {
        const std::string_view rest = std::string_view(body_).substr(read_, kAwsChunkLineBytesMax);
        const std::size_t end = rest.find("\r\n");
        if (end == std::string_view::npos) return std::nullopt;
        read_ += end + 2;
        return rest.substr(0, end);
    }

    bool next_line_is_empty() {
        const auto line = next_line();
        return line && line->empty();
    }

    /// Up to an empty line, or the end of the body.
    Outcome<void> trailers() {
        while (read_ < body_.size()) {
            const auto line = next_line();
            if (!line) return malformed_trailer();
            if (line->empty()) break;
            const std::size_t colon = line->find(':');
            const std::string_view name = http::trim(line->substr(0, std::min(colon, line->size())));
            if (colon == std::string_view::npos || !http::is_token(name)) return malformed_trailer();
            if (!equal_ignoring_case(name, "x-amz-trailer-signature"))
                request_.headers.add(std::string(name), std::string(http::trim(line->substr(colon + 1))));
        }
        if (read_ < body_.size()) return incomplete();
        body_.resize(written_);
        return {};
    }

    http::Request& request_;
    std::string& body_;
    std::size_t read_ = 0;
    std::size_t written_ = 0;
};

Outcome<void> check_length(const http::Request& request) {
    const std::string_view said = request.headers.get("x-amz-decoded-content-length");
    if (said.empty()) return {};
    if (parse_number<std::uint64_t>(said) != request.body.size())
        return refuse("IncompleteBody",
                      "You did not provide the number of bytes specified by the x-amz-decoded-content-length "
                      "HTTP header");
    return {};
}

}  // namespace

Outcome<void> decode_aws_chunked(http::Request& request) {
    const auto codings = other_codings(request.headers.get("Content-Encoding"));
    if (!codings && !is_streaming(request.headers)) return {};
    if (auto decoded = ChunkDecoder(request).run(); !decoded) return decoded;
    if (codings) {
        request.headers.erase("Content-Encoding");
        if (!codings->empty()) request.headers.add("Content-Encoding", *codings);
    }
    return check_length(request);
}

}  // namespace millrace::aws
