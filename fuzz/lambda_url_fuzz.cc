// What anybody sends to a function URL becomes an event that is JSON; what a function answers becomes a
// response that HTTP can carry, whole or with a prelude, however it is cut.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "codec/json.h"
#include "http/request_parser.h"
#include "http/text.h"
#include "services/lambda/urls/url_address.h"
#include "services/lambda/urls/url_event.h"
#include "services/lambda/urls/url_prelude.h"
#include "services/lambda/urls/url_response.h"

namespace {

using namespace millrace;
using lambda::UrlPrelude;

void check_request(std::string_view input) {
    http::RequestParser parser;
    parser.feed(input);
    if (parser.advance() != http::Progress::kComplete) return;
    const http::Request request = parser.take().request;
    const auto address = lambda::find_url_address(request);
    if (!address) return;
    const std::string event = lambda::url_event({.request = request,
                                                 .url_id = address->id,
                                                 .domain = address->domain,
                                                 .target = address->target,
                                                 .request_id = "r",
                                                 .access_key = {},
                                                 .account = "000000000000",
                                                 .now = {}});
    if (!codec::parse_json(event)) std::abort();
}

void check_head(const http::Response& response) {
    if (response.status < 200 || response.status > 599) std::abort();
    for (const auto& [name, value] : response.headers) {
        if (!http::is_token(name) || !http::is_field_value(value)) std::abort();
    }
}

void check_prelude(std::string_view input) {
    UrlPrelude whole;
    const UrlPrelude::State state = whole.feed(input);
    UrlPrelude pieces;
    UrlPrelude::State last = UrlPrelude::State::kNeedMore;
    std::size_t at = 0;
    while (at < input.size() && last == UrlPrelude::State::kNeedMore)
        last = pieces.feed(input.substr(at++, 1));
    if (!input.empty() && state != last) std::abort();
    if (state != UrlPrelude::State::kDone) return;
    check_head(whole.head());
    if (whole.rest() != input.substr(at)) std::abort();
}

}  // namespace

/// The first byte chooses what the rest is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
    switch (data[0] % 3) {
        case 0:
            check_request(input);
            break;
        case 1:
            check_head(lambda::url_response(input));
            break;
        default:
            check_prelude(input);
    }
    return 0;
}
