#pragma once

#include <string>

#include "ports/resource_provider.h"
#include "services/iam/directory.h"

namespace millrace::iam {

// AWS::IAM::Policy: one inline policy in each of some roles and users. The physical id is a generated name.
[[nodiscard]] ports::ResourceTypeModel policy_model();
void create_policy_resource(Directory& directory, const ports::ResourceRequest& request,
                            ports::ResourceDone done);
void update_policy_resource(Directory& directory, const ports::ResourceRequest& request,
                            const std::string& id, const boost::json::object& previous,
                            ports::ResourceDone done);
void remove_policy_resource(Directory& directory, const ports::ResourceRequest& request,
                            Directory::Answer done);

// AWS::IAM::RolePolicy, AWS::IAM::UserPolicy: one inline policy of one role, or user. The physical id is
// "<policy>|<holder>".
[[nodiscard]] ports::ResourceTypeModel role_policy_model();
[[nodiscard]] ports::ResourceTypeModel user_policy_model();
void put_single_policy_resource(Directory& directory, const ports::ResourceRequest& request,
                                ports::ResourceDone done);
void remove_single_policy_resource(Directory& directory, const ports::ResourceRequest& request,
                                   Directory::Answer done);

}  // namespace millrace::iam
