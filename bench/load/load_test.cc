#include <atomic>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "arrivals.h"
#include "http/server.h"
#include "run.h"

namespace millrace::bench {
namespace {

constexpr Milliseconds kStall{400};
constexpr Milliseconds kWait{100};
constexpr Milliseconds kDelivery{5};

/// Answers on a thread of its own.
class LoadTest : public testing::Test {
  protected:
    LoadTest() {
        server_ = http::Server::open(loop_, {}, [this](http::Request request, http::Respond respond) {
                      answer(std::move(request), std::move(respond));
                  }).value();
        options_.place.port = server_->port();
        options_.warm_seconds = 0.1;
        options_.seconds = 0.5;
        thread_ = std::thread([this] { loop_.run(); });
    }
    ~LoadTest() override {
        loop_.stop();
        thread_.join();
    }

    nlohmann::json run_load(const std::string& name, std::size_t connections = 0) {
        auto load =
            read_load(MILLRACE_LOADS, name, {{"stream", "s"}, {"queue_url", "http://q"}, {"function", "f"}})
                .value();
        if (connections > 0) load.connections = connections;
        return run(load, options_);
    }

    /// What was sent comes back out of the queue; a receive waits for it.
    void queue(const http::Request& request, http::Respond respond) {
        if (request.headers.get("X-Amz-Target") == "AmazonSQS.SendMessage") {
            const std::size_t at = request.body.find("{\\\"id\\\"");
            bodies_.push_back(request.body.substr(at, request.body.rfind('"') - at));
            respond({.body = R"({"MessageId":"m"})"});
        } else if (request.headers.get("X-Amz-Target") == "AmazonSQS.ReceiveMessage") {
            waiting_.push_back(std::move(respond));
            loop_.run_after(kWait, [this] { end_waits(); });
        } else {
            respond({.body = R"({"Successful":[{"Id":"d0"}]})"});
        }
        loop_.run_after(kDelivery, [this] { deliver(); });
    }

    void deliver() {
        sent_ahead_ = std::max(sent_ahead_.load(), bodies_.size());
        while (!waiting_.empty() && !bodies_.empty()) {
            waiting_.back()(
                {.body = R"({"Messages":[{"ReceiptHandle":"h","Body":")" + bodies_.back() + "\"}]}"});
            waiting_.pop_back();
            bodies_.pop_back();
        }
    }

    void answer_with(std::string body) {
        const std::lock_guard lock(answer_mutex_);
        answer_ = std::move(body);
    }

    void end_waits() {
        for (auto& respond : std::exchange(waiting_, {})) respond({.body = "{}"});
    }

    void answer(http::Request request, http::Respond respond) {
        ++requests_;
        largest_ = std::max(largest_.load(), request.body.size());
        signed_ += request.headers.get("Authorization").starts_with("AWS4-HMAC-SHA256 Credential=") ? 1 : 0;
        if (queue_) return queue(request, std::move(respond));
        if (requests_ == stall_at_) std::this_thread::sleep_for(kStall);
        const std::lock_guard lock(answer_mutex_);
        respond({.status = status_, .body = answer_});
    }

    RunOptions options_{.credentials = {.access_key = "test", .secret_key = "test", .session_token = {}},
                        .region = "us-east-1"};
    std::mutex answer_mutex_;
    std::string answer_ = "{}";  ///< under the mutex
    std::atomic<int> status_ = 200;
    std::atomic<bool> queue_ = false;
    std::atomic<std::size_t> stall_at_ = 0;
    std::atomic<std::size_t> requests_ = 0;
    std::atomic<std::size_t> signed_ = 0;
    std::atomic<std::size_t> largest_ = 0;     ///< of the requests' bodies
    std::atomic<std::size_t> sent_ahead_ = 0;  ///< messages that waited at once
    std::vector<http::Respond> waiting_;
    std::vector<std::string> bodies_;
    net::Loop loop_;
    std::unique_ptr<http::Server> server_;
    std::thread thread_;
};

TEST_F(LoadTest, SendsEachUsersNextRequestOnItsAnswer) {
    const auto report = run_load("put_record", 3);
    EXPECT_GT(report["requests"], 1);
    EXPECT_EQ(report["units"], report["requests"]);
    EXPECT_EQ(report["failed"], 0);
    EXPECT_EQ(report["latency"]["count"], report["requests"]);
    EXPECT_EQ(signed_, requests_);
}

TEST_F(LoadTest, SpeaksHttp2) {
    options_.streams = 8;
    const auto report = run_load("put_record", 2);
    EXPECT_GT(report["requests"], 1);
    EXPECT_EQ(report["failed"], 0) << report;
}

TEST_F(LoadTest, SendsLargeBodiesByHttp2) {
    options_.streams = 2;
    answer_with(R"({"FailedRecordCount":0})");
    const auto report = run_load("put_records", 1);
    EXPECT_GT(report["requests"], 1) << report;
    EXPECT_EQ(report["failed"], 0) << report;
    EXPECT_GT(largest_, 700'000);
    EXPECT_LT(largest_, 710'000);
}

TEST_F(LoadTest, CountsUnitsAndWhatWasRefused) {
    answer_with(R"({"FailedRecordCount":0,"Records":[]})");
    auto report = run_load("put_records", 1);
    EXPECT_EQ(report["units"], 500 * report["requests"].get<int>());
    answer_with(R"({"FailedRecordCount": 3,"Records":[]})");
    report = run_load("put_records", 1);
    EXPECT_EQ(report["units"], 0);
    EXPECT_GT(report["problems"]["FailedRecordCount is set"], 0);
    status_ = 400;
    report = run_load("put_records", 1);
    EXPECT_EQ(report["requests"], 0);
    EXPECT_GT(report["failed"], 0);
}

TEST_F(LoadTest, ReadsAShardToItsEndAndAgain) {
    answer_with(
        R"({"ShardIterator":"a","NextShardIterator":"b","Records":[{"SequenceNumber":"1"},{"SequenceNumber":"2"}]})");
    const auto report = run_load("get_records", 1);
    EXPECT_EQ(report["failed"], 0) << report;
    EXPECT_GE(report["units"], 2 * report["requests"].get<int>() - 2);
}

/// A server that stands still holds up all that is due meanwhile, and the figures must say so.
TEST_F(LoadTest, CountsFromWhenARequestWasDue) {
    options_.rate = 1000;
    options_.seconds = 1;
    stall_at_ = 300;
    const auto open = run_load("put_record", 8)["latency"];
    EXPECT_NEAR(open["count"].get<int>(), 1000, 100);
    EXPECT_GT(open["p90_us"], 150'000);  // 400 of 1000 were due while nothing was answered
}

TEST_F(LoadTest, AwaitsWhatItSends) {
    queue_ = true;
    options_.lone = true;
    const auto report = run_load("send_to_waiting");
    EXPECT_EQ(report["failed"], 0) << report;
    EXPECT_GT(report["arrivals"]["latency"]["count"], 1);
    EXPECT_EQ(report["arrivals"]["missing"], 0);
    EXPECT_EQ(report["arrivals"]["repeated"], 0);
    EXPECT_EQ(sent_ahead_, 1);
}

TEST_F(LoadTest, SaysThatNobodyAnswers) {
    options_.place.port = 1;
    const auto report = run_load("put_record", 1);
    EXPECT_EQ(report["requests"], 0);
    EXPECT_GT(report["failed"], 0);
}

TEST(Arrivals, KnowWhatIsMissingAndWhatCameTwice) {
    Arrivals arrivals;
    const MonotonicTime start{};
    for (const std::uint64_t id : {1, 2, 3, 4}) arrivals.sent(id, start, id != 2);
    arrivals.refused(4);
    arrivals.refused(9);
    EXPECT_EQ(arrivals.awaited(), 3);
    arrivals.seen(R"({"Body":"[{\"id\":1},{\"id\":2},{\"id\":1},{\"id\":77}]"})", start + Seconds{1});
    EXPECT_EQ(arrivals.awaited(), 1);
    const auto report = arrivals.report();
    EXPECT_EQ(report["missing"], 1);
    EXPECT_EQ(report["repeated"], 1);
    EXPECT_EQ(report["sent"], 3);
    EXPECT_EQ(report["latency"]["count"], 1);  // the second was of the warm-up
    EXPECT_EQ(report["latency"]["max_us"], 1e6);
}

TEST(LoadFile, IsReadable) {
    const auto loads = read_loads(MILLRACE_LOADS);
    ASSERT_TRUE(loads) << loads.error().message;
    EXPECT_GT(loads->size(), 10);
    for (const Load& load : *loads) EXPECT_FALSE(load.steps.empty()) << load.name;
}

TEST(LoadFile, SaysWhatIsWrong) {
    EXPECT_EQ(read_load(MILLRACE_LOADS, "none", {}).error().code, ErrorCode::kNotFound);
    EXPECT_EQ(read_load("/no/such/file", "none", {}).error().code, ErrorCode::kNotFound);
    const auto file = std::filesystem::temp_directory_path() / "millrace_load_test.json";
    const auto wrong = [&](std::string_view text) {
        std::ofstream(file) << text;
        const auto read = read_load(file, "l", {});
        return read ? std::string("read") : read.error().message;
    };
    EXPECT_NE(wrong("{").find("parse error"), std::string::npos);
    EXPECT_EQ(wrong(R"({"l":{"about":"a","steps":[]}})"), "the load l sends nothing");
    EXPECT_EQ(wrong(R"({"l":{"about":"a","steps":[{"operation":"s3.Put","body":""}]}})"),
              "\"s3.Put\" is no operation of kinesis, sqs or lambda");
    EXPECT_EQ(wrong(R"({"l":{"about":"a","steps":[{"operation":"sqs.Put","body":"$(x"}]}})"),
              "\"$(\" without \")\"");
    EXPECT_EQ(wrong(R"({"l":{"about":"a","steps":[{"operation":"sqs.Put","body":"{}"}]}})"), "read");
    std::filesystem::remove(file);
}

}  // namespace
}  // namespace millrace::bench
