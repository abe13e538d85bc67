#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "http/message.h"
#include "http/message_parser.h"
#include "net/loop.h"

namespace millrace::http {

class ClientCall;
class ClientConnection;

struct ClientOptions {
    ParserLimits limits{.body_bytes_max = 64_MiB};
    Milliseconds connect_max{5'000};
    /// From sending to the response's last byte, unless the call says otherwise.
    Milliseconds response_max{60'000};
    std::size_t kept_per_host_max = 16;
};

/// A client of HTTP/1.1 servers on a loop, used only from there. Connections are kept and used again; as many
/// are opened as there are calls at a time.
class Client {
  public:
    using Done = std::move_only_function<void(Result<Response>)>;

    explicit Client(net::Loop& loop, ClientOptions options = {});
    /// Calls in flight end without an answer.
    ~Client();

    /// `done` is called once, later, with whatever status came, or with an error that names host and port.
    /// Nothing is sent twice. Host and Content-Length are added to the request.
    void send(std::string host, std::uint16_t port, Request request, Done done);
    void send(std::string host, std::uint16_t port, Request request, Milliseconds response_max, Done done);

  private:
    friend class ClientCall;
    friend class ClientConnection;
    using Place = std::pair<std::string, std::uint16_t>;

    std::shared_ptr<ClientConnection> take_kept(const Place& place);
    void keep(const Place& place, std::shared_ptr<ClientConnection> connection);

    net::Loop& loop_;
    ClientOptions options_;
    std::map<Place, std::vector<std::shared_ptr<ClientConnection>>> kept_;
    std::shared_ptr<Client*> alive_;  ///< nullptr inside once the client is gone
};

/// For command-line programs: a loop and a client of its own; each call blocks until the response is there.
class BlockingClient {
  public:
    explicit BlockingClient(ClientOptions options = {}) : client_(loop_, options) {}
    [[nodiscard]] Result<Response> send(const std::string& host, std::uint16_t port, Request request);
    [[nodiscard]] Result<Response> send(const std::string& host, std::uint16_t port, Request request,
                                        Milliseconds response_max);

  private:
    net::Loop loop_;
    Client client_;
};

}  // namespace millrace::http
