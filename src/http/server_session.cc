#include "http/server_session.h"

#include "base/log.h"

namespace millrace::http {

Responder::~Responder() {
    const auto session = session_.lock();
    if (!session) return;
    log(LogLevel::kError, "a request was dropped without an answer");
    session->answer(number_,
                    {.status = 500, .headers = {}, .body = "the request was dropped without an answer\n"});
}

void Responder::operator()(Response response) {
    const auto session = std::exchange(session_, {}).lock();
    if (session) session->answer(number_, std::move(response));
}

}  // namespace millrace::http
