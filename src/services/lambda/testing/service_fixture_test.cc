#include "services/lambda/testing/service_fixture.h"

#include <boost/json.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>

#include "codec/base64.h"
#include "codec/json.h"
#include "services/lambda/code/zip_writer.h"

namespace millrace::lambda::testing {

ServiceTest::ServiceTest() : search_path_(std::getenv("PATH")) {
    open();
}

ServiceTest::~ServiceTest() {
    close();
    if (!HasFailure()) return;
    for (const ports::LogLine& line : sink_.lines) {
        if (line.text.size() < 2000) std::printf("  [%s] %s\n", line.function.c_str(), line.text.c_str());
    }
}

void ServiceTest::open() {
    storage::LogCatalog::open(logs_, clock_, [this](auto opened) {
        ASSERT_TRUE(opened) << opened.error().message;
        catalog_ = std::move(*opened);
    });
    EXPECT_TRUE(run_until([this] { return catalog_ != nullptr; }));
    Service::open({.home = loop_,
                   .background = loop_,
                   .clock = clock_,
                   .random = random_,
                   .logs = logs_,
                   .catalog = *catalog_,
                   .files = files_,
                   .log_sink = sink_,
                   .records = source_,
                   .queues = queues_,
                   .objects = objects_,
                   .object_sink = objects_,
                   .metrics = metrics_,
                   .host = host_,
                   .data_directory = directory_.path() + "/data",
                   .endpoint_url = "http://127.0.0.1:4566",
                   .search_path = search_path_,
                   .times = {.first_retry = Milliseconds{5}, .second_retry = Milliseconds{10}}},
                  [this](Result<std::unique_ptr<Service>> opened) {
                      ASSERT_TRUE(opened) << opened.error().message;
                      service_ = std::move(*opened);
                  });
    EXPECT_TRUE(run_until([this] { return service_ != nullptr; }));
    registry_ = std::make_unique<aws::Registry>();
    service_->register_operations(*registry_);
    service_->start();
}

void ServiceTest::close() {
    bool done = false;
    service_->shutdown([&] { done = true; });
    EXPECT_TRUE(run_until([&] { return done; }));
    registry_.reset();
    service_.reset();
    catalog_.reset();
}

void ServiceTest::restart(const std::string& search_path) {
    close();
    if (!search_path.empty()) search_path_ = search_path;
    open();
}

bool ServiceTest::run_until(const std::function<bool()>& condition, Milliseconds limit) {
    const MonotonicTime deadline = clock_.monotonic() + limit;
    while (!condition() && clock_.monotonic() < deadline) {
        loop_.run_after(Milliseconds{1}, [this] { loop_.stop(); });
        loop_.run();
    }
    return condition();
}

aws::testing::Call ServiceTest::start_call(std::string_view operation, std::string_view json) {
    aws::RequestContext context = aws::testing::test_context();
    context.request_id = make_uuid(random_);
    return aws::testing::start(*registry_, operation, json, context);
}

aws::testing::Answer ServiceTest::call(std::string_view operation, std::string_view json) {
    const aws::testing::Call call = start_call(operation, json);
    run_until([&] { return call->has_value(); });
    return call->value_or(aws::testing::Answer{.status = 0, .body = "(no answer)"});
}

std::string ServiceTest::path(const std::string& relative) const {
    return directory_.path() + "/" + relative;
}

void ServiceTest::write_file(const std::string& relative, const std::string& contents) {
    const std::filesystem::path file = path(relative);
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << contents;
    if (file.filename() == "bootstrap") {
        std::filesystem::permissions(file, std::filesystem::perms::owner_exec,
                                     std::filesystem::perm_options::add);
    }
}

void ServiceTest::create(const std::string& name, const std::string& runtime, const std::string& handler,
                         int timeout_seconds, const std::string& code_json) {
    const auto answer = call(
        "CreateFunction",
        fmt::format(
            R"({{"FunctionName":"{}","Role":"arn:aws:iam::000000000000:role/r","Runtime":"{}","Handler":"{}",
                         "Timeout":{},"Code":{}}})",
            name, runtime, handler, timeout_seconds, code_json));
    ASSERT_EQ(answer.status, 200) << answer.body;
}

void ServiceTest::create_local(const std::string& name, const std::string& runtime,
                               const std::string& handler, const Files& files, int timeout_seconds) {
    for (const auto& [file, contents] : files) write_file(name + "/" + file, contents);
    create(name, runtime, handler, timeout_seconds,
           fmt::format(R"({{"S3Bucket":"__local__","S3Key":"{}"}})", path(name)));
}

void ServiceTest::create_zip(const std::string& name, const std::string& runtime, const std::string& handler,
                             const Files& files, int timeout_seconds) {
    create(name, runtime, handler, timeout_seconds,
           fmt::format(R"({{"ZipFile":"{}"}})", codec::base64_encode(write_zip(files).value())));
}

aws::testing::Call ServiceTest::start_invoke(const std::string& name, const std::string& payload,
                                             const std::string& log_type, const std::string& type) {
    return start_call(
        "Invoke",
        fmt::format(R"({{"FunctionName":"{}","Payload":"{}","LogType":"{}","InvocationType":"{}"}})", name,
                    codec::base64_encode(payload), log_type, type));
}

InvokeAnswer ServiceTest::invoke(const std::string& name, const std::string& payload,
                                 const std::string& log_type, const std::string& type) {
    const aws::testing::Call call = start_invoke(name, payload, log_type, type);
    run_until([&] { return call->has_value(); });
    if (!call->has_value()) return {.body = "(no answer)"};
    InvokeAnswer answer{.status = (*call)->status, .body = (*call)->body};
    const auto json = codec::parse_json(answer.body);
    const auto text = [&](std::string_view key) {
        const auto* member = json && json->is_object() ? json->as_object().if_contains(key) : nullptr;
        return member != nullptr && member->is_string() ? std::string(member->as_string()) : std::string();
    };
    if (const auto* status = json ? json->as_object().if_contains("StatusCode") : nullptr) {
        answer.status = status->to_number<int>();
    }
    answer.payload = codec::base64_decode(text("Payload")).value_or("");
    answer.log_tail = codec::base64_decode(text("LogResult")).value_or("");
    answer.function_error = text("FunctionError");
    return answer;
}

std::size_t ServiceTest::count_lines(std::string_view text) const {
    std::size_t count = 0;
    for (const ports::LogLine& line : sink_.lines) count += line.text == text ? 1 : 0;
    return count;
}

}  // namespace millrace::lambda::testing
