// Whatever follows the preface on a connection: the session reads it, answers or ends, and forgets all of it.

#include <cstdint>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

#include "http/http2_preface.h"
#include "http/server.h"

namespace {

using namespace millrace;

http::ServerOptions small() {
    http::ServerOptions options;
    options.limits = {.head_bytes_max = 512, .fields_max = 8, .body_bytes_max = 256};
    return options;
}

/// Answers at once or after the next read, whole or as a stream, as the path says.
struct Service {
    void operator()(const http::Request& request, http::Respond respond) {
        if (request.body.size() > 256 || request.headers.size() > 8) std::abort();
        if (request.target.ends_with('s')) {
            auto ends = http::StreamWriter::make({});
            ends.first.write(SharedBytes("piece"));
            respond({.status = 200, .headers = {}, .body = {}, .stream = std::move(ends.second)});
            if (request.method == "GET") ends.first.finish();
        } else if (request.target.ends_with('l')) {
            later.push_back(std::move(respond));
        } else {
            respond({.status = 200, .headers = {}, .body = request.body + "body"});
        }
    }
    std::vector<http::Respond> later;
};

void turn(net::Loop& loop) {
    loop.post([&] { loop.stop(); });
    loop.run();
}

}  // namespace

/// The first byte chooses the cut, the rest is what follows the preface.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    static net::Loop loop;
    Service service;
    int sockets[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, sockets) != 0) std::abort();
    {
        http::Server server(loop, small(), std::ref(service));
        server.accept(net::Connection::adopt(loop, net::OwnedFd(sockets[0])));
        const std::string input =
            std::string(http::kHttp2Preface) + std::string(reinterpret_cast<const char*>(data) + 1, size - 1);
        const std::size_t piece = data[0] == 0 ? input.size() : data[0] * 4u;
        for (std::size_t at = 0; at < input.size(); at += piece) {
            const std::string bytes = input.substr(at, piece);
            if (::send(sockets[1], bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0) break;
            turn(loop);
            for (auto& respond : std::exchange(service.later, {})) {
                respond({.status = 200, .headers = {}, .body = "late"});
            }
        }
        ::close(sockets[1]);
        turn(loop);
    }
    turn(loop);
    return 0;
}
