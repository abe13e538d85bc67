#pragma once

#include <nghttp2/nghttp2.h>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "http/message.h"

namespace millrace::http {

/// Status and fields of a response as nghttp2 takes them; the names in lower case, the same fields left out
/// and added as by encode_response_head().
class Http2ResponseHead {
  public:
    Http2ResponseHead(const Response& response, WallTime now);

    [[nodiscard]] const std::vector<nghttp2_nv>& fields() const { return fields_; }

  private:
    std::vector<std::pair<std::string, std::string>> texts_;
    std::vector<nghttp2_nv> fields_;  ///< into texts_
};

}  // namespace millrace::http
