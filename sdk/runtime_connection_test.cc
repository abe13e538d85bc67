#include "millrace/runtime_connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

namespace millrace::lambda::detail {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

bool is_whole(std::string_view request) {
    const std::size_t head = request.find("\r\n\r\n");
    if (head == std::string_view::npos) return false;
    if (request.find("chunked") < head) return request.find("\r\n0\r\n") != std::string_view::npos;
    return request.find("Content-Length: 3") > head || request.size() == head + 4 + 3;
}

/// Answers requests with what it was given, one connection after the other, and closes each behind the last
/// answer.
class ScriptedApi {
  public:
    using Connection = std::vector<std::string>;

    explicit ScriptedApi(std::vector<Connection> script) : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
            ::listen(listener_, 8) != 0 ||
            ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
            throw std::runtime_error("cannot listen");
        authority = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
        thread_ = std::thread([this, script = std::move(script)] { serve(script); });
    }
    ~ScriptedApi() {
        if (thread_.joinable()) thread_.join();
        ::close(listener_);
    }

    /// What came on all connections, once the script is at its end.
    std::vector<std::string> heard() {
        thread_.join();
        return heard_;
    }

    std::string authority;

  private:
    static std::string receive(int peer) {
        std::string request;
        char bytes[4096];
        for (ssize_t count = 1; count > 0 && !is_whole(request);) {
            count = ::recv(peer, bytes, sizeof bytes, 0);
            request.append(bytes, static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
        }
        return request;
    }

    void serve(const std::vector<Connection>& script) {
        for (const Connection& answers : script) {
            const int peer = ::accept(listener_, nullptr, nullptr);
            std::string& all = heard_.emplace_back();
            for (const std::string& answer : answers) {
                all += receive(peer);
                // Byte by byte, as slow networks do, for as long as somebody listens.
                for (const char& c : answer)
                    if (::send(peer, &c, 1, MSG_NOSIGNAL) != 1) break;
            }
            ::close(peer);
        }
    }

    int listener_;
    std::vector<std::string> heard_;
    std::thread thread_;
};

TEST(RuntimeConnection, IsKept) {
    ScriptedApi api{{{kOk, "HTTP/1.1 202 Accepted\r\nX-Name:  a value \r\nContent-Length: 0\r\n\r\n"}}};
    RuntimeConnection connection{api.authority};
    const sdk::HttpResponse first = connection.get("/next");
    EXPECT_EQ(first.status, 200);
    EXPECT_EQ(first.body, "{}");
    const sdk::HttpResponse second = connection.post("/response", "[1]", {"Content-Type: application/json"});
    EXPECT_EQ(second.status, 202);
    EXPECT_EQ(second.header("x-name"), "a value");
    EXPECT_EQ(second.header("x-other"), "");
    EXPECT_EQ(api.heard().front(), "GET /next HTTP/1.1\r\nHost: " + api.authority +
                                       "\r\n\r\nPOST /response HTTP/1.1\r\nHost: " + api.authority +
                                       "\r\nContent-Type: application/json\r\nContent-Length: 3\r\n\r\n[1]");
}

TEST(RuntimeConnection, ThatWasClosedIsMadeAnew) {
    ScriptedApi api{
        {{kOk}, {kOk}, {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\n1"}, {kOk}}};
    RuntimeConnection connection{api.authority};
    for (const char* path : {"/a", "/b", "/c", "/d"}) EXPECT_EQ(connection.get(path).status, 200) << path;
    const std::vector<std::string> heard = api.heard();
    ASSERT_EQ(heard.size(), 4U);
    EXPECT_THAT(heard[1], StartsWith("GET /b "));
    EXPECT_THAT(heard[3], StartsWith("GET /d "));
}

TEST(RuntimeConnection, ReadsChunksAndWhatGoesBeforeThem) {
    ScriptedApi api{
        {{"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
          "3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n",
          kOk}}};
    RuntimeConnection connection{api.authority};
    EXPECT_EQ(connection.get("/pieces").body, "abc0123456789");
    EXPECT_EQ(connection.get("/next").body, "{}");
}

TEST(RuntimeConnection, ReadsAnAnswerWithoutALengthToItsEnd) {
    ScriptedApi api{{{"HTTP/1.1 200 OK\r\n\r\nall of it"}}};
    EXPECT_EQ(RuntimeConnection{api.authority}.get("/").body, "all of it");
}

TEST(RuntimeConnection, ThrowsAtAnAnswerThatEndsTooSoon) {
    for (const char* cut :
         {"", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", "SMTP\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{", "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc"}) {
        ScriptedApi api{{{cut}}};
        EXPECT_THROW((void)RuntimeConnection{api.authority}.get("/"), std::runtime_error) << cut;
    }
    EXPECT_THROW((void)RuntimeConnection{"127.0.0.1:1"}.get("/"), std::runtime_error) << "nobody listens";
}

TEST(RuntimeConnection, SendsABodyInPieces) {
    ScriptedApi api{{{"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"}}};
    RuntimeConnection connection{api.authority};
    connection.begin_post("/response", {"Trailer: Problem"});
    connection.post_piece("");
    connection.post_piece("0123456789abcdef");
    EXPECT_EQ(connection.end_post({"Problem: none"}).status, 202);
    EXPECT_THAT(api.heard().front(),
                HasSubstr("Transfer-Encoding: chunked\r\n\r\n10\r\n0123456789abcdef\r\n0\r\n"
                          "Problem: none\r\n\r\n"));
}

}  // namespace
}  // namespace millrace::lambda::detail
