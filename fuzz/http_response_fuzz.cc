// However the bytes of a connection are cut, the same responses come out, or the same refusal.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "http/response_parser.h"

namespace {

using millrace::http::ParsedResponse;
using millrace::http::Progress;
using millrace::http::ResponseParser;

class Reader {
  public:
    Reader() : parser_({.head_bytes_max = 512, .fields_max = 8, .body_bytes_max = 256}) {}

    void feed(std::string_view bytes) {
        parser_.feed(bytes);
        drain();
    }
    void finish() {
        if (failed_) return;
        parser_.finish();
        drain();
    }
    [[nodiscard]] const std::string& seen() const { return seen_; }

  private:
    void drain() {
        for (;;) {
            switch (parser_.advance()) {
                case Progress::kNeedMore:
                case Progress::kExpectsContinue:
                    return;
                case Progress::kHead:
                    std::abort();  // nobody asked for it
                case Progress::kComplete:
                    note(parser_.take());
                    break;
                case Progress::kFailed:
                    if (!failed_) seen_ += std::string("failed: ") + std::string(parser_.error().reason);
                    failed_ = true;
                    return;
            }
        }
    }
    void note(const ParsedResponse& parsed) {
        const auto& response = parsed.response;
        if (response.body.size() > 256 || response.headers.size() > 8) std::abort();
        seen_ += std::to_string(response.status) + (parsed.keep_alive ? " keep" : " close");
        for (const auto& [name, value] : response.headers) seen_ += "|" + name + "=" + value;
        seen_ += "|" + response.body + "\n";
    }

    ResponseParser parser_;
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
    whole.finish();
    Reader pieces;
    const std::size_t piece = data[0] % 61 + 1u;
    for (std::size_t at = 0; at < input.size(); at += piece) pieces.feed(input.substr(at, piece));
    pieces.finish();
    if (whole.seen() != pieces.seen()) std::abort();
    return 0;
}
