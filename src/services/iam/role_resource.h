#pragma once

#include <optional>
#include <string>

#include "ports/resource_provider.h"
#include "services/iam/directory.h"

namespace millrace::iam {

// AWS::IAM::Role. The physical id is the role's name.
[[nodiscard]] ports::ResourceTypeModel role_model();
void create_role_resource(Directory& directory, const ports::ResourceRequest& request,
                          ports::ResourceDone done);
/// Policies that did not come from the template stay.
void update_role_resource(Directory& directory, const ports::ResourceRequest& request,
                          const std::string& name, const boost::json::object& previous,
                          ports::ResourceDone done);
/// With all its policies.
void remove_role_resource(Directory& directory, const ports::ResourceRequest& request,
                          const std::string& name, Directory::Answer done);

/// What ports::ResourceProvider::read() tells of a role; nullopt when it is gone.
[[nodiscard]] std::optional<boost::json::object> live_role(const Directory& directory,
                                                           const ports::ResourceRequest& request,
                                                           const std::string& name);

}  // namespace millrace::iam
