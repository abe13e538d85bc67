#include <algorithm>
#include <gtest/gtest.h>

#include "http/client.h"
#include "http/server.h"
#include "net/connect.h"

namespace millrace::http {
namespace {

const std::string kGet = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
const std::string kLastGet = "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

/// A server whose every answer is a stream, and a client that reads when it is told to.
class ServerStreamTest : public testing::Test {
  protected:
    ServerStreamTest() {
        guard_ = loop_.run_after(Seconds{20}, [this] {
            ADD_FAILURE() << "the test hangs";
            loop_.stop();
        });
    }

    void serve(ServerOptions options = {}) {
        server_ = Server::open(loop_, std::move(options), [this](Request, Respond respond) {
                      auto [writer, reader] = StreamWriter::make({.on_ready = [this] { on_ready_(); },
                                                                  .on_gone =
                                                                      [this] {
                                                                          ++gone_;
                                                                          loop_.stop();
                                                                      }});
                      writer_.emplace(std::move(writer));
                      respond({.status = 200,
                               .headers = {},
                               .body = {},
                               .stream = std::move(reader),
                               .length = length_});
                      on_ready_();
                  }).value();
    }

    void connect(const std::string& request) {
        net::connect(loop_, "127.0.0.1", server_->port(), Seconds{5}, [this, request](auto connected) {
            client_ = connected.value();
            client_->start({.on_read = [this](std::string_view more) { answer_ += more; },
                            .on_end = [this](Result<>) { loop_.stop(); }});
            client_->write(request);
        });
    }

    void run_for(Milliseconds time) {
        loop_.run_after(time, [this] { loop_.stop(); });
        loop_.run();
    }

    [[nodiscard]] std::string body() const { return answer_.substr(answer_.find("\r\n\r\n") + 4); }

    net::Loop loop_;
    TimerId guard_;
    std::optional<StreamWriter> writer_;
    std::function<void()> on_ready_ = [] {};
    std::unique_ptr<Server> server_;
    std::shared_ptr<net::Connection> client_;
    std::string answer_;
    int gone_ = 0;
    std::optional<std::uint64_t> length_;
};

TEST_F(ServerStreamTest, AStreamOfKnownLengthIsNotChunked) {
    length_ = 5;
    serve();
    connect(kLastGet);
    run_for(Milliseconds{30});
    writer_->write(SharedBytes("he"));
    writer_->write(SharedBytes("llo"));
    writer_->finish();
    run_for(Milliseconds{30});
    EXPECT_NE(answer_.find("Content-Length: 5\r\n"), std::string::npos);
    EXPECT_EQ(answer_.find("Transfer-Encoding"), std::string::npos);
    EXPECT_EQ(body(), "hello");
}

TEST_F(ServerStreamTest, PiecesLeaveAsTheyAreWritten) {
    serve();
    connect(kLastGet);
    run_for(Milliseconds{30});
    EXPECT_NE(answer_.find("Transfer-Encoding: chunked\r\n"), std::string::npos);
    EXPECT_EQ(answer_.find("Content-Length"), std::string::npos);
    EXPECT_EQ(body(), "");
    writer_->write(SharedBytes("hello"));
    run_for(Milliseconds{30});
    EXPECT_EQ(body(), "5\r\nhello\r\n");
    writer_->write(SharedBytes(std::string(16, 'x')));
    writer_->finish();
    loop_.run();
    EXPECT_EQ(body(), "5\r\nhello\r\n10\r\nxxxxxxxxxxxxxxxx\r\n0\r\n\r\n");
    EXPECT_EQ(gone_, 0);
}

TEST_F(ServerStreamTest, TheNextAnswerWaitsForTheStreamsEnd) {
    int requests = 0;
    on_ready_ = [&] {
        writer_->write(SharedBytes(std::to_string(++requests)));
        writer_->finish();
    };
    serve();
    connect(kGet + kLastGet);
    loop_.run();
    EXPECT_LT(answer_.find("1\r\n1\r\n0\r\n\r\nHTTP/1.1 200"), answer_.find("1\r\n2\r\n0\r\n\r\n"));
}

TEST_F(ServerStreamTest, ASlowReaderHoldsTheProducerBackAndLosesNothing) {
    constexpr std::size_t kPieces = 400;
    const SharedBytes piece(std::string(64_KiB, 'p'));
    std::size_t written = 0;
    std::size_t most = 0;
    on_ready_ = [&] {
        while (written < kPieces && !writer_->full()) {
            writer_->write(piece);
            ++written;
            most = std::max(most, writer_->unsent_bytes());
        }
        if (written == kPieces) writer_->finish();
    };
    serve();
    connect(kLastGet);
    while (!client_) run_for(Milliseconds{1});
    client_->pause_reading();
    run_for(Milliseconds{100});
    const std::size_t written_unread = written;
    EXPECT_LT(written_unread, kPieces);
    run_for(Milliseconds{50});
    EXPECT_EQ(written, written_unread);
    client_->resume_reading();
    loop_.run();
    EXPECT_EQ(written, kPieces);
    EXPECT_EQ(most, kStreamUnsentMax);
    EXPECT_EQ(std::ranges::count(body(), 'p'), static_cast<std::ptrdiff_t>(kPieces * 64_KiB));
    EXPECT_TRUE(answer_.ends_with("\r\n0\r\n\r\n"));
}

TEST_F(ServerStreamTest, TellsWhenTheClientIsGone) {
    serve();
    connect(kGet);
    run_for(Milliseconds{30});
    client_->close();
    loop_.run();
    EXPECT_EQ(gone_, 1);
    EXPECT_EQ(server_->connections(), 0u);
    writer_->write(SharedBytes("nobody hears this"));
    EXPECT_EQ(writer_->unsent_bytes(), 0u);
}

TEST_F(ServerStreamTest, AClientThatTakesNothingIsGivenUp) {
    ServerOptions options;
    options.sweep_every = Milliseconds{5};
    options.stalled_max = Milliseconds{40};
    on_ready_ = [&] {
        while (!writer_->full()) writer_->write(SharedBytes(std::string(64_KiB, 'p')));
    };
    serve(options);
    connect(kGet);
    while (!client_) run_for(Milliseconds{1});
    client_->pause_reading();
    loop_.run();
    EXPECT_EQ(gone_, 1);
}

TEST_F(ServerStreamTest, AQuietStreamIsNotStalled) {
    ServerOptions options;
    options.sweep_every = Milliseconds{5};
    options.stalled_max = options.idle_max = options.request_max = Milliseconds{10};
    serve(options);
    connect(kGet);
    run_for(Milliseconds{80});
    EXPECT_EQ(gone_, 0);
    EXPECT_EQ(server_->connections(), 1u);
}

TEST_F(ServerStreamTest, AStreamBrokenOffIsNotWhole) {
    serve();
    connect(kGet);
    run_for(Milliseconds{30});
    writer_->write(SharedBytes("half"));
    writer_.reset();
    loop_.run();
    EXPECT_EQ(body(), "4\r\nhalf\r\n");
    EXPECT_EQ(gone_, 0);
}

TEST_F(ServerStreamTest, OldClientsAndHeadGetNoStream) {
    serve();
    connect("GET / HTTP/1.0\r\n\r\n");
    while (answer_.empty()) run_for(Milliseconds{5});
    EXPECT_TRUE(answer_.starts_with("HTTP/1.1 505 HTTP Version Not Supported\r\n"));
    EXPECT_EQ(gone_, 1);
    answer_.clear();
    connect("HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    while (answer_.empty()) run_for(Milliseconds{5});
    EXPECT_EQ(body(), "");
    EXPECT_EQ(gone_, 2);
}

TEST_F(ServerStreamTest, AnEndOfTheServerIsTold) {
    ServerOptions options;
    options.stop_max = Milliseconds{20};
    serve(options);
    connect(kGet);
    run_for(Milliseconds{30});
    server_->stop([] {});
    loop_.run();
    EXPECT_EQ(gone_, 1);
}

}  // namespace
}  // namespace millrace::http
