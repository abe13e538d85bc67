// Streams its answer as its event says. A call by URL names what to do in its path.
#include "millrace/stream.h"

#include <thread>

using namespace millrace::lambda;

int main() {
    return run_streaming([](const Invocation& call, ResponseStream& stream) {
        const auto event = nlohmann::json::parse(call.payload);
        const std::string what =
            event.contains("do") ? std::string(event["do"]) : std::string(event["rawPath"]).substr(1);
        if (what == "fail") throw FunctionError("RangeError", "failed as told");
        if (what == "http") {
            stream.begin_http({.status = 418,
                               .headers = {{"Content-Type", "text/html"}, {"X-Mine", "1"}},
                               .cookies = {"a=1", "b=2"}});
        } else {
            stream.set_content_type("text/plain");
        }
        const std::size_t bytes = event.value("bytes", std::size_t{0});
        for (int i = 0; i < event.value("count", 3); ++i) {
            stream.write(bytes > 0 ? std::string(bytes, 'x') : "piece " + std::to_string(i) + "\n");
            std::this_thread::sleep_for(std::chrono::milliseconds{event.value("pause", 300)});
        }
        if (what == "fail-late") throw FunctionError("RangeError", "failed as told");
        if (what == "exit") std::exit(3);
    });
}
