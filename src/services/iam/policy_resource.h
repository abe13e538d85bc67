#pragma once

#include <string>

#include "ports/resource_provider.h"
#include "services/iam/directory.h"

namespace millrace::iam {

// AWS::IAM::Policy: one inline policy in each of some roles. The physical id is a generated name.
[[nodiscard]] ports::ResourceTypeModel policy_model();
void create_policy_resource(Directory& directory, const ports::ResourceRequest& request,
                            ports::ResourceDone done);
void update_policy_resource(Directory& directory, const ports::ResourceRequest& request,
                            const std::string& id, const boost::json::object& previous,
                            ports::ResourceDone done);
void remove_policy_resource(Directory& directory, const ports::ResourceRequest& request,
                            Directory::Answer done);

// AWS::IAM::RolePolicy: one inline policy of one role. The physical id is "<policy>|<role>".
[[nodiscard]] ports::ResourceTypeModel role_policy_model();
void put_role_policy_resource(Directory& directory, const ports::ResourceRequest& request,
                              ports::ResourceDone done);
void remove_role_policy_resource(Directory& directory, const ports::ResourceRequest& request,
                                 Directory::Answer done);

}  // namespace millrace::iam
