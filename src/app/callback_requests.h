#pragma once

#include <string_view>

#include "app/house.h"
#include "http/message.h"

namespace millrace::app {

/// The URLs that CloudFormation's custom resources and wait condition handles give away:
///
///   PUT /_millrace/cloudformation/custom-resources/<request id>   a custom resource's response
///   PUT /_millrace/cloudformation/wait-handles/<id>               a signal
///
/// They answer as the presigned URLs of AWS do: 200 when it is durable, 403 when the URL is not in use (any
/// more); and 400 for what is no signal, 405. Threads: the loop.
class CallbackRequests {
  public:
    explicit CallbackRequests(House& house) : house_(house) {}

    /// The path without "/_millrace/".
    [[nodiscard]] static bool owns(std::string_view path);
    void handle(const http::Request& request, std::string_view path, http::Respond respond);

  private:
    House& house_;
};

}  // namespace millrace::app
