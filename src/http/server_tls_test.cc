#include <arpa/inet.h>
#include <array>
#include <fstream>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include "http/server.h"
#include "net/self_signed.h"

namespace millrace::http {
namespace {

/// A blocking client on a thread of its own, on OpenSSL's sockets.
struct TlsClient {
    std::string alpn = {};  ///< offered, in wire form
    int version_max = 0;
    bool pauses = false;  ///< before it reads
    SSL_SESSION* resume = nullptr;

    bool connected = false;
    bool resumed = false;
    std::string version = {};
    std::string chosen = {};
    std::string answer = {};
    std::unique_ptr<SSL_SESSION, decltype(&SSL_SESSION_free)> session{nullptr, SSL_SESSION_free};

    void talk(std::uint16_t port, const std::string& request, const std::string& ca) {
        SSL_CTX* context = SSL_CTX_new(TLS_client_method());
        SSL_CTX_load_verify_file(context, ca.c_str());
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
        if (version_max != 0) {
            SSL_CTX_set_min_proto_version(context, version_max);
            SSL_CTX_set_max_proto_version(context, version_max);
            SSL_CTX_set_security_level(context, 0);
        }
        if (!alpn.empty()) {
            SSL_CTX_set_alpn_protos(context, reinterpret_cast<const unsigned char*>(alpn.data()),
                                    static_cast<unsigned>(alpn.size()));
        }
        BIO* bio = BIO_new_ssl_connect(context);
        SSL* ssl = nullptr;
        BIO_get_ssl(bio, &ssl);
        SSL_set1_host(ssl, "localhost");
        if (resume != nullptr) SSL_set_session(ssl, resume);
        BIO_set_conn_hostname(bio, ("127.0.0.1:" + std::to_string(port)).c_str());
        connected = BIO_do_handshake(bio) == 1;
        if (connected) {
            BIO_write(bio, request.data(), static_cast<int>(request.size()));
            if (pauses) std::this_thread::sleep_for(Milliseconds{100});
            std::array<char, 16384> buffer;
            for (int got = 0; (got = BIO_read(bio, buffer.data(), buffer.size())) > 0;)
                answer.append(buffer.data(), static_cast<std::size_t>(got));
            version = SSL_get_version(ssl);
            resumed = SSL_session_reused(ssl) == 1;
            session.reset(SSL_get1_session(ssl));
            const unsigned char* name = nullptr;
            unsigned size = 0;
            SSL_get0_alpn_selected(ssl, &name, &size);
            chosen.assign(reinterpret_cast<const char*>(name), size);
        }
        BIO_free_all(bio);
        SSL_CTX_free(context);
        ERR_clear_error();
    }
};

class ServerTlsTest : public testing::Test {
  protected:
    ServerTlsTest() {
        const auto made = net::make_self_signed().value();
        std::ofstream(certificate_) << made.certificate;
        std::ofstream(key_) << made.key;
        server_ = Server::open(loop_, {}, [](Request request, Respond respond) {
                      respond({.status = 200,
                               .headers = {},
                               .body = (request.secure ? "secure " : "plain ") +
                                       (request.target == "/big" ? std::string(10_MiB, 'b')
                                                                 : std::to_string(request.body.size()))});
                  }).value();
        server_->offer_tls(net::TlsContext::open(certificate_, key_).value());
    }

    void talk(TlsClient& client, const std::string& request = kGet) {
        std::thread thread([&] {
            client.talk(server_->port(), request, certificate_);
            loop_.post([&] { loop_.stop(); });
        });
        loop_.run();
        thread.join();
    }

    inline static const std::string kGet = "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    std::string certificate_ = testing::TempDir() + "/server_tls_certificate.pem";
    std::string key_ = testing::TempDir() + "/server_tls_key.pem";
    net::Loop loop_;
    std::unique_ptr<Server> server_;
};

TEST_F(ServerTlsTest, AnswersOverTls13And12AndNothingOlder) {
    TlsClient newest;
    talk(newest);
    EXPECT_EQ(newest.version, "TLSv1.3");
    EXPECT_TRUE(newest.answer.ends_with("secure 0"));
    EXPECT_EQ(newest.chosen, "");
    TlsClient older{.version_max = TLS1_2_VERSION};
    talk(older);
    EXPECT_EQ(older.version, "TLSv1.2");
    EXPECT_TRUE(older.answer.ends_with("secure 0"));
    TlsClient oldest{.version_max = TLS1_1_VERSION};
    talk(oldest);
    EXPECT_FALSE(oldest.connected);
}

TEST_F(ServerTlsTest, AlpnChoosesHttp2First) {
    TlsClient both{.alpn = "\x08http/1.1\x02h2"};
    talk(both, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + std::string(64, '\x7f'));
    EXPECT_EQ(both.chosen, "h2");
    EXPECT_EQ(both.answer.substr(3, 1), "\4");  // SETTINGS
    TlsClient one{.alpn = "\x08http/1.1"};
    talk(one);
    EXPECT_EQ(one.chosen, "http/1.1");
    TlsClient unknown{.alpn = "\x04nope"};
    talk(unknown);
    EXPECT_EQ(unknown.chosen, "");
    EXPECT_TRUE(unknown.answer.ends_with("secure 0"));
}

TEST_F(ServerTlsTest, LargeBodiesBothWaysToASlowReader) {
    TlsClient client{.pauses = true};
    talk(client, "POST /big HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 3000000\r\n\r\n" +
                     std::string(3'000'000, 'x'));
    EXPECT_TRUE(client.answer.ends_with(std::string(10_MiB, 'b')));
    TlsClient post;
    talk(post, "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 3000000\r\n\r\n" +
                   std::string(3'000'000, 'x'));
    EXPECT_TRUE(post.answer.ends_with("secure 3000000"));
}

/// A client that says so much and then nothing, until the server closes; how long that took.
Milliseconds silent_after(std::uint16_t port, std::string_view first) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::send(socket, first.data(), first.size(), 0), static_cast<ssize_t>(first.size()));
    const auto begin = std::chrono::steady_clock::now();
    pollfd waiting{.fd = socket, .events = POLLIN, .revents = 0};
    constexpr int kLongEnough = 1500;
    const int ready = ::poll(&waiting, 1, kLongEnough);
    const auto took = std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - begin);
    ::close(socket);
    return ready == 1 ? took : Milliseconds{kLongEnough};
}

TEST_F(ServerTlsTest, AHandshakeThatIsNotFinishedEndsInTime) {
    auto server = Server::open(loop_, {.handshake_max = Milliseconds{200}, .sweep_every = Milliseconds{20}},
                               [](const Request&, Respond respond) { respond({}); })
                      .value();
    server->offer_tls(net::TlsContext::open(certificate_, key_).value());
    Milliseconds half{};
    Milliseconds plain{};
    std::thread thread([&] {
        half = silent_after(server->port(), std::string_view("\x16\x03\x01\x02\x00\x01", 6));
        plain = silent_after(server->port(), "GET / ");  // not TLS: request_max holds
        loop_.post([&] { loop_.stop(); });
    });
    loop_.run();
    thread.join();
    EXPECT_GE(half, Milliseconds{190});
    EXPECT_LT(half, Milliseconds{1200});
    EXPECT_EQ(plain, Milliseconds{1500});
}

TEST_F(ServerTlsTest, SessionsAreResumed) {
    TlsClient first;
    talk(first);
    EXPECT_FALSE(first.resumed);
    TlsClient second{.resume = first.session.get()};
    talk(second);
    EXPECT_TRUE(second.resumed);
    EXPECT_TRUE(second.answer.ends_with("secure 0"));
}

TEST_F(ServerTlsTest, FilesThatDoNotFitAreRefusedByName) {
    const auto no_file = net::TlsContext::open("/nowhere.pem", key_);
    ASSERT_FALSE(no_file);
    EXPECT_NE(no_file.error().message.find("cannot use /nowhere.pem as a certificate"), std::string::npos);
    std::ofstream(key_) << net::make_self_signed()->key;
    const auto other_key = net::TlsContext::open(certificate_, key_);
    ASSERT_FALSE(other_key);
    EXPECT_NE(other_key.error().message.find("key values mismatch"), std::string::npos)
        << other_key.error().message;
}

TEST(SelfSigned, IsGoodUntilItNearlyExpires) {
    EXPECT_TRUE(net::is_still_good(net::make_self_signed()->certificate));
    EXPECT_FALSE(net::is_still_good("nonsense"));
}

}  // namespace
}  // namespace millrace::http
