#pragma once

#include <deque>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "aws/registry.h"
#include "aws/testing.h"
#include "base/manual_executor.h"
#include "codec/json.h"
#include "services/cloudformation/service.h"
#include "storage/catalog/log_catalog.h"
#include "storage/memory_log_store.h"

namespace millrace::cloudformation {

/// Makes every type of the pipeline without making anything. Keeps what exists, and a line for every call.
class FakeProvider final : public ports::ResourceProvider {
  public:
    [[nodiscard]] std::vector<ports::ResourceTypeModel> resource_types() const override;
    void create(ports::ResourceRequest request, ports::ResourceDone done) override;
    void update(ports::ResourceRequest request, std::string physical_id, boost::json::object previous,
                ports::ResourceDone done) override;
    void remove(ports::ResourceRequest request, std::string physical_id,
                ports::ResourceRemoved done) override;
    [[nodiscard]] std::string find_unanswered(const ports::ResourceRequest& request) const override;

    /// Answers the calls that wait, in order, and those that this causes.
    void answer_waiting();

    bool answers_at_once = true;
    std::set<std::string> failing;        ///< "create Queue": calls that fail
    std::set<std::string> silent;         ///< calls that are never answered, as before a crash
    std::set<std::string> loses_answers;  ///< calls that are carried out, and never answered
    std::vector<std::string> calls;
    void read(ports::ResourceRequest request, std::string physical_id, ports::ResourceRead done) override;

    std::map<std::string, boost::json::object> existing;  ///< by physical id
    std::vector<ports::ResourceRequest> requests;

  private:
    void answer(std::string call, std::move_only_function<void(bool good)> done);

    std::deque<std::move_only_function<void()>> waiting_;
    std::map<std::string, WallTime> made_;  ///< by physical id: when the call began
};

/// A Lambda service that keeps the events it takes.
class FakeFunctions final : public ports::FunctionEvents {
  public:
    void accept(const aws::Scope& scope, const std::string& function_arn, std::string payload,
                std::move_only_function<void(aws::Outcome<void>)> done) override;

    struct Event {
        std::string function_arn;
        boost::json::object payload;
    };
    std::vector<Event> events;
    std::set<std::string> missing;  ///< ARNs of functions that are not there
    bool silent = false;            ///< does not answer, as before a crash
};

/// Objects in memory, by "bucket/key"; read at once or, as a disk would, later.
class FakeObjects final : public ports::ObjectSource {
  public:
    void read(const aws::Scope& scope, ports::ObjectAddress address, std::size_t bytes_max,
              ReadDone done) override;
    void answer_waiting();

    std::map<std::string, std::string> objects;
    bool answers_at_once = true;

  private:
    std::vector<std::move_only_function<void()>> waiting_;
};

/// Parameters of Systems Manager, by name.
class FakeParameters final : public ports::ParameterSource {
  public:
    [[nodiscard]] std::optional<ports::StoredParameter> find(const aws::Scope& /*scope*/,
                                                             const std::string& name) const override {
        const auto found = stored.find(name);
        return found == stored.end() ? std::nullopt : std::optional(found->second);
    }

    std::map<std::string, ports::StoredParameter> stored;
};

/// For tests: the service over storage in memory and in virtual time.
class ServiceFixture : public testing::Test {
  protected:
    ServiceFixture() { restart(); }

    /// A new service over the same storage, as after a crash.
    void restart();

    /// The output of a call that must succeed.
    codec::JsonObject ok(std::string_view operation, const codec::JsonObject& input);
    /// "Code: message", or "200".
    std::string error(std::string_view operation, const codec::JsonObject& input);

    std::string create(std::string_view body, codec::JsonObject more = {});
    codec::JsonObject stack(std::string_view name = "pipe");
    std::string status(std::string_view name = "pipe");
    /// "Queue CREATE_COMPLETE", oldest first, with ": reason" where there is one.
    std::vector<std::string> events(std::string_view name = "pipe");
    std::string physical_id(std::string_view logical_id);
    /// Puts the body to the URL; 200, or the error's message.
    std::string put(std::string_view url, std::string_view body);

    bool allow_unknown_types_ = false;  ///< of the next restart()
    ManualClock clock_;
    ManualExecutor executor_{clock_};
    SeededRandom random_{7};
    storage::MemoryLogStore store_{executor_};
    FakeProvider provider_;
    FakeFunctions functions_;
    FakeObjects objects_;
    FakeParameters parameters_;
    std::unique_ptr<storage::LogCatalog> catalog_;
    std::unique_ptr<aws::Registry> registry_;
    std::unique_ptr<Service> service_;
};

}  // namespace millrace::cloudformation
