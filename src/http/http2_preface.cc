#include "http/http2_preface.h"

#include <algorithm>

namespace millrace::http {
namespace {

constexpr char kGoAway = 7;
constexpr char kHttp11Required = 0xd;
constexpr std::string_view kReason = "use HTTP/1.1 on this port";
constexpr std::size_t kGoAwayFixedBytes = 8;  // last stream, error code

}  // namespace

PrefaceMatch match_http2_preface(std::string_view first_bytes) {
    const std::size_t length = std::min(first_bytes.size(), kHttp2Preface.size());
    if (first_bytes.substr(0, length) != kHttp2Preface.substr(0, length)) return PrefaceMatch::kNo;
    return length == kHttp2Preface.size() ? PrefaceMatch::kYes : PrefaceMatch::kNeedMore;
}

std::string refuse_http2() {
    using namespace std::string_literals;
    // Frame header: length (24 bits), type, flags, stream (32 bits).
    std::string frames = "\0\0\0\4\0\0\0\0\0"s;
    frames += "\0\0"s;
    frames += static_cast<char>(kGoAwayFixedBytes + kReason.size());
    frames += kGoAway;
    frames += "\0\0\0\0\0"s;
    frames += "\0\0\0\0\0\0\0"s;
    frames += kHttp11Required;
    frames += kReason;
    return frames;
}

}  // namespace millrace::http
