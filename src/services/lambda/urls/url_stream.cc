#include "services/lambda/urls/url_stream.h"

#include "base/ascii.h"
#include "http/text.h"
#include "services/lambda/urls/url_response.h"

namespace millrace::lambda {

void UrlStream::send_head(http::Response head) {
    head.stream = open();
    respond_(std::move(head));
}

void UrlStream::begin(std::string_view content_type) {
    in_prelude_ = equal_ignoring_case(http::trim(content_type.substr(0, content_type.find(';'))),
                                      kHttpIntegrationResponse);
    if (in_prelude_) return;
    http::Response head;
    head.headers.add("Content-Type", std::string(content_type));
    send_head(std::move(head));
}

void UrlStream::write(SharedBytes piece) {
    if (failed_) return;
    if (!in_prelude_) return put(std::move(piece));
    const UrlPrelude::State state = prelude_.feed(piece.view());
    if (state == UrlPrelude::State::kNeedMore) return;
    in_prelude_ = false;
    failed_ = state == UrlPrelude::State::kFailed;
    if (failed_) return respond_(url_bad_gateway());
    send_head(std::move(prelude_.head()));
    if (!prelude_.rest().empty()) put(SharedBytes(std::string(prelude_.rest())));
    prelude_ = {};
}

void UrlStream::complete(const InvokeResult& result) {
    if (failed_) return;
    if (!opened()) return respond_(url_bad_gateway());
    result.function_error || result.refused ? break_off() : finish();
}

}  // namespace millrace::lambda
