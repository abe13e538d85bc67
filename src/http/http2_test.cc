#include <gtest/gtest.h>
#include <nghttp2/nghttp2.h>

#include "http/http2_session.h"
#include "http/server.h"
#include "net/connect.h"

namespace millrace::http {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

/// A client on nghttp2 that leaves its flow control to the library, or withholds it.
class Http2Client {
  public:
    struct Answer {
        std::string status;
        Fields fields;
        std::string body;
        bool closed = false;
        std::uint32_t error = 0;
    };

    Http2Client(net::Loop& loop, std::uint16_t port, bool opens_windows) : loop_(loop) {
        nghttp2_session_callbacks* callbacks = nullptr;
        nghttp2_session_callbacks_new(&callbacks);
        nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
        nghttp2_option* options = nullptr;
        nghttp2_option_new(&options);
        nghttp2_option_set_no_auto_window_update(options, opens_windows ? 0 : 1);
        nghttp2_session* made = nullptr;
        nghttp2_session_client_new2(&made, callbacks, this, options);
        library_.reset(made);
        nghttp2_option_del(options);
        nghttp2_session_callbacks_del(callbacks);
        nghttp2_submit_settings(made, NGHTTP2_FLAG_NONE, nullptr, 0);
        net::connect(loop, "127.0.0.1", port, Seconds{5}, [this](auto connected) {
            connection_ = connected.value();
            connection_->start({.on_read =
                                    [this](std::string_view bytes) {
                                        nghttp2_session_mem_recv(
                                            library_.get(),
                                            reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                            bytes.size());
                                        pump();
                                    },
                                .on_end = [this](Result<>) { ended_ = true; }});
            pump();
        });
    }

    /// Without a body the request ends at once; an open one goes on.
    std::int32_t send(Fields fields, std::string body = {}, bool open = false) {
        fields.insert(fields.begin(), {{":scheme", "http"}, {":authority", "h:1"}});
        std::vector<nghttp2_nv> nv;
        for (auto& [name, value] : fields) {
            nv.push_back({reinterpret_cast<std::uint8_t*>(name.data()),
                          reinterpret_cast<std::uint8_t*>(value.data()), name.size(), value.size(),
                          NGHTTP2_NV_FLAG_NONE});
        }
        const bool bodyless = body.empty() && !open;
        nghttp2_data_provider provider{.source = {.ptr = nullptr}, .read_callback = read_body};
        const std::int32_t id = nghttp2_submit_request(library_.get(), nullptr, nv.data(), nv.size(),
                                                       bodyless ? nullptr : &provider, nullptr);
        bodies_[id] = {SharedBytes(std::move(body)), open};
        pump();
        return id;
    }
    std::int32_t get(std::string path) { return send({{":method", "GET"}, {":path", std::move(path)}}); }

    void reset(std::int32_t id) {
        nghttp2_submit_rst_stream(library_.get(), NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
        pump();
    }
    void pump() {
        const std::uint8_t* bytes = nullptr;
        for (ssize_t size = 0; connection_ && (size = nghttp2_session_mem_send(library_.get(), &bytes)) > 0;)
            connection_->write(
                std::string(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)));
    }

    /// False when it did not come in time.
    template <class Condition>
    bool wait(Condition condition) {
        for (int i = 0; i < 3000 && !condition(); ++i) {
            loop_.run_after(Milliseconds{1}, [this] { loop_.stop(); });
            loop_.run();
        }
        return condition();
    }
    const Answer& answer(std::int32_t id) {
        EXPECT_TRUE(wait([&] { return answers_[id].closed || ended_; }));
        return answers_[id];
    }

    /// What the body of a request still holds.
    std::size_t unsent(std::int32_t id) { return bodies_.at(id).first.size(); }
    /// What the server lets us send of it.
    std::int32_t window(std::int32_t id) {
        return nghttp2_session_get_stream_remote_window_size(library_.get(), id);
    }

    std::map<std::int32_t, Answer> answers_;
    bool ended_ = false;
    std::optional<std::uint32_t> goaway_;
    std::shared_ptr<net::Connection> connection_;

  private:
    static Http2Client& self(void* user) { return *static_cast<Http2Client*>(user); }
    static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                         std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                         std::uint8_t, void* user) {
        Answer& answer = self(user).answers_[frame->hd.stream_id];
        const std::string field(reinterpret_cast<const char*>(name), name_size);
        const std::string text(reinterpret_cast<const char*>(value), value_size);
        if (field == ":status") {
            answer.status += text;
        } else {
            answer.fields.emplace_back(field, text);
        }
        return 0;
    }
    static int on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* bytes,
                       std::size_t size, void* user) {
        self(user).answers_[id].body.append(reinterpret_cast<const char*>(bytes), size);
        return 0;
    }
    static int on_close(nghttp2_session*, std::int32_t id, std::uint32_t error, void* user) {
        self(user).answers_[id].closed = true;
        self(user).answers_[id].error = error;
        return 0;
    }
    static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
        if (frame->hd.type == NGHTTP2_GOAWAY) self(user).goaway_ = frame->goaway.error_code;
        return 0;
    }
    static ssize_t read_body(nghttp2_session*, std::int32_t id, std::uint8_t* out, std::size_t max,
                             std::uint32_t* flags, nghttp2_data_source*, void* user) {
        auto& [body, open] = self(user).bodies_[id];
        const std::size_t size = std::min(max, body.size());
        if (size == 0 && open) return NGHTTP2_ERR_DEFERRED;
        std::ranges::copy(body.view().substr(0, size), out);
        body = body.slice(size);
        if (body.size() == 0 && !open) *flags |= NGHTTP2_DATA_FLAG_EOF;
        return static_cast<ssize_t>(size);
    }

    net::Loop& loop_;
    Http2Handle library_;
    std::map<std::int32_t, std::pair<SharedBytes, bool>> bodies_;
};

class Http2Test : public testing::Test {
  protected:
    void serve(Handler handler, ServerOptions options = {}, bool opens_windows = true) {
        client_.reset();
        server_ = Server::open(loop_, std::move(options), std::move(handler)).value();
        client_.emplace(loop_, server_->port(), opens_windows);
        EXPECT_TRUE(client_->wait([&] { return client_->connection_ != nullptr; }));
    }
    void echo(ServerOptions options = {}) {
        serve(
            [](Request request, Respond respond) {
                Response response{.status = 200,
                                  .headers = {},
                                  .body = request.method + " " + request.target + " " +
                                          std::string(request.headers.get("Host")) + " " + request.body};
                response.headers.add("X-Amzn-Id", "a\r\nb");
                response.headers.add("Connection", "close");
                respond(std::move(response));
            },
            std::move(options));
    }
    /// Requests wait until the test answers them.
    void park(ServerOptions options = {}) {
        serve([this](Request, Respond respond) { parked_.push_back(std::move(respond)); },
              std::move(options));
    }
    static Response text(std::string body) { return {.status = 200, .headers = {}, .body = std::move(body)}; }

    net::Loop loop_;
    std::vector<Respond> parked_;
    std::unique_ptr<Server> server_;
    std::optional<Http2Client> client_;
};

TEST_F(Http2Test, AnswersARequest) {
    echo();
    const auto& answer = client_->answer(client_->send({{":method", "POST"}, {":path", "/x?y"}}, "hi"));
    EXPECT_EQ(answer.status, "200");
    EXPECT_EQ(answer.body, "POST /x?y h:1 hi");
    ASSERT_EQ(answer.fields.size(), 3U);
    EXPECT_EQ(answer.fields[0], (std::pair<std::string, std::string>("x-amzn-id", "a  b")));
    EXPECT_EQ(answer.fields[1].first, "date");
    EXPECT_EQ(answer.fields[2], (std::pair<std::string, std::string>("content-length", "16")));
}

TEST_F(Http2Test, HeadHasTheLengthAndNoBody) {
    echo();
    const auto& answer = client_->answer(client_->send({{":method", "HEAD"}, {":path", "/"}}));
    EXPECT_EQ(answer.fields.back().second, "11");
    EXPECT_EQ(answer.body, "");
}

TEST_F(Http2Test, AnswersComeInAnyOrder) {
    park();
    const auto first = client_->get("/1");
    const auto second = client_->get("/2");
    ASSERT_TRUE(client_->wait([&] { return parked_.size() == 2; }));
    parked_[1](text("two"));
    EXPECT_EQ(client_->answer(second).body, "two");
    EXPECT_FALSE(client_->answers_[first].closed);
    parked_[0](text("one"));
    EXPECT_EQ(client_->answer(first).body, "one");
}

TEST_F(Http2Test, LargeBodiesBothWays) {
    echo();
    const std::string body(15_MiB, 'b');
    const auto first = client_->send({{":method", "POST"}, {":path", "/"}}, body);
    const auto second = client_->send({{":method", "POST"}, {":path", "/"}}, body);
    EXPECT_EQ(client_->answer(first).body.size(), body.size() + 11);
    EXPECT_EQ(client_->answer(second).body.size(), body.size() + 11);
}

TEST_F(Http2Test, UnfinishedBodiesBeyondTheLimitDoNotLockEachOther) {
    echo();
    const std::string body(12_MiB, 'b');
    std::vector<std::int32_t> ids;
    for (int i = 0; i < 6; ++i) ids.push_back(client_->send({{":method", "POST"}, {":path", "/"}}, body));
    for (const auto id : ids) EXPECT_EQ(client_->answer(id).body.size(), body.size() + 11);
}

TEST_F(Http2Test, UnfinishedBodiesAtTheLimitAndOnePast) {
    // The window is given back when half of it was used.
    constexpr std::size_t kLast = kHttp2StreamWindowBytes / 2;
    for (const std::size_t past : {0, 1}) {
        echo();
        const auto begin = [&](std::size_t size) {
            const auto id =
                client_->send({{":method", "POST"}, {":path", "/"}}, std::string(size, 'b'), true);
            EXPECT_TRUE(client_->wait([&] { return client_->unsent(id) == 0; }));
            return id;
        };
        begin(kHttp2BodiesBytesMax / 2);
        begin(kHttp2BodiesBytesMax / 2 - kLast + past);
        const auto youngest = begin(kLast);
        EXPECT_EQ(client_->answer(client_->get("/")).status, "200");  // all of that has arrived
        const std::size_t left = past == 0 ? kHttp2StreamWindowBytes : kHttp2StreamWindowBytes - kLast;
        EXPECT_EQ(client_->window(youngest), static_cast<std::int32_t>(left)) << past;
    }
}

TEST_F(Http2Test, AConnectionIsHungUp) {
    serve(
        [](Request, Respond respond) { respond({.status = 0, .headers = {}, .body = {}, .hang_up = true}); });
    client_->get("/");
    client_->get("/");
    EXPECT_TRUE(client_->wait([&] { return client_->ended_; }));
    EXPECT_EQ(server_->connections(), 0U);
}

TEST_F(Http2Test, ABodyAtTheLimitAndOnePast) {
    ServerOptions options;
    options.limits.body_bytes_max = 1000;
    echo(options);
    const auto post = [&](std::size_t size, Fields more = {}) {
        Fields fields{{":method", "POST"}, {":path", "/"}};
        fields.insert(fields.end(), more.begin(), more.end());
        return client_->answer(client_->send(fields, std::string(size, 'b'))).status;
    };
    EXPECT_EQ(post(1000), "200");
    EXPECT_EQ(post(1001), "413");
    EXPECT_EQ(post(1001, {{"content-length", "1001"}}), "413");
    EXPECT_EQ(client_->answer(client_->get("/")).status, "200");
}

TEST_F(Http2Test, AHeadAtTheLimitAndOnePast) {
    ServerOptions options;
    // :method GET, :path /, :scheme http, :authority h:1 count 10+6+11+13 and 32 each, "a" 1+32 and its
    // value.
    options.limits.head_bytes_max = 40 + 4 * 32 + 33 + 100;
    echo(options);
    const auto get = [&](std::size_t size) {
        const auto id = client_->send({{":method", "GET"}, {":path", "/"}, {"a", std::string(size, 'a')}});
        return client_->answer(id).status;
    };
    EXPECT_EQ(get(100), "200");
    EXPECT_EQ(get(101), "431");
    options.limits.head_bytes_max = 64_KiB;
    options.limits.fields_max = 3;
    echo(options);
    const auto fields = [&](Fields more) {
        more.insert(more.begin(), {{":method", "GET"}, {":path", "/"}});
        return client_->answer(client_->send(more)).status;
    };
    EXPECT_EQ(fields({{"a", ""}, {"b", ""}}), "200");
    EXPECT_EQ(fields({{"a", ""}, {"b", ""}, {"c", ""}}), "431");
}

TEST_F(Http2Test, StreamsBeyondTheLimitWaitOrAreRefused) {
    park();
    std::vector<std::int32_t> ids;
    // Sent before the client has read our SETTINGS, so that it does not hold back itself.
    for (std::uint32_t i = 0; i <= kHttp2StreamsMax; ++i) ids.push_back(client_->get("/"));
    ASSERT_TRUE(client_->wait([&] { return parked_.size() == kHttp2StreamsMax; }));
    loop_.run_after(Milliseconds{50}, [&] { loop_.stop(); });
    loop_.run();
    EXPECT_EQ(parked_.size(), kHttp2StreamsMax);
    for (auto& respond : std::exchange(parked_, {})) respond(text("done"));
    EXPECT_EQ(client_->answer(ids.front()).body, "done");
}

TEST_F(Http2Test, RapidResetEndsTheConnection) {
    park();
    for (std::uint64_t i = 0; i < kHttp2ResetsMax + 200 && !client_->ended_; ++i) {
        client_->reset(client_->get("/"));
        for (auto& respond : std::exchange(parked_, {})) respond(text("nobody hears this"));
        if (i % 50 == 0) {
            loop_.run_after(Milliseconds{1}, [&] { loop_.stop(); });
            loop_.run();
        }
    }
    EXPECT_TRUE(client_->wait([&] { return client_->ended_; }));
    EXPECT_TRUE(client_->goaway_);
}

TEST_F(Http2Test, WhoWaitsHearsOfAResetOfItsStreamAlone) {
    const auto gone = std::make_shared<std::vector<std::string>>();  // the server may outlive the test
    serve([&](const Request& request, Respond respond) {
        request.client->on_gone([gone, target = request.target] { gone->push_back(target); });
        parked_.push_back(std::move(respond));
    });
    const auto first = client_->get("/first");
    client_->get("/second");
    ASSERT_TRUE(client_->wait([&] { return parked_.size() == 2; }));
    client_->reset(first);
    ASSERT_TRUE(client_->wait([&] { return !gone->empty(); }));
    EXPECT_EQ(*gone, std::vector<std::string>{"/first"});
    client_->connection_->close();
    ASSERT_TRUE(client_->wait([&] { return gone->size() == 2; }));
    EXPECT_EQ(gone->back(), "/second");
}

TEST_F(Http2Test, RequestsGivenUpCountUntilTheyAreAnswered) {
    park();
    for (std::size_t i = 0; i < kHttp2InWorkMax + 20; ++i) {
        const auto id = client_->get("/");
        client_->wait([&] { return parked_.size() > i || i >= kHttp2InWorkMax; });
        client_->reset(id);
    }
    loop_.run_after(Milliseconds{50}, [&] { loop_.stop(); });
    loop_.run();
    EXPECT_EQ(parked_.size(), kHttp2InWorkMax);
    for (auto& respond : std::exchange(parked_, {})) respond(text("nobody hears this"));
    const auto last = client_->get("/");
    ASSERT_TRUE(client_->wait([&] { return !parked_.empty(); }));
    for (auto& respond : std::exchange(parked_, {})) respond(text("heard"));
    EXPECT_EQ(client_->answer(last).body, "heard");
}

TEST_F(Http2Test, SlowRequestsAndIdleConnectionsAreEnded) {
    ServerOptions options;
    options.sweep_every = Milliseconds{5};
    options.idle_max = options.request_max = Milliseconds{40};
    echo(options);
    EXPECT_EQ(client_->answer(client_->send({{":method", "POST"}, {":path", "/"}}, "begun", true)).status,
              "408");
    EXPECT_TRUE(client_->wait([&] { return client_->ended_; }));
    EXPECT_EQ(client_->goaway_, NGHTTP2_NO_ERROR);
    EXPECT_EQ(server_->connections(), 0U);
}

TEST_F(Http2Test, AStreamFlowsAtItsReadersSpeed) {
    std::optional<StreamWriter> writer;
    std::size_t written = 0;
    int gone = 0;
    std::function<void()> fill = [&] {
        while (!writer->full()) {
            writer->write(SharedBytes(std::string(64_KiB, 'p')));
            written += 64_KiB;
        }
    };
    ServerOptions options;
    options.sweep_every = Milliseconds{5};
    serve(
        [&](Request, Respond respond) {
            auto ends = StreamWriter::make({.on_ready = [&] { fill(); }, .on_gone = [&] { ++gone; }});
            writer.emplace(std::move(ends.first));
            respond({.status = 200, .headers = {}, .body = {}, .stream = std::move(ends.second)});
            fill();
        },
        options, false);  // gives 64 KiB of window and no more
    const auto id = client_->get("/");
    ASSERT_TRUE(client_->wait([&] { return client_->answers_[id].body.size() == 65535; }));
    EXPECT_EQ(written, kStreamUnsentMax + 64_KiB);
    client_->reset(id);
    EXPECT_TRUE(client_->wait([&] { return gone == 1; }));
}

TEST_F(Http2Test, AStreamEndsWholeOrBrokenOff) {
    std::vector<StreamWriter> writers;
    serve([&](Request, Respond respond) {
        auto ends = StreamWriter::make({});
        writers.push_back(std::move(ends.first));
        respond({.status = 200, .headers = {}, .body = {}, .stream = std::move(ends.second)});
    });
    const auto whole = client_->get("/");
    const auto broken = client_->get("/");
    ASSERT_TRUE(client_->wait([&] { return client_->answers_[broken].status == "200"; }));
    for (auto& writer : writers) writer.write(SharedBytes("piece"));
    ASSERT_TRUE(client_->wait([&] { return client_->answers_[whole].body == "piece"; }));
    EXPECT_FALSE(client_->answers_[whole].closed);
    writers[0].finish();
    EXPECT_EQ(client_->answer(whole).error, NGHTTP2_NO_ERROR);
    writers.clear();
    EXPECT_EQ(client_->answer(broken).error, NGHTTP2_INTERNAL_ERROR);
    EXPECT_EQ(client_->answers_[broken].body, "piece");
}

TEST_F(Http2Test, AnAnswerThatNobodyTakesIsGivenUp) {
    ServerOptions options;
    options.sweep_every = Milliseconds{5};
    options.stalled_max = Milliseconds{40};
    serve([](Request, Respond respond) { respond(text(std::string(1_MiB, 'b'))); }, options, false);
    EXPECT_EQ(client_->answer(client_->get("/")).error, NGHTTP2_CANCEL);
}

TEST_F(Http2Test, StopSaysGoAwayAndWaitsForAnswers) {
    park();
    bool stopped = false;
    const auto id = client_->get("/");
    ASSERT_TRUE(client_->wait([&] { return parked_.size() == 1; }));
    server_->stop([&] { stopped = true; });
    ASSERT_TRUE(client_->wait([&] { return client_->goaway_.has_value(); }));
    EXPECT_FALSE(stopped);
    parked_[0](text("last"));
    EXPECT_EQ(client_->answer(id).body, "last");
    EXPECT_TRUE(client_->wait([&] { return stopped && client_->ended_; }));
}

TEST_F(Http2Test, NonsenseEndsTheConnection) {
    echo();
    client_->connection_->write(std::string(64, '\x7f'));
    EXPECT_TRUE(client_->wait([&] { return client_->ended_; }));
    EXPECT_TRUE(client_->goaway_);
}

}  // namespace
}  // namespace millrace::http
