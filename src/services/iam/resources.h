#pragma once

#include "ports/resource_provider.h"
#include "services/iam/directory.h"

namespace millrace::iam {

/// AWS::IAM::Role, AWS::IAM::User, AWS::IAM::AccessKey, AWS::IAM::Policy, AWS::IAM::RolePolicy and
/// AWS::IAM::ManagedPolicy.
/// Policies go to roles; groups are not offered.
class Resources final : public ports::ResourceProvider {
  public:
    /// `directory` outlives the provider.
    explicit Resources(Directory& directory) : directory_(directory) {}

    [[nodiscard]] std::vector<ports::ResourceTypeModel> resource_types() const override;
    void create(ports::ResourceRequest request, ports::ResourceDone done) override;
    void update(ports::ResourceRequest request, std::string physical_id, boost::json::object previous,
                ports::ResourceDone done) override;
    [[nodiscard]] std::string find_unanswered(const ports::ResourceRequest& request) const override;
    void remove(ports::ResourceRequest request, std::string physical_id,
                ports::ResourceRemoved done) override;
    /// Of roles.
    void read(ports::ResourceRequest request, std::string physical_id, ports::ResourceRead done) override;

  private:
    Directory& directory_;
};

}  // namespace millrace::iam
