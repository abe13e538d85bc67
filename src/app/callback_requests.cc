#include "app/callback_requests.h"

#include <utility>

#include "app/admin_answer.h"

namespace millrace::app {
namespace {

constexpr std::string_view kPrefix = "cloudformation/";

http::Response refusal(const Error& error) {
    if (error.code == ErrorCode::kNotFound) {
        http::Response response{.status = 403, .headers = {}, .body = {}};
        response.headers.add("Content-Type", "application/xml");
        response.body =
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>AccessDenied</Code>"
            "<Message>Request has expired</Message></Error>";
        return response;
    }
    return message_answer(error.code == ErrorCode::kInvalidArgument ? 400 : 503, error.message);
}

}  // namespace

bool CallbackRequests::owns(std::string_view path) {
    return path.starts_with(kPrefix);
}

void CallbackRequests::handle(const http::Request& request, std::string_view path, http::Respond respond) {
    if (request.method != "PUT") return respond(message_answer(405, "this URL takes a PUT"));
    path = path.substr(kPrefix.size());
    house_.take_callback(path.substr(0, path.find('?')), request.body,
                         [respond = std::move(respond)](Result<> taken) mutable {
                             if (!taken) return respond(refusal(taken.error()));
                             respond({.status = 200, .headers = {}, .body = {}});
                         });
}

}  // namespace millrace::app
