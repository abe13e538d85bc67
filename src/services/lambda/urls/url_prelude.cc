#include "services/lambda/urls/url_prelude.h"

#include "codec/json.h"
#include "services/lambda/urls/url_response.h"

namespace millrace::lambda {

namespace {

constexpr std::string_view kEnd{"\0\0\0\0\0\0\0\0", 8};

}  // namespace

UrlPrelude::State UrlPrelude::feed(std::string_view bytes) {
    const std::size_t before = bytes_.size();
    bytes_ += bytes;
    const std::size_t end = bytes_.find(kEnd, before < kEnd.size() ? 0 : before - kEnd.size());
    if (end == std::string::npos)
        return bytes_.size() < kPreludeBytesMax + kEnd.size() ? State::kNeedMore : State::kFailed;
    if (end > kPreludeBytesMax) return State::kFailed;
    const auto json = codec::parse_json(std::string_view(bytes_).substr(0, end));
    if (!json || !json->is_object()) return State::kFailed;
    auto head = url_response_head(json->get_object());
    if (!head) return State::kFailed;
    head_ = std::move(*head);
    body_ = end + kEnd.size();
    return State::kDone;
}

}  // namespace millrace::lambda
