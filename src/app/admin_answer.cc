#include "app/admin_answer.h"

#include <utility>

#include "base/log.h"

namespace millrace::app {

http::Response json_answer(int status, std::string body) {
    http::Response response{.status = status, .headers = {}, .body = std::move(body)};
    response.headers.add("Content-Type", "application/json");
    return response;
}

http::Response message_answer(int status, std::string_view text) {
    std::string body = R"({"message":)";
    append_json_string(body, text);
    return json_answer(status, body + "}");
}

}  // namespace millrace::app
