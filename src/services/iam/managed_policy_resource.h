#pragma once

#include <string>

#include "ports/resource_provider.h"
#include "services/iam/directory.h"

namespace millrace::iam {

// AWS::IAM::ManagedPolicy. The physical id is the policy's ARN.
[[nodiscard]] ports::ResourceTypeModel managed_policy_model();
void create_managed_policy_resource(Directory& directory, const ports::ResourceRequest& request,
                                    ports::ResourceDone done);
void update_managed_policy_resource(Directory& directory, const ports::ResourceRequest& request,
                                    const std::string& arn, const boost::json::object& previous,
                                    ports::ResourceDone done);
/// Detaches it from all roles and users first.
void remove_managed_policy_resource(Directory& directory, const ports::ResourceRequest& request,
                                    const std::string& arn, Directory::Answer done);

}  // namespace millrace::iam
