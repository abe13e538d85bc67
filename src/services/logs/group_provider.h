#pragma once

#include "ports/resource_provider.h"
#include "services/logs/groups.h"

namespace millrace::logs {

/// AWS::Logs::LogGroup and AWS::Logs::LogStream.
class GroupProvider final : public ports::ResourceProvider {
  public:
    /// `groups` outlives the provider.
    explicit GroupProvider(Groups& groups) : groups_(groups) {}

    [[nodiscard]] std::vector<ports::ResourceTypeModel> resource_types() const override;
    void create(ports::ResourceRequest request, ports::ResourceDone done) override;
    void update(ports::ResourceRequest request, std::string physical_id, boost::json::object previous,
                ports::ResourceDone done) override;
    [[nodiscard]] std::string find_unanswered(const ports::ResourceRequest& request) const override;
    void remove(ports::ResourceRequest request, std::string physical_id,
                ports::ResourceRemoved done) override;

  private:
    Groups& groups_;
};

}  // namespace millrace::logs
