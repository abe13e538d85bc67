#pragma once

#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/executor.h"
#include "base/random.h"
#include "ports/function_events.h"
#include "ports/resource_provider.h"
#include "services/cloudformation/callbacks/custom_request.h"
#include "storage/catalog/catalog.h"

namespace millrace::cloudformation {

inline constexpr std::string_view kCustomResource = "AWS::CloudFormation::CustomResource";
/// Where ResponseURLs point: below it, a request's id.
inline constexpr std::string_view kCustomResponsePath = "custom-resources/";

/// AWS::CloudFormation::CustomResource and Custom::...: resources that a function makes. It gets its request
/// as an asynchronous invocation and puts what became of it to the request's URL, now or within
/// ServiceTimeout.
///
/// Requests are kept in the catalog below "cloudformation/custom-requests/" until a deployment has taken
/// their answer, so waiting survives a restart; one whose hand-over a crash interrupted is handed over again,
/// with the same RequestId. Threads: the home executor.
class CustomResources final : public ports::ResourceProvider {
  public:
    struct Dependencies {
        Executor& home;
        const Clock& clock;
        Random& random;
        storage::Catalog& catalog;
        ports::FunctionEvents& functions;
        std::string callback_url;  ///< what ResponseURLs begin with:
                                   ///< "http://127.0.0.1:4566/_millrace/cloudformation/"
    };
    explicit CustomResources(Dependencies dependencies) : d_(std::move(dependencies)) {}

    /// Reads the requests of an earlier run; once, first.
    [[nodiscard]] Result<> load();
    /// Drops the requests of stacks that wait for nothing any more: `waits` says which do, by ARN.
    void keep_only(const std::function<bool(const std::string& stack_id)>& waits);
    void clear();

    /// Answers when the response is durable: kNotFound when no request of this id waits for one.
    void respond(const std::string& id, const std::string& body,
                 std::move_only_function<void(Result<>)> done);

    [[nodiscard]] std::vector<ports::ResourceTypeModel> resource_types() const override;
    void create(ports::ResourceRequest request, ports::ResourceDone done) override;
    void update(ports::ResourceRequest request, std::string physical_id, boost::json::object previous,
                ports::ResourceDone done) override;
    void remove(ports::ResourceRequest request, std::string physical_id,
                ports::ResourceRemoved done) override;
    [[nodiscard]] bool resumes(const std::string& /*type*/) const override { return true; }

    /// The request with its answer, or why there is none.
    using Answer = std::expected<CustomRequest, ports::ResourceFailure>;

  private:
    struct Call;
    struct Waiting {
        CustomRequest request;
        std::move_only_function<void(Answer)> done;  ///< of the deployment; none after a restart, at first
        TimerId timer{};
    };

    void ask(Call call, std::move_only_function<void(Answer)> done);
    [[nodiscard]] CustomRequest make_request(const Call& call, std::string identity);
    void send(const std::string& id);
    void settle(const std::string& id, Answer answer);
    void erase(const std::string& id);
    void write(const CustomRequest& request, storage::Done done);

    Dependencies d_;
    std::map<std::string, Waiting> waiting_;  ///< by id
    std::shared_ptr<char> alive_ = std::make_shared<char>();
};

}  // namespace millrace::cloudformation
