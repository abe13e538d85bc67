#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "ports/resource_provider.h"
#include "services/cloudformation/state/stack.h"

namespace millrace::cloudformation {

class Stacks;

/// AWS::CloudFormation::Stack: stacks as resources of others. A nested stack has the name that was generated
/// for it; what its parent asks of it is an operation like any other, which a restart takes up by itself.
///
/// An update is kept so that it can be taken back until the operation on the root stack is past that: the
/// nested stack stays in UPDATE_COMPLETE_CLEANUP_IN_PROGRESS, and its parent's deployment says when to go on
/// (Deployment). Threads: the home executor.
class NestedStacks final : public ports::ResourceProvider {
  public:
    /// `stacks` owns this.
    explicit NestedStacks(Stacks& stacks) : stacks_(stacks) {}

    [[nodiscard]] std::vector<ports::ResourceTypeModel> resource_types() const override;
    void create(ports::ResourceRequest request, ports::ResourceDone done) override;
    void update(ports::ResourceRequest request, std::string physical_id, boost::json::object previous,
                ports::ResourceDone done) override;
    void remove(ports::ResourceRequest request, std::string physical_id,
                ports::ResourceRemoved done) override;
    [[nodiscard]] bool resumes(const std::string& /*type*/) const override { return true; }

  private:
    using Body = std::string;

    [[nodiscard]] const Stack* find(const ports::ResourceRequest& request,
                                    const std::string& physical_id) const;
    /// Reads the template; `then` does not run when the resource was asked for something else meanwhile.
    void with_template(const ports::ResourceRequest& request, ports::ResourceDone done,
                       std::move_only_function<void(Body, ports::ResourceDone)> then);
    void begin_creation(const ports::ResourceRequest& request, Body body, ports::ResourceDone done);
    void begin_update(const ports::ResourceRequest& request, const std::string& uuid, Body body,
                      ports::ResourceDone done);
    void take_back(const ports::ResourceRequest& request, const Stack& nested, ports::ResourceDone done);
    void answer_when_made(const std::string& uuid, ports::ResourceDone done);
    void answer_when_updated(const std::string& uuid, ports::ResourceDone done);
    /// When it has come to rest: back, unless it is there or must not begin any more.
    void bring_back(const std::string& uuid, bool may_begin, ports::ResourceDone done);
    void begin_way_back(const Stack& nested, ports::ResourceDone done);
    void answer_when_gone(const std::string& uuid, ports::ResourceRemoved done);
    void begin_deletion(const Stack& nested, ports::ResourceRemoved done);

    Stacks& stacks_;
    std::map<std::string, std::uint64_t> calls_;  ///< by generated name: number of the newest
};

}  // namespace millrace::cloudformation
