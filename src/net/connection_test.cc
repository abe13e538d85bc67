#include "net/connection.h"

#include <gtest/gtest.h>

#include "net/connect.h"
#include "net/listener.h"

namespace millrace::net {
namespace {

class ConnectionTest : public testing::Test {
  protected:
    ConnectionTest() {
        loop_.run_after(Seconds{20}, [this] {
            ADD_FAILURE() << "the test hangs";
            loop_.stop();
        });
    }

    /// Connects `client_` to `server_`; both are silent until started.
    void connect_both() {
        listener_ = Listener::open(loop_, "127.0.0.1", 0, [this](std::shared_ptr<Connection> accepted) {
                        server_ = std::move(accepted);
                        if (client_) loop_.stop();
                    }).value();
        connect(loop_, "localhost", listener_->port(), Seconds{5}, [this](auto connected) {
            client_ = std::move(connected.value());
            if (server_) loop_.stop();
        });
        loop_.run();
    }

    Loop loop_;
    std::unique_ptr<Listener> listener_;
    std::shared_ptr<Connection> server_;
    std::shared_ptr<Connection> client_;
};

TEST_F(ConnectionTest, CarriesBytesBothWaysAndTellsTheEnd) {
    connect_both();
    std::string at_server;
    std::string at_client;
    server_->start({.on_read = [&](std::string_view bytes) { at_server += bytes; },
                    .on_end =
                        [&](Result<> reason) {
                            EXPECT_TRUE(reason);
                            server_->write("good", " bye");
                            server_->close_gracefully();
                        }});
    client_->start({.on_read = [&](std::string_view bytes) { at_client += bytes; },
                    .on_end = [&](Result<>) { loop_.stop(); }});
    client_->write("hello");
    client_->close_gracefully();
    // The client hears nothing any more, but its peer read all of it.
    loop_.run_after(Milliseconds{50}, [&] { loop_.stop(); });
    loop_.run();
    EXPECT_EQ(at_server, "hello");
    EXPECT_EQ(at_client, "");
}

TEST_F(ConnectionTest, AnswersArriveAlthoughTheInputWasNotRead) {
    connect_both();
    std::string at_client;
    server_->start({.on_read =
                        [&](std::string_view) {
                            server_->write("enough");
                            server_->close_gracefully();
                            server_.reset();
                        },
                    .on_end = nullptr});
    client_->start({.on_read = [&](std::string_view bytes) { at_client += bytes; },
                    .on_end =
                        [&](Result<>) {
                            client_->close();
                            loop_.stop();
                        }});
    client_->write(std::string(3_MiB, 'x'));
    loop_.run();
    EXPECT_EQ(at_client, "enough");
}

TEST_F(ConnectionTest, StopsReadingFromAPeerThatDoesNotTakeItsAnswers) {
    connect_both();
    std::size_t read = 0;
    std::size_t answered = 0;
    std::size_t unsent_most = 0;
    constexpr std::size_t kSent = 32_MiB;
    server_->start({.on_read =
                        [&](std::string_view bytes) {
                            read += bytes.size();
                            server_->write(std::string(bytes));
                            unsent_most = std::max(unsent_most, server_->unsent_bytes());
                        },
                    .on_end = nullptr});
    client_->start({.on_read =
                        [&](std::string_view bytes) {
                            answered += bytes.size();
                            if (answered == kSent) loop_.stop();
                        },
                    .on_end = nullptr});
    client_->pause_reading();
    std::size_t sent = 0;
    std::move_only_function<void()> send = [&] {
        if (client_->unsent_bytes() == 0) client_->write(std::string(1_MiB, 'x')), sent += 1_MiB;
        if (sent < kSent) loop_.run_after(Milliseconds{1}, [&] { send(); });
    };
    send();
    loop_.run_after(Milliseconds{200}, [&] {
        EXPECT_LT(read, kSent);
        client_->resume_reading();
    });
    loop_.run();
    EXPECT_EQ(answered, kSent);
    EXPECT_LE(unsent_most, kUnsentBytesMax + Loop::kScratchBytes);
}

TEST_F(ConnectionTest, APeerThatIsGoneEndsTheConnectionOnce) {
    connect_both();
    int ends = 0;
    client_->start({.on_read = [](std::string_view) {}, .on_end = [&](Result<>) { ++ends; }});
    server_.reset();
    for (int i = 0; i < 8; ++i) {
        loop_.run_after(Milliseconds{5 * i}, [&] { client_->write(std::string(1_MiB, 'x')); });
    }
    loop_.run_after(Milliseconds{80}, [&] { loop_.stop(); });
    loop_.run();
    EXPECT_EQ(ends, 1);
}

TEST_F(ConnectionTest, CloseFromInsideTheCallback) {
    connect_both();
    bool ended = false;
    server_->start({.on_read =
                        [&](std::string_view) {
                            server_->close();
                            server_.reset();
                        },
                    .on_end = nullptr});
    client_->start({.on_read = nullptr, .on_end = [&](Result<>) {
                        ended = true;
                        client_->close();
                        loop_.stop();
                    }});
    client_->write("x");
    loop_.run();
    EXPECT_TRUE(ended);
}

TEST_F(ConnectionTest, RefusedConnectionNamesThePlace) {
    connect_both();
    const std::uint16_t port = listener_->port();
    listener_.reset();
    std::string message;
    connect(loop_, "127.0.0.1", port, Seconds{5}, [&](auto connected) {
        ASSERT_FALSE(connected);
        message = connected.error().message;
        loop_.stop();
    });
    loop_.run();
    EXPECT_EQ(message, "cannot connect to 127.0.0.1:" + std::to_string(port) + ": Connection refused");
}

TEST_F(ConnectionTest, UnknownHost) {
    std::string message;
    connect(loop_, "nowhere.invalid", 80, Seconds{5}, [&](auto connected) {
        message = connected.error().message;
        loop_.stop();
    });
    loop_.run();
    EXPECT_NE(message, "");
}

TEST_F(ConnectionTest, ConnectTimesOut) {
    // A listener whose queue is full takes no more connections; simplest is one that never accepts.
    std::string message;
    connect(loop_, "127.0.0.1", 9, Milliseconds{0}, [&](auto connected) {
        message = connected ? "" : connected.error().message;
        loop_.stop();
    });
    loop_.run();
    EXPECT_NE(message, "");
}

TEST(Listener, APortInUseIsNamed) {
    Loop loop;
    const auto first = Listener::open(loop, "127.0.0.1", 0, [](auto) {});
    const std::string port = std::to_string((*first)->port());
    const auto second = Listener::open(loop, "127.0.0.1", (*first)->port(), [](auto) {});
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().message,
              "port " + port + " on 127.0.0.1 is in use by another program; choose another with --port");
}

TEST(Listener, AForeignAddressIsNamed) {
    Loop loop;
    const auto listener = Listener::open(loop, "192.0.2.1", 0, [](auto) {});
    ASSERT_FALSE(listener);
    EXPECT_EQ(listener.error().message,
              "192.0.2.1 is not an address of this machine; choose another with --host");
}

}  // namespace
}  // namespace millrace::net
