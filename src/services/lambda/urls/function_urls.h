#pragma once

#include <map>
#include <memory>
#include <string>

#include "http/message.h"
#include "services/lambda/core.h"
#include "services/lambda/urls/url_address.h"

namespace millrace::lambda {

/// Function URLs: HTTP requests become invocations, and their answers HTTP responses. Threads: the home
/// executor. Signatures are looked for where AuthType is AWS_IAM, and not verified.
class FunctionUrls {
  public:
    /// The core must outlive this.
    explicit FunctionUrls(Core& core) : core_(core) {}

    /// Answers every request that find_url_address() finds an address in: 403 when there is no such URL.
    void answer(UrlAddress address, http::Request request, http::Respond respond);

  private:
    struct Call;
    /// The record's key; empty when no function or alias has that URL.
    [[nodiscard]] std::string key_of(const std::string& id);
    void invoke(Call call);
    /// How the answer gets back: whole, or piece by piece.
    static void buffer(Invocation& invocation, Call call);
    static void stream(Invocation& invocation, Call call);

    Core& core_;
    std::map<std::string, std::string> keys_;  ///< of ids, as last seen
};

}  // namespace millrace::lambda
