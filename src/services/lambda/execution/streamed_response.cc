#include "services/lambda/execution/streamed_response.h"

#include <fmt/format.h>

#include "codec/base64.h"
#include "services/lambda/execution/failure.h"

namespace millrace::lambda {

namespace {

constexpr std::size_t kPieceBytesMax = 256_KiB;

}  // namespace

StreamedResponse::StreamedResponse(std::string request_id, http::Request request,
                                   std::shared_ptr<AnswerStream> to, Done done)
    : request_id_(std::move(request_id)),
      request_(std::move(request)),
      to_(std::move(to)),
      done_(std::move(done)) {}

StreamedResponse::~StreamedResponse() {
    if (to_) to_->on_ready(nullptr);
}

void StreamedResponse::start() {
    request_.stream->on_more([this] { pump(); });
    if (to_) to_->on_ready([this] { pump(); });
    pump();
}

void StreamedResponse::pump() {
    while (!ended_ && request_.stream->has_bytes() && !(to_ && to_->full())) {
        if (!take(request_.stream->take(kPieceBytesMax))) return;
    }
    if (ended_ || request_.stream->has_bytes()) return;
    using State = http::StreamReader::State;
    if (request_.stream->state() == State::kFinished) return end();
    if (request_.stream->state() == State::kBrokenOff)
        fail("Runtime.TruncatedResponse", "The runtime did not send its response to the end.");
}

/// False when it is too much.
bool StreamedResponse::take(const SharedBytes& piece) {
    bytes_ += piece.size();
    if (bytes_ > (to_ ? kStreamedBytesMax : kResponseBytesMax)) {
        fail("Function.ResponseSizeTooLarge",
             fmt::format("Response payload size exceeded maximum allowed payload size ({} bytes).",
                         to_ ? kStreamedBytesMax : kResponseBytesMax));
        return false;
    }
    if (to_) {
        begin();
        to_->write(piece);
    } else {
        gathered_ += piece.view();
    }
    return true;
}

void StreamedResponse::begin() {
    if (!std::exchange(began_, true))
        to_->begin(request_.headers.get("Content-Type", "application/octet-stream"));
}

void StreamedResponse::end() {
    const std::string_view type = request_.trailers->get("Lambda-Runtime-Function-Error-Type");
    if (type.empty()) {
        if (to_) begin();
        return finish({.payload = std::move(gathered_)});
    }
    auto body = codec::base64_decode(request_.trailers->get("Lambda-Runtime-Function-Error-Body"));
    if (!body || body->empty()) return fail(type, "Unknown error");
    finish({.payload = std::move(*body), .function_error = true});
}

void StreamedResponse::fail(std::string_view type, std::string_view words) {
    finish({.payload = failure_payload(type, request_id_, words), .function_error = true});
}

void StreamedResponse::finish(InvokeResult result) {
    ended_ = true;
    request_.stream.reset();  // what still comes is read by the connection, and dropped
    if (to_) to_->on_ready(nullptr);
    done_(std::move(result));
}

}  // namespace millrace::lambda
