#pragma once

#include <string_view>

#include "aws/model/service_model.h"

namespace millrace::aws {

/// What the protocol's bodies are called in a Content-Type.
[[nodiscard]] constexpr std::string_view media_type(Protocol protocol) {
    switch (protocol) {
        case Protocol::kJson10:
            return "application/x-amz-json-1.0";
        case Protocol::kJson11:
            return "application/x-amz-json-1.1";
        case Protocol::kQuery:
            return "text/xml";
        case Protocol::kRestJson:
            return "application/json";
        case Protocol::kRestXml:
            return "application/xml";
        case Protocol::kCbor11:
            return "application/x-amz-cbor-1.1";
        case Protocol::kRpcV2Cbor:
            return "application/cbor";
    }
    return "application/octet-stream";
}

}  // namespace millrace::aws
