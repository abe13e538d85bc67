#pragma once

#include <utility>

#include "http/message.h"
#include "http/response_stream.h"

namespace millrace::aws {

/// An event stream as an operation's answer, with what goes ahead of it. A stream alone is one.
struct StreamAnswer {
    StreamAnswer(http::StreamReader reader, http::Headers ahead = {}, int http_status = 200)
        : stream(std::move(reader)), headers(std::move(ahead)), status(http_status) {}

    http::StreamReader stream;
    http::Headers headers;  ///< besides Content-Type and the request's id
    int status;
};

}  // namespace millrace::aws
