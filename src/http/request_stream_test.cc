#include <gtest/gtest.h>

#include "http/server.h"
#include "net/connect.h"

namespace millrace::http {
namespace {

const std::string kHead =
    "POST /a HTTP/1.1\r\nHost: h\r\nX-Stream: yes\r\nTransfer-Encoding: chunked\r\nTrailer: X-End\r\n\r\n";

/// A server that takes bodies as they come where X-Stream asks for it, and a client that writes as it is
/// told.
class RequestStreams : public testing::Test {
  protected:
    RequestStreams() {
        guard_ = loop_.run_after(Seconds{20}, [this] {
            ADD_FAILURE() << "the test hangs";
            loop_.stop();
        });
        server_ = Server::open(
                      loop_, {.streams = [](const Headers& h) { return h.find("X-Stream") != nullptr; }},
                      [this](Request request, Respond respond) {
                          requests_.push_back(std::move(request));
                          answers_.push_back(std::move(respond));
                          if (hold_back_ || !requests_.back().stream) return;
                          requests_.back().stream->on_more([this, at = requests_.size() - 1] { take(at); });
                          take(requests_.size() - 1);
                      })
                      .value();
        net::connect(loop_, "127.0.0.1", server_->port(), Seconds{5}, [this](auto connected) {
            client_ = connected.value();
            client_->start({.on_read = [this](std::string_view more) { answer_ += more; },
                            .on_end = [this](Result<>) { ended_ = true; }});
        });
        while (!client_) run_for(Milliseconds{1});
    }

    void take(std::size_t at) {
        StreamReader& stream = *requests_[at].stream;
        while (stream.has_bytes()) body_ += stream.take(1_MiB).view();
        state_ = stream.state();
    }
    void run_for(Milliseconds time) {
        loop_.run_after(time, [this] { loop_.stop(); });
        loop_.run();
    }
    void send(std::string bytes) {
        client_->write(std::move(bytes));
        run_for(Milliseconds{30});
    }
    void answer(std::size_t at, std::string body) {
        answers_[at]({.status = 200, .headers = {}, .body = std::move(body)});
        run_for(Milliseconds{30});
    }

    net::Loop loop_;
    TimerId guard_;
    std::unique_ptr<Server> server_;
    std::shared_ptr<net::Connection> client_;
    std::vector<Request> requests_;
    std::vector<Respond> answers_;
    std::string body_;
    StreamReader::State state_ = StreamReader::State::kOpen;
    std::string answer_;
    bool ended_ = false;
    bool hold_back_ = false;
};

TEST_F(RequestStreams, PiecesComeBeforeTheEndDoes) {
    send(kHead);
    ASSERT_EQ(requests_.size(), 1U);
    EXPECT_EQ(requests_[0].target, "/a");
    send("5\r\nhel");
    EXPECT_EQ(body_, "hel");
    send("lo\r\n1\r\n!");
    EXPECT_EQ(body_, "hello!");
    EXPECT_EQ(state_, StreamReader::State::kOpen);
    send("\r\n0\r\nX-End: done\r\n\r\n");
    EXPECT_EQ(state_, StreamReader::State::kFinished);
    EXPECT_EQ(requests_[0].trailers->get("x-end"), "done");
    EXPECT_EQ(requests_[0].headers.find("X-End"), nullptr);
    answer(0, "first");
    send("GET /b HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_EQ(requests_.size(), 2U);
    EXPECT_FALSE(requests_[1].stream);
    answer(1, "second");
    EXPECT_LT(answer_.find("first"), answer_.find("second"));
}

TEST_F(RequestStreams, OthersComeWhole) {
    send("POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
    EXPECT_TRUE(requests_.empty());
    send("0\r\n\r\n");
    ASSERT_EQ(requests_.size(), 1U);
    EXPECT_EQ(requests_[0].body, "hello");
    EXPECT_FALSE(requests_[0].stream);
}

TEST_F(RequestStreams, OfAKnownLengthToo) {
    send("POST /a HTTP/1.1\r\nHost: h\r\nX-Stream: y\r\nContent-Length: 4\r\n\r\nab");
    EXPECT_EQ(body_, "ab");
    send("cd");
    EXPECT_EQ(body_, "abcd");
    EXPECT_EQ(state_, StreamReader::State::kFinished);
    send("POST /b HTTP/1.1\r\nHost: h\r\nX-Stream: y\r\nContent-Length: 0\r\n\r\n");
    ASSERT_EQ(requests_.size(), 2U);
    EXPECT_FALSE(requests_[1].stream) << "there is nothing to come";
}

TEST_F(RequestStreams, AreBrokenOffWithTheirConnection) {
    send(kHead + "5\r\nhe");
    client_->close();
    run_for(Milliseconds{30});
    EXPECT_EQ(body_, "he");
    EXPECT_EQ(state_, StreamReader::State::kBrokenOff);
}

TEST_F(RequestStreams, AreBrokenOffByBadFraming) {
    send(kHead + "x\r\n");
    EXPECT_EQ(state_, StreamReader::State::kBrokenOff);
    answer(0, "any");
    EXPECT_NE(answer_.find("400 Bad Request"), std::string::npos) << answer_;
    EXPECT_TRUE(ended_);
}

TEST_F(RequestStreams, TheRestIsDroppedWhenNobodyTakesIt) {
    send(kHead + "5\r\nhe");
    requests_[0].stream.reset();
    answer(0, "enough");
    send("llo\r\n0\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_EQ(requests_.size(), 2U);
    EXPECT_EQ(requests_[1].target, "/b");
}

TEST_F(RequestStreams, AChunkBeyondTheLimitIsRefused) {
    send(kHead + "1000001\r\n");
    EXPECT_EQ(state_, StreamReader::State::kBrokenOff);
    answer(0, "any");
    EXPECT_NE(answer_.find("413 "), std::string::npos) << answer_;
}

TEST_F(RequestStreams, NoMoreThanTheStreamsBoundIsKept) {
    hold_back_ = true;
    constexpr std::size_t kChunks = 64;
    client_->write(kHead);
    for (std::size_t i = 0; i < kChunks; ++i) client_->write("100000\r\n" + std::string(1_MiB, 'x') + "\r\n");
    client_->write("0\r\n\r\n");
    run_for(Milliseconds{200});
    ASSERT_EQ(requests_.size(), 1U);
    EXPECT_GT(client_->unsent_bytes(), 32_MiB);
    requests_[0].stream->on_more([this] { take(0); });
    take(0);
    for (int i = 0; i < 100 && state_ == StreamReader::State::kOpen; ++i) run_for(Milliseconds{20});
    EXPECT_EQ(body_.size(), kChunks * 1_MiB);
    EXPECT_EQ(state_, StreamReader::State::kFinished);
}

TEST_F(RequestStreams, AClientThatAsksIsToldToGoOn) {
    send("POST /a HTTP/1.1\r\nHost: h\r\nX-Stream: y\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    EXPECT_EQ(answer_, "HTTP/1.1 100 Continue\r\n\r\n");
    send("ab");
    EXPECT_EQ(body_, "ab");
}

}  // namespace
}  // namespace millrace::http
