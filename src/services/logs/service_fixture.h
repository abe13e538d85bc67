#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/logs.h"
#include "aws/registry.h"
#include "base/manual_executor.h"
#include "services/logs/service.h"
#include "storage/catalog/log_catalog.h"
#include "storage/memory_log_store.h"

namespace millrace::logs {

/// For tests: the service over a log store in memory.
class ServiceFixture : public testing::Test {
  protected:
    ServiceFixture() { open(); }

    void open() {
        service_.reset();
        catalog_.reset();
        storage::LogCatalog::open(store_, clock_, [this](auto catalog) { catalog_ = std::move(*catalog); });
        home_.run_ready();
        Service::open({home_, clock_, store_, *catalog_},
                      [this](auto service) { service_ = std::move(*service); });
        home_.run_ready();
        ASSERT_NE(service_, nullptr);
        registry_.emplace();
        service_->register_operations(*registry_);
    }

    template <class Op>
    aws::Outcome<typename Op::Output> call(typename Op::Input input) {
        std::optional<aws::Outcome<typename Op::Output>> answer;
        registry_->invoke<Op>(context_, std::move(input), [&](auto outcome) { answer = std::move(outcome); });
        home_.run_ready();
        if (answer) return std::move(*answer);
        ADD_FAILURE() << "no answer";
        return std::unexpected(aws::internal_failure());
    }

    template <class Op>
    std::string error(typename Op::Input input) {
        const auto outcome = call<Op>(std::move(input));
        return outcome ? "" : outcome.error().code + ": " + outcome.error().message;
    }

    void make_stream(const std::string& stream = "s") {
        (void)call<api::logs::CreateLogGroup>({.log_group_name = "g"});
        ASSERT_TRUE(call<api::logs::CreateLogStream>({.log_group_name = "g", .log_stream_name = stream}));
    }

    std::int64_t now() const { return to_millis(clock_.now()); }

    void put(const std::string& stream, std::vector<std::pair<std::int64_t, std::string>> events) {
        api::logs::PutLogEventsRequest input{.log_group_name = "g", .log_stream_name = stream};
        for (auto& [timestamp, message] : events) input.log_events.push_back({timestamp, message});
        ASSERT_TRUE(call<api::logs::PutLogEvents>(std::move(input)));
    }

    static std::vector<std::string> messages(const aws::Outcome<api::logs::GetLogEventsResponse>& page) {
        std::vector<std::string> out;
        if (page) {
            for (const auto& event : *page->events) out.push_back(*event.message);
        }
        return out;
    }

    std::vector<std::string> filter(api::logs::FilterLogEventsRequest input) {
        std::vector<std::string> out;
        input.log_group_name = "g";
        for (;;) {
            const auto page = call<api::logs::FilterLogEvents>(input);
            if (!page) return {page.error().message};
            for (const auto& event : *page->events) out.push_back(*event.message);
            if (!page->next_token) return out;
            input.next_token = page->next_token;
        }
    }

    ports::LogLine line(std::string text) {
        return {.scope = context_.scope,
                .function = "f",
                .group = "/aws/lambda/f",
                .stream = "2026/11/23/[$LATEST]0",
                .time = clock_.now(),
                .text = std::move(text)};
    }

    ManualClock clock_;
    ManualExecutor home_{clock_};
    storage::MemoryLogStore store_{home_};
    std::unique_ptr<storage::LogCatalog> catalog_;
    std::unique_ptr<Service> service_;
    std::optional<aws::Registry> registry_;
    aws::RequestContext context_{.scope = {"000000000000", "us-east-1"}};
};

}  // namespace millrace::logs
