#pragma once

#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/executor.h"
#include "base/random.h"
#include "ports/resource_provider.h"
#include "services/cloudformation/callbacks/wait_handle.h"
#include "storage/catalog/catalog.h"

namespace millrace::cloudformation {

/// Where handles' URLs point: below it, a handle's id.
inline constexpr std::string_view kWaitHandlePath = "wait-handles/";

/// AWS::CloudFormation::WaitConditionHandle, a URL that takes signals, and
/// AWS::CloudFormation::WaitCondition, which is made when its handle got as many as it counts.
///
/// Handles and signals are kept in the catalog below "cloudformation/wait-handles/", so waiting survives a
/// restart. Threads: the home executor.
class WaitConditions final : public ports::ResourceProvider {
  public:
    struct Dependencies {
        Executor& home;
        const Clock& clock;
        Random& random;
        storage::Catalog& catalog;
        std::string callback_url;  ///< what handles' URLs begin with, as CustomResources'
    };
    explicit WaitConditions(Dependencies dependencies) : d_(std::move(dependencies)) {}

    /// Reads the handles of an earlier run; once, first.
    [[nodiscard]] Result<> load();
    void clear();

    /// Answers when the signal is durable; one of a unique id that signalled before changes nothing.
    /// kNotFound when there is no such handle, kInvalidArgument when the body is no signal,
    /// kResourceExhausted when too many have signalled.
    void signal(const std::string& id, const std::string& body, std::move_only_function<void(Result<>)> done);

    [[nodiscard]] std::vector<ports::ResourceTypeModel> resource_types() const override;
    void create(ports::ResourceRequest request, ports::ResourceDone done) override;
    void update(ports::ResourceRequest request, std::string physical_id, boost::json::object previous,
                ports::ResourceDone done) override;
    void remove(ports::ResourceRequest request, std::string physical_id,
                ports::ResourceRemoved done) override;
    [[nodiscard]] bool resumes(const std::string& /*type*/) const override { return true; }

  private:
    /// A condition that is being made.
    struct Condition {
        std::string handle;  ///< id
        std::string physical_id;
        std::size_t count = 1;
        ports::ResourceDone done;
        TimerId timer{};
    };
    using Conditions = std::list<Condition>;

    void create_handle(const ports::ResourceRequest& request, ports::ResourceDone done);
    void create_condition(const ports::ResourceRequest& request, ports::ResourceDone done);
    /// Answers if the handle's signals say how it ends.
    void look(Conditions::iterator condition);
    void timed_out(Conditions::iterator condition);
    void conclude(Conditions::iterator condition, std::expected<ports::Resource, ports::ResourceFailure> end);
    [[nodiscard]] std::string url_of(const std::string& id) const;
    [[nodiscard]] WaitHandle* find(std::string_view url);
    void write(const WaitHandle& handle, storage::Done done);

    Dependencies d_;
    std::map<std::string, WaitHandle, std::less<>> handles_;  ///< by id
    Conditions conditions_;
    std::shared_ptr<char> alive_ = std::make_shared<char>();
};

}  // namespace millrace::cloudformation
