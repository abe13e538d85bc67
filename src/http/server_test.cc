#include "http/server.h"

#include <gtest/gtest.h>

#include "http/client.h"
#include "http/encode.h"
#include "net/connect.h"

namespace millrace::http {
namespace {

class ServerTest : public testing::Test {
  protected:
    ServerTest() {
        guard_ = loop_.run_after(Seconds{20}, [this] {
            ADD_FAILURE() << "the test hangs";
            loop_.stop();
        });
    }

    void serve(Handler handler, ServerOptions options = {}) {
        server_ = Server::open(loop_, std::move(options), std::move(handler)).value();
    }

    void echo(ServerOptions options = {}) {
        serve(
            [](Request request, Respond respond) {
                respond({.status = 200,
                         .headers = {},
                         .body = request.method + " " + request.target + " " + request.body});
            },
            std::move(options));
    }

    /// Sends the bytes and returns everything that comes until the server closes.
    std::string talk(std::string bytes) {
        std::string answer;
        std::shared_ptr<net::Connection> client;
        net::connect(loop_, "127.0.0.1", server_->port(), Seconds{5}, [&](auto connected) {
            client = connected.value();
            client->start({.on_read = [&](std::string_view more) { answer += more; },
                           .on_end = [&](Result<>) { loop_.stop(); }});
            client->write(std::move(bytes));
        });
        loop_.run();
        client->close();
        return answer;
    }

    Result<Response> call(Request request, Milliseconds limit = Seconds{5}) {
        std::optional<Result<Response>> result;
        client_.send("127.0.0.1", server_->port(), std::move(request), limit, [&](Result<Response> response) {
            result = std::move(response);
            loop_.stop();
        });
        loop_.run();
        return std::move(*result);
    }

    net::Loop loop_;
    TimerId guard_;
    std::unique_ptr<Server> server_;
    Client client_{loop_};
};

std::string without_date(std::string text) {
    for (;;) {
        const auto from = text.find("Date: ");
        if (from == std::string::npos) return text;
        text.erase(from, text.find("\r\n", from) + 2 - from);
    }
}

TEST_F(ServerTest, AnswersWithTheFieldsEveryResponseNeeds) {
    echo();
    EXPECT_EQ(
        without_date(talk("POST /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi")),
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 10\r\n\r\nPOST /x hi");
}

TEST_F(ServerTest, HeadHasTheLengthAndNoBody) {
    echo();
    EXPECT_EQ(without_date(talk("HEAD /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")),
              "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 8\r\n\r\n");
}

TEST_F(ServerTest, PipelinedRequestsAreAnsweredInOrder) {
    std::vector<Respond> waiting;
    serve([&](Request, Respond respond) {
        waiting.push_back(std::move(respond));
        if (waiting.size() < 3) return;
        for (std::size_t i = 3; i-- > 0;)
            waiting[i]({.status = 200, .headers = {}, .body = std::to_string(i)});
    });
    const std::string get = "GET / HTTP/1.1\r\nHost: h\r\n";
    const std::string answer = talk(get + "\r\n" + get + "\r\n" + get + "Connection: close\r\n\r\n");
    const auto first = answer.find("\r\n\r\n0");
    const auto second = answer.find("\r\n\r\n1");
    const auto third = answer.find("\r\n\r\n2");
    EXPECT_LT(first, second);
    EXPECT_LT(second, third);
    EXPECT_NE(third, std::string::npos);
}

TEST_F(ServerTest, ManyPipelinedRequestsAllGetTheirAnswer) {
    constexpr int kRequests = 1000;
    int in_work = 0;
    int most = 0;
    serve([&](Request, Respond respond) {
        most = std::max(most, ++in_work);
        loop_.post([&, respond = std::move(respond)]() mutable {
            --in_work;
            respond({.status = 200, .headers = {}, .body = "pong"});
        });
    });
    std::string requests;
    for (int i = 1; i < kRequests; ++i) requests += "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    const std::string answer = talk(requests + "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    int pongs = 0;
    for (std::size_t at = 0; (at = answer.find("pong", at)) != std::string::npos; ++at) ++pongs;
    EXPECT_EQ(pongs, kRequests);
    EXPECT_EQ(most, static_cast<int>(kPipelinedMax));
}

TEST_F(ServerTest, RefusesWhatTheParserRefuses) {
    echo();
    EXPECT_TRUE(talk("GET / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 400 Bad Request\r\n"));
    EXPECT_TRUE(talk("\x16\x03\x01\n").starts_with("HTTP/1.1 400 "));
    // The answer arrives although most of the body was never read.
    EXPECT_TRUE(
        talk("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n" + std::string(2'000'000, 'x'))
            .starts_with("HTTP/1.1 413 Content Too Large\r\n"));
}

TEST_F(ServerTest, AsksForTheBodyAClientHoldsBack) {
    echo();
    std::string answer;
    std::shared_ptr<net::Connection> client;
    net::connect(loop_, "127.0.0.1", server_->port(), Seconds{5}, [&](auto connected) {
        client = connected.value();
        client->start({.on_read =
                           [&](std::string_view more) {
                               answer += more;
                               if (answer == "HTTP/1.1 100 Continue\r\n\r\n") client->write("hi");
                           },
                       .on_end = [&](Result<>) { loop_.stop(); }});
        client->write(
            "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: "
            "2\r\n\r\n");
    });
    loop_.run();
    EXPECT_TRUE(answer.ends_with("\r\n\r\nPOST / hi")) << answer;
    client->close();
}

TEST_F(ServerTest, ADroppedRequestIsA500) {
    serve([](Request, Respond) {});
    const auto response = call({.method = "GET", .target = "/", .headers = {}, .body = {}});
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 500);
}

TEST_F(ServerTest, SlowRequestsAndIdleConnectionsAreEnded) {
    ServerOptions options;
    options.sweep_every = Milliseconds{10};
    options.idle_max = options.request_max = Milliseconds{40};
    echo(options);
    EXPECT_TRUE(talk("GET / HT").starts_with("HTTP/1.1 408 Request Timeout\r\n"));
    EXPECT_TRUE(talk("P").starts_with("HTTP/1.1 408 "));
    EXPECT_EQ(talk(""), "");
    EXPECT_TRUE(talk("GET / HTTP/1.1\r\nHost: h\r\n\r\n").ends_with("GET / "));
    EXPECT_EQ(server_->connections(), 0u);
}

TEST_F(ServerTest, ASlowAnswerIsNotASlowRequest) {
    ServerOptions options;
    options.sweep_every = Milliseconds{5};
    options.idle_max = options.request_max = Milliseconds{20};
    serve(
        [&](Request, Respond respond) {
            loop_.run_after(Milliseconds{100}, [respond = std::move(respond)]() mutable {
                respond({.status = 200, .headers = {}, .body = "late"});
            });
        },
        options);
    EXPECT_EQ(call({.method = "GET", .target = "/", .headers = {}, .body = {}})->body, "late");
}

TEST_F(ServerTest, ConnectionsBeyondTheLimitWait) {
    ServerOptions options;
    options.connections_max = 1;
    echo(options);
    std::shared_ptr<net::Connection> first;
    net::connect(loop_, "127.0.0.1", server_->port(), Seconds{5},
                 [&](auto connected) { first = connected.value(); });
    loop_.run_after(Milliseconds{30}, [&] { loop_.stop(); });
    loop_.run();
    loop_.run_after(Milliseconds{30}, [&] {
        EXPECT_EQ(server_->connections(), 1u);
        first->close();
    });
    EXPECT_TRUE(talk("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").ends_with("GET / "));
}

TEST_F(ServerTest, StopsAfterTheAnswersInFlight) {
    Respond waiting;
    bool stopped = false;
    serve([&](Request, Respond respond) {
        waiting = std::move(respond);
        server_->stop([&] { stopped = true; });
        loop_.run_after(Milliseconds{20}, [&] {
            EXPECT_FALSE(stopped);
            waiting({.status = 200, .headers = {}, .body = "done"});
        });
    });
    const std::string answer = talk("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_TRUE(answer.ends_with("done"));
    EXPECT_NE(answer.find("Connection: close"), std::string::npos);
    loop_.post([&] { loop_.stop(); });
    loop_.run();
    EXPECT_TRUE(stopped);
    std::string refused;
    client_.send("127.0.0.1", server_->port(), {.method = "GET", .target = "/", .headers = {}, .body = {}},
                 [&](Result<Response> response) {
                     if (!response) refused = response.error().message;
                     loop_.stop();
                 });
    loop_.run();
    EXPECT_NE(refused, "");
}

TEST_F(ServerTest, StopGivesUpOnAnswersThatNeverCome) {
    ServerOptions options;
    options.stop_max = Milliseconds{20};
    Respond waiting;
    bool stopped = false;
    serve(
        [&](Request, Respond respond) {
            waiting = std::move(respond);
            server_->stop([&] { stopped = true; });
        },
        options);
    EXPECT_EQ(talk("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), "");
    loop_.post([&] { loop_.stop(); });
    loop_.run();
    EXPECT_TRUE(stopped);
    waiting({.status = 200, .headers = {}, .body = "nobody hears this"});
}

TEST_F(ServerTest, AnAnswerAfterTheServerIsGoneIsDropped) {
    Respond waiting;
    serve([&](Request, Respond respond) {
        waiting = std::move(respond);
        loop_.post([&] { server_.reset(); });
    });
    EXPECT_EQ(talk("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), "");
    waiting({.status = 200, .headers = {}, .body = "late"});
}

TEST_F(ServerTest, ClientKeepsItsConnection) {
    echo();
    for (int i = 0; i < 3; ++i) {
        const auto response =
            call({.method = "POST", .target = "/", .headers = {}, .body = std::string(100'000, 'x')});
        ASSERT_TRUE(response);
        EXPECT_EQ(response->body.size(), 100'007u);
        EXPECT_EQ(server_->connections(), 1u);
    }
    EXPECT_EQ(call({.method = "HEAD", .target = "/", .headers = {}, .body = {}})->body, "");
    EXPECT_EQ(call({.method = "GET", .target = "/", .headers = {}, .body = {}})->body, "GET / ");
    EXPECT_EQ(server_->connections(), 1u);
}

TEST_F(ServerTest, ClientConnectsAgainAfterTheServerClosed) {
    echo();
    for (int i = 0; i < 2; ++i) {
        Request last{.method = "GET", .target = "/", .headers = {}, .body = {}};
        last.headers.add("Connection", "close");
        EXPECT_TRUE(call(std::move(last)));
    }
}

TEST_F(ServerTest, ClientGivesUpInTime) {
    std::vector<Respond> waiting;
    serve([&](Request, Respond respond) { waiting.push_back(std::move(respond)); });
    const auto response = call({.method = "GET", .target = "/", .headers = {}, .body = {}}, Milliseconds{30});
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().message,
              "127.0.0.1:" + std::to_string(server_->port()) + ": no answer in time");
}

TEST_F(ServerTest, WhoWaitsHearsOfAClientThatGoes) {
    std::vector<Respond> waiting;
    std::vector<std::string> gone;
    std::shared_ptr<net::Connection> client;
    serve([&](const Request& request, Respond respond) {
        request.client->on_gone([&, target = request.target, at = waiting.size()] {
            gone.push_back(target);
            waiting[at]({.status = 200, .headers = {}, .body = "nobody reads this"});  // from inside
            if (gone.size() == 2) loop_.stop();
        });
        waiting.push_back(std::move(respond));
        if (waiting.size() == 1) waiting[0]({.status = 200, .headers = {}, .body = "in time"});
        if (waiting.size() == 3) client->close();
    });
    net::connect(loop_, "127.0.0.1", server_->port(), Seconds{5}, [&](auto connected) {
        client = connected.value();
        client->start({.on_read = [](std::string_view) {}, .on_end = [](Result<>) {}});
        for (const char* target : {"/answered", "/second", "/third"})
            client->write("GET " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n\r\n");
    });
    loop_.run();
    EXPECT_EQ(gone, (std::vector<std::string>{"/second", "/third"}));
    loop_.run_after(Milliseconds{30}, [&] { loop_.stop(); });
    loop_.run();
    EXPECT_EQ(server_->connections(), 0);
}

TEST(Encode, FieldsCannotSmuggleLines) {
    Response response{.status = 200, .headers = {}, .body = "x"};
    response.headers.add("A", "b\r\nC: d");
    response.headers.add("content-length", "99");
    response.headers.add("Transfer-Encoding", "chunked");
    EXPECT_EQ(without_date(encode_response_head(response, true, from_millis(0))),
              "HTTP/1.1 200 OK\r\nA: b  C: d\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\n");
}

TEST(Encode, Date) {
    EXPECT_EQ(http_date(from_millis(784'111'777'000)), "Sun, 06 Nov 1994 08:49:37 GMT");
}

}  // namespace
}  // namespace millrace::http
