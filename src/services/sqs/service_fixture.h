#pragma once

#include <gmock/gmock.h>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/sqs.h"
#include "aws/registry.h"
#include "base/manual_executor.h"
#include "base/random.h"
#include "services/sqs/service.h"
#include "storage/catalog/log_catalog.h"
#include "storage/memory_log_store.h"

namespace millrace::sqs {

/// For tests: the service over logs in memory and time that is moved by hand.
class ServiceFixture : public testing::Test {
  protected:
    template <class Op>
    using Answer = std::optional<aws::Outcome<typename Op::Output>>;

    ServiceFixture() { start(); }

    /// Opens the service on what the logs hold, as after a crash.
    void start(bool refuse_early_recreation = false) {
        service_.reset();
        catalog_.reset();
        registry_ = aws::Registry();
        storage::LogCatalog::open(logs_, clock_, [this](Result<std::unique_ptr<storage::LogCatalog>> opened) {
            catalog_ = std::move(*opened);
        });
        executor_.run_ready();
        ASSERT_TRUE(catalog_);
        Service::open({executor_, clock_, random_, logs_, *catalog_, refuse_early_recreation},
                      [this](Result<std::unique_ptr<Service>> opened) {
                          open_error_ = opened ? "" : opened.error().message;
                          if (opened) service_ = std::move(*opened);
                      });
        executor_.run_ready();
        if (service_) service_->register_operations(registry_);
    }

    /// Begins a call; the answer appears when it is there.
    template <class Op>
    std::shared_ptr<Answer<Op>> begin(typename Op::Input input) {
        auto answer = std::make_shared<Answer<Op>>();
        registry_.invoke<Op>(context_, std::move(input), [answer](aws::Outcome<typename Op::Output> outcome) {
            EXPECT_FALSE(*answer) << "answered twice";
            *answer = std::move(outcome);
        });
        executor_.run_ready();
        return answer;
    }

    template <class Op>
    aws::Outcome<typename Op::Output> call(typename Op::Input input) {
        const auto answer = begin<Op>(std::move(input));
        EXPECT_TRUE(*answer) << "not answered yet";
        if (!*answer) return std::unexpected(aws::ServiceError{.code = "NotAnswered", .message = ""});
        return std::move(**answer);
    }

    template <class Op>
    aws::ServiceError error(typename Op::Input input) {
        auto outcome = call<Op>(std::move(input));
        return outcome ? aws::ServiceError{.code = "", .message = "no error"} : outcome.error();
    }

    std::string create(const std::string& name, std::map<std::string, std::string> attributes = {}) {
        auto created = call<api::sqs::CreateQueue>({.queue_name = name, .attributes = std::move(attributes)});
        EXPECT_TRUE(created) << created.error().message;
        return created ? *created->queue_url : "";
    }

    void send(const std::string& body, std::optional<std::int32_t> delay = {}) {
        const auto sent =
            call<api::sqs::SendMessage>({.queue_url = url_, .message_body = body, .delay_seconds = delay});
        EXPECT_TRUE(sent) << sent.error().message;
    }

    std::vector<api::sqs::Message> receive(std::int32_t limit = 10,
                                           std::optional<std::int32_t> timeout = {}) {
        auto received = call<api::sqs::ReceiveMessage>({.queue_url = url_,
                                                        .message_system_attribute_names = {{"All"}},
                                                        .message_attribute_names = {{"All"}},
                                                        .max_number_of_messages = limit,
                                                        .visibility_timeout = timeout});
        EXPECT_TRUE(received) << received.error().message;
        return received && received->messages ? std::move(*received->messages)
                                              : std::vector<api::sqs::Message>();
    }

    static std::vector<std::string> bodies(const std::vector<api::sqs::Message>& messages) {
        std::vector<std::string> bodies;
        for (const auto& message : messages) bodies.push_back(*message.body);
        return bodies;
    }
    std::vector<std::string> receive_bodies(std::int32_t limit = 10) { return bodies(receive(limit)); }

    /// A receive that waits.
    auto poll(std::int32_t wait = 20, std::int32_t limit = 1) {
        return begin<api::sqs::ReceiveMessage>(
            {.queue_url = url_, .max_number_of_messages = limit, .wait_time_seconds = wait});
    }
    /// What came of it: bodies, an error's code, or "waiting".
    static std::vector<std::string> answer(const std::shared_ptr<Answer<api::sqs::ReceiveMessage>>& poll) {
        if (!*poll) return {"waiting"};
        if (!**poll) return {(*poll)->error().code};
        return (*poll)->value().messages ? bodies(*(*poll)->value().messages) : std::vector<std::string>();
    }

    void remove(const api::sqs::Message& message) {
        EXPECT_TRUE(
            call<api::sqs::DeleteMessage>({.queue_url = url_, .receipt_handle = *message.receipt_handle}));
    }

    std::string attribute(const std::string& name) {
        auto got = call<api::sqs::GetQueueAttributes>({.queue_url = url_, .attribute_names = {{name}}});
        EXPECT_TRUE(got) << got.error().message;
        return got && got->attributes ? got->attributes->at(name) : "";
    }

    void set(const std::string& name, const std::string& value) {
        EXPECT_TRUE(call<api::sqs::SetQueueAttributes>({.queue_url = url_, .attributes = {{name, value}}}));
    }

    void advance(Milliseconds by) {
        executor_.advance(by);
        executor_.run_ready();
    }

    ManualClock clock_;
    ManualExecutor executor_{clock_};
    SeededRandom random_{1};
    storage::MemoryLogStore logs_{executor_};
    std::unique_ptr<storage::LogCatalog> catalog_;
    std::unique_ptr<Service> service_;
    std::string open_error_;
    aws::Registry registry_;
    aws::RequestContext context_{.scope = {"000000000000", "us-east-1"},
                                 .access_key = "AKIAEXAMPLE",
                                 .request_id = "r",
                                 .base_url = "http://localhost:4566",
                                 .received = {}};
    std::string url_ = "http://localhost:4566/000000000000/orders";
};

}  // namespace millrace::sqs
