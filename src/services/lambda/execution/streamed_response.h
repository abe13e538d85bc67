#pragma once

#include <functional>
#include <memory>
#include <string>

#include "http/message.h"
#include "services/lambda/execution/invocation.h"

namespace millrace::lambda {

/// An answer on its way from the runtime, which sends it piece by piece, to whoever wants it so, at the speed
/// of the slower one; or gathered, for a caller who wants it whole. Ends with the runtime's trailers, which
/// may say that the function failed after all.
class StreamedResponse {
  public:
    using Done = std::move_only_function<void(InvokeResult)>;

    /// `request` has a stream; `to` may be nullptr. `done` is called once, at the end, and not if this is
    /// destroyed before; it must not destroy this.
    StreamedResponse(std::string request_id, http::Request request, std::shared_ptr<AnswerStream> to,
                     Done done);
    ~StreamedResponse();
    StreamedResponse(const StreamedResponse&) = delete;
    StreamedResponse& operator=(const StreamedResponse&) = delete;

    void start();

  private:
    void pump();
    bool take(const SharedBytes& piece);
    void begin();
    void end();
    void fail(std::string_view type, std::string_view words);
    void finish(InvokeResult result);

    const std::string request_id_;
    http::Request request_;
    std::shared_ptr<AnswerStream> to_;
    Done done_;
    std::string gathered_;
    std::size_t bytes_ = 0;
    bool began_ = false;
    bool ended_ = false;
};

}  // namespace millrace::lambda
