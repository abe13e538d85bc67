// However the bytes of a connection are cut, the same requests come out, or the same refusal.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "http/request_parser.h"

namespace {

using millrace::http::ParsedRequest;
using millrace::http::Progress;
using millrace::http::RequestParser;

class Reader {
  public:
    Reader() : parser_({.head_bytes_max = 512, .fields_max = 8, .body_bytes_max = 256}) {}

    void feed(std::string_view bytes) {
        parser_.feed(bytes);
        for (;;) {
            switch (parser_.advance()) {
                case Progress::kNeedMore:
                    return;
                case Progress::kExpectsContinue:
                    break;
                case Progress::kComplete:
                    note(parser_.take());
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
    void note(const ParsedRequest& parsed) {
        const auto& request = parsed.request;
        if (request.body.size() > 256 || request.headers.size() > 8) std::abort();
        seen_ += request.method + " " + request.target + (parsed.keep_alive ? " keep" : " close");
        for (const auto& [name, value] : request.headers) seen_ += "|" + name + "=" + value;
        seen_ += "|" + request.body + "\n";
    }

    RequestParser parser_;
    std::string seen_;
    bool failed_ = false;
};

}  // namespace

/// The first byte chooses the cut, the rest is the input.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
    Reader whole;
    whole.feed(input);
    Reader bytes;
    for (const char& byte : input) bytes.feed({&byte, 1});
    Reader pieces;
    const std::size_t piece = data[0] % 61 + 2u;
    for (std::size_t at = 0; at < input.size(); at += piece) pieces.feed(input.substr(at, piece));
    if (whole.seen() != bytes.seen() || whole.seen() != pieces.seen()) std::abort();
    return 0;
}
