#pragma once

#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "aws/registry.h"
#include "aws/testing.h"
#include "base/manual_executor.h"
#include "codec/json.h"
#include "services/kinesis/service.h"
#include "storage/catalog/log_catalog.h"
#include "storage/memory_log_store.h"

namespace millrace::kinesis {

/// For tests: the service over storage in memory and in virtual time, called as a JSON client calls it.
class ServiceFixture : public testing::Test {
  protected:
    ServiceFixture() { restart(); }

    /// A new service over the same storage.
    void restart(bool limits_of_aws = false);

    /// Starts the call and leaves it parked where it must wait.
    aws::testing::Call start(std::string_view operation, std::string_view json);
    aws::testing::Answer call(std::string_view operation, std::string_view json);
    /// The output of a call that must succeed.
    codec::JsonObject ok(std::string_view operation, std::string_view json);
    /// "Code: message"; "200" when it succeeded after all.
    std::string error(std::string_view operation, std::string_view json);
    [[nodiscard]] static std::string error_of(const aws::testing::Answer& answer);

    void create_stream(const std::string& name, int shards = 1);
    /// Its sequence number.
    std::string put(const std::string& stream, const std::string& key, std::string_view data);
    /// `more` as in ", \"Timestamp\": 1".
    std::string iterator(const std::string& stream, const std::string& type, const std::string& more = "");
    /// The data of the records that GetRecords gives.
    std::vector<std::string> read(const std::string& iterator);

    ManualClock clock_;
    ManualExecutor executor_{clock_};
    storage::MemoryLogStore store_{executor_};
    std::unique_ptr<storage::LogCatalog> catalog_;
    std::unique_ptr<aws::Registry> registry_;
    std::unique_ptr<Service> service_;
    aws::RequestContext context_ = aws::testing::test_context();
};

[[nodiscard]] std::string text_of(const codec::JsonObject& object, std::string_view member);

}  // namespace millrace::kinesis
