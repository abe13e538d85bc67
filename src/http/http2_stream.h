#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "base/shared_bytes.h"
#include "base/time.h"
#include "http/message.h"

namespace millrace::http {

/// One request of an HTTP/2 connection and its answer.
struct Http2Stream {
    enum class Phase { kHead, kBody, kInWork, kAnswering };

    Phase phase = Phase::kHead;
    MonotonicTime since;  ///< of its beginning; of its last progress while answering
    Request request = {};
    std::shared_ptr<ClientPresence> client = nullptr;  ///< from when the request is handed out
    std::size_t head_bytes = 0;
    std::size_t body_bytes_max = 0;
    bool is_head = false;      ///< the HEAD method
    std::size_t withheld = 0;  ///< received bytes that the client gets no window back for yet
    SharedBytes body = {};     ///< of the answer, what is left of it
    std::optional<StreamReader> pieces = std::nullopt;  ///< instead, of a streamed answer
    SharedBytes outgoing = {};                          ///< of the frame that is being made

    [[nodiscard]] bool has_bytes() const { return body.size() > 0 || (pieces && pieces->has_bytes()); }
};

}  // namespace millrace::http
