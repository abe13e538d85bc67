#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/client_presence.h"
#include "http/response_stream.h"

namespace millrace::http {

/// Header fields in order. Names keep their spelling; look-up ignores case (ASCII).
class Headers {
  public:
    void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
    /// The first field of that name, or nullptr.
    [[nodiscard]] const std::string* find(std::string_view name) const;
    [[nodiscard]] std::string_view get(std::string_view name, std::string_view otherwise = {}) const;
    [[nodiscard]] auto begin() const { return fields_.begin(); }
    [[nodiscard]] auto end() const { return fields_.end(); }
    /// Drops the fields of that name.
    void erase(std::string_view name);
    [[nodiscard]] std::size_t size() const { return fields_.size(); }
    void reserve(std::size_t count) { fields_.reserve(count); }

  private:
    std::vector<std::pair<std::string, std::string>> fields_;
};

struct Request {
    std::string method;  ///< "POST"
    std::string target;  ///< as sent: path and query, still percent-encoded
    Headers headers;
    std::string body;     ///< whole; chunked coding already removed
    bool secure = false;  ///< came over TLS
    /// Instead of the body, where ServerOptions::streams asks for it: comes piece by piece, and is broken off
    /// when the client goes before its end.
    std::optional<StreamReader> stream = std::nullopt;
    std::shared_ptr<Headers> trailers = nullptr;  ///< with a stream; filled by the time it is finished
    std::string peer;                             ///< address of whoever sent it, without a port: "127.0.0.1"
    std::shared_ptr<ClientPresence> client = nullptr;  ///< of a server's request: whether it still waits
};

struct Response {
    int status = 200;
    Headers headers;  ///< Content-Length, Transfer-Encoding, Date and Connection are added by the connection
    std::string body;
    /// Instead of the body: one that comes piece by piece.
    std::optional<StreamReader> stream = std::nullopt;
    /// Of the stream, which must then give just as many bytes, or of the body that the answer to a HEAD
    /// leaves out. Without it the length of a stream is not known before its end.
    std::optional<std::uint64_t> length = std::nullopt;
    bool hang_up = false;  ///< no answer at all: the connection is closed, with all that it carries
};

/// A line of plain text.
[[nodiscard]] Response text_response(int status, std::string_view line);

/// Answers a request, exactly once, at once or later, on the loop of the connection.
using Respond = std::move_only_function<void(Response)>;
using Handler = std::function<void(Request, Respond)>;

}  // namespace millrace::http
