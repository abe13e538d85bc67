// However the bytes of a connection are cut, the same requests come out, or the same refusal.

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "http/request_parser.h"

namespace {

using millrace::http::ParsedRequest;
using millrace::http::Progress;
using millrace::http::RequestParser;

class Reader {
  public:
    explicit Reader(bool streams)
        : streams_(streams),
          parser_({.head_bytes_max = 512, .fields_max = 8, .body_bytes_max = 256}, streams) {}

    void feed(std::string_view bytes) {
        parser_.feed(bytes);
        for (;;) {
            const Progress progress = parser_.advance();
            if (head_) head_->request.body += parser_.take_body();
            switch (progress) {
                case Progress::kNeedMore:
                    return;
                case Progress::kHead:
                    head_ = parser_.take_head();
                    break;
                case Progress::kExpectsContinue:
                    break;
                case Progress::kComplete:
                    head_ ? note_streamed() : note(parser_.take());
                    break;
                case Progress::kFailed:
                    if (!failed_) seen_ += std::to_string(parser_.error().status);
                    failed_ = true;
                    return;
            }
        }
    }
    [[nodiscard]] const std::string& seen() const { return seen_; }

  private:
    void note_streamed() {
        note(*head_);
        head_.reset();
        for (const auto& [name, value] : parser_.take_end()) seen_ += name + "=" + value + "\n";
    }
    void note(const ParsedRequest& parsed) {
        const auto& request = parsed.request;
        if (request.headers.size() > 8 || (request.body.size() > 256 && !streams_)) std::abort();
        seen_ += request.method + " " + request.target + (parsed.keep_alive ? " keep" : " close");
        for (const auto& [name, value] : request.headers) seen_ += "|" + name + "=" + value;
        seen_ += "|" + request.body + "\n";
    }

    const bool streams_;
    RequestParser parser_;
    std::optional<ParsedRequest> head_;  ///< whose body is coming
    std::string seen_;
    bool failed_ = false;
};

}  // namespace

/// The first byte chooses the cut and whether bodies come piece by piece, the rest is the input.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
    const bool streams = data[0] >= 128;
    Reader whole(streams);
    whole.feed(input);
    Reader bytes(streams);
    for (const char& byte : input) bytes.feed({&byte, 1});
    Reader pieces(streams);
    const std::size_t piece = data[0] % 61 + 2u;
    for (std::size_t at = 0; at < input.size(); at += piece) pieces.feed(input.substr(at, piece));
    if (whole.seen() != bytes.seen() || whole.seen() != pieces.seen()) std::abort();
    return 0;
}
