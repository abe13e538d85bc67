#include "http/http2_preface.h"

#include <algorithm>

namespace millrace::http {

PrefaceMatch match_http2_preface(std::string_view first_bytes) {
    const std::size_t length = std::min(first_bytes.size(), kHttp2Preface.size());
    if (first_bytes.substr(0, length) != kHttp2Preface.substr(0, length)) return PrefaceMatch::kNo;
    return length == kHttp2Preface.size() ? PrefaceMatch::kYes : PrefaceMatch::kNeedMore;
}

}  // namespace millrace::http
