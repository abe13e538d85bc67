#pragma once

#include <functional>
#include <memory>
#include <string>

#include "http/message.h"
#include "services/lambda/execution/written_stream.h"
#include "services/lambda/urls/url_prelude.h"

namespace millrace::lambda {

/// The answer of a URL in RESPONSE_STREAM mode: each piece goes on at once. One that begins with a prelude
/// says status and headers by it, any other is the body of a 200 of its own Content-Type.
class UrlStream final : public WrittenStream {
  public:
    /// `respond` adds what the URL itself has to say in headers.
    using Respond = std::move_only_function<void(http::Response)>;
    explicit UrlStream(Respond respond) : respond_(std::move(respond)) {}

    void begin(std::string_view content_type) override;
    void write(SharedBytes piece) override;
    /// Ends the body. A function that failed before the first byte of it is 502, later the response is broken
    /// off.
    void complete(const InvokeResult& result);
    [[nodiscard]] bool answered() const { return opened() || failed_; }

  private:
    void send_head(http::Response head);

    Respond respond_;
    bool in_prelude_ = false;
    bool failed_ = false;
    UrlPrelude prelude_;
};

}  // namespace millrace::lambda
