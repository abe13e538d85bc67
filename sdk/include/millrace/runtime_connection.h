#pragma once

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <initializer_list>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "millrace/http_response.h"

namespace millrace::lambda::detail {

/// The connection to the Runtime API, which is HTTP/1.1 without TLS or proxies: on a socket of our own a
/// request takes two system calls, and the program starts without libcurl and what that loads. Requests
/// block, without a time limit, as the next invocation may be days away. Not thread-safe. Throws
/// std::runtime_error when the Runtime API cannot be reached or answers what is not HTTP.
class RuntimeConnection {
  public:
    /// `authority`: host:port, as in AWS_LAMBDA_RUNTIME_API.
    explicit RuntimeConnection(std::string authority) : authority_(std::move(authority)) {}
    ~RuntimeConnection() { close(); }
    RuntimeConnection(const RuntimeConnection&) = delete;
    RuntimeConnection& operator=(const RuntimeConnection&) = delete;

    sdk::HttpResponse get(const std::string& path) { return exchange(head("GET", path, {}), {}); }

    /// Headers: "Name: value".
    sdk::HttpResponse post(const std::string& path, std::string_view body, std::vector<std::string> headers) {
        headers.push_back("Content-Length: " + std::to_string(body.size()));
        return exchange(head("POST", path, headers), body);
    }

    /// A request whose body follows in pieces.
    void begin_post(const std::string& path, std::vector<std::string> headers) {
        headers.emplace_back("Transfer-Encoding: chunked");
        if (has_ended()) close();  // what was streamed cannot be sent again
        if (socket_ < 0) connect();
        if (!send({head("POST", path, headers)})) throw failure("cannot be written to");
    }

    void post_piece(std::string_view bytes) {
        if (bytes.empty()) return;  // would be the end
        char size[20];
        char* end = std::to_chars(size, size + sizeof size - 2, bytes.size(), 16).ptr;
        *end++ = '\r';
        *end++ = '\n';
        if (!send({std::string_view(size, static_cast<std::size_t>(end - size)), bytes, "\r\n"}))
            throw failure("ended the response");
    }

    sdk::HttpResponse end_post(const std::vector<std::string>& trailers) {
        std::string last = "0\r\n";
        for (const std::string& trailer : trailers) last += trailer + "\r\n";
        if (!send({last, "\r\n"})) throw failure("ended the response");
        return receive();
    }

  private:
    [[nodiscard]] std::runtime_error failure(const std::string& what) const {
        return std::runtime_error(authority_ + ": " + what);
    }

    [[nodiscard]] std::string head(std::string_view method, const std::string& path,
                                   const std::vector<std::string>& headers) const {
        std::string text(method);
        text += " " + path + " HTTP/1.1\r\nHost: " + authority_ + "\r\n";
        for (const std::string& header : headers) text += header + "\r\n";
        return text += "\r\n";
    }

    /// A connection that idled may have been closed by the other side: then once more, on a new one.
    sdk::HttpResponse exchange(const std::string& head, std::string_view body) {
        if (socket_ >= 0) {
            if (send({head, body}) && fill()) return receive();
            close();
        }
        connect();
        if (!send({head, body})) throw failure("cannot be written to");
        return receive();
    }

    void connect() {
        const std::size_t colon = authority_.rfind(':');
        const std::string host = authority_.substr(0, colon);
        const std::string port = colon == std::string::npos ? "80" : authority_.substr(colon + 1);
        addrinfo hints{};
        hints.ai_socktype = SOCK_STREAM;
        addrinfo* found = nullptr;
        if (const int code = getaddrinfo(host.c_str(), port.c_str(), &hints, &found); code != 0)
            throw failure(gai_strerror(code));
        int error = 0;
        for (const addrinfo* to = found; to != nullptr && socket_ < 0; to = to->ai_next) {
            socket_ = ::socket(to->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
            if (socket_ >= 0 && ::connect(socket_, to->ai_addr, to->ai_addrlen) == 0) continue;
            error = errno;
            close();
        }
        freeaddrinfo(found);
        if (socket_ < 0) throw failure(std::strerror(error));
        const int on = 1;
        setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }

    /// Whether the other side has closed a connection that idled.
    [[nodiscard]] bool has_ended() const {
        char byte = 0;
        return socket_ >= 0 && ::recv(socket_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
    }

    void close() {
        if (socket_ >= 0) ::close(std::exchange(socket_, -1));
        unread_.clear();
    }

    /// False when the connection is gone.
    bool send(std::initializer_list<std::string_view> texts) {
        std::vector<iovec> parts;
        for (const std::string_view text : texts)
            if (!text.empty()) parts.push_back({const_cast<char*>(text.data()), text.size()});
        msghdr message{};
        message.msg_iov = parts.data();
        message.msg_iovlen = parts.size();
        while (message.msg_iovlen > 0) {
            const ssize_t sent = ::sendmsg(socket_, &message, MSG_NOSIGNAL);
            if (sent < 0 && errno == EINTR) continue;
            if (sent < 0) return false;
            advance(message, static_cast<std::size_t>(sent));
        }
        return true;
    }

    static void advance(msghdr& message, std::size_t sent) {
        while (message.msg_iovlen > 0 && sent >= message.msg_iov->iov_len) {
            sent -= message.msg_iov->iov_len;
            ++message.msg_iov;
            --message.msg_iovlen;
        }
        if (sent == 0) return;
        message.msg_iov->iov_base = static_cast<char*>(message.msg_iov->iov_base) + sent;
        message.msg_iov->iov_len -= sent;
    }

    /// Reads some more; false at the end of the connection.
    bool fill() {
        char bytes[16384];
        const std::size_t count = read_some(bytes, sizeof bytes);
        unread_.append(bytes, count);
        return count > 0;
    }

    std::size_t read_some(char* to, std::size_t size) {
        ssize_t count = 0;
        do count = ::recv(socket_, to, size, 0);
        while (count < 0 && errno == EINTR);
        return count < 0 ? 0 : static_cast<std::size_t>(count);
    }

    sdk::HttpResponse receive() {
        sdk::HttpResponse response;
        do {
            response = {};
            const std::string status = take_line();
            if (status.size() < 12 || status.compare(0, 7, "HTTP/1.") != 0)
                throw failure("no HTTP: " + status);
            std::from_chars(status.data() + 9, status.data() + 12, response.status);
            for (std::string line; !(line = take_line()).empty();) response.add_header(line);
        } while (response.status / 100 == 1);
        take_body(response);
        if (response.header("connection") == "close") close();
        return response;
    }

    void take_body(sdk::HttpResponse& response) {
        if (response.header("transfer-encoding") == "chunked") {
            while (const std::size_t size = take_number(take_line(), 16)) {
                take_bytes(response.body, size);
                take_line();
            }
            while (!take_line().empty()) {
            }
        } else if (const auto length = response.headers.find("content-length");
                   length != response.headers.end()) {
            take_bytes(response.body, take_number(length->second, 10));
        } else if (response.status != 204 && response.status != 304) {
            while (fill()) {
            }
            response.body = std::move(unread_);
            close();
        }
    }

    [[nodiscard]] std::size_t take_number(const std::string& text, int base) const {
        std::size_t number = 0;
        if (std::from_chars(text.data(), text.data() + text.size(), number, base).ec != std::errc())
            throw failure("no length: " + text);
        return number;
    }

    /// Without its end.
    std::string take_line() {
        std::size_t end = 0;
        while ((end = unread_.find("\r\n")) == std::string::npos) {
            if (!fill()) throw failure("closed the connection");
        }
        std::string line = unread_.substr(0, end);
        unread_.erase(0, end + 2);
        return line;
    }

    /// Appends so many bytes, read to where they belong: an event may have megabytes.
    void take_bytes(std::string& to, std::size_t size) {
        const std::size_t there = std::min(size, unread_.size());
        const std::size_t before = to.size();
        to.resize(before + size);
        unread_.copy(to.data() + before, there);
        unread_.erase(0, there);
        for (std::size_t done = there; done < size;) {
            const std::size_t count = read_some(to.data() + before + done, size - done);
            if (count == 0) throw failure("closed the connection");
            done += count;
        }
    }

    const std::string authority_;
    int socket_ = -1;
    std::string unread_;
};

}  // namespace millrace::lambda::detail
