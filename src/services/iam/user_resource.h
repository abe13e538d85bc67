#pragma once

#include <string>

#include "ports/resource_provider.h"
#include "services/iam/directory.h"

namespace millrace::iam {

// AWS::IAM::User. The physical id is the user's name.
[[nodiscard]] ports::ResourceTypeModel user_model();
void create_user_resource(Directory& directory, const ports::ResourceRequest& request,
                          ports::ResourceDone done);
/// Policies that did not come from the template stay.
void update_user_resource(Directory& directory, const ports::ResourceRequest& request,
                          const std::string& name, const boost::json::object& previous,
                          ports::ResourceDone done);
/// With all its policies; DeleteConflict while it has access keys that the template does not know.
void remove_user_resource(Directory& directory, const ports::ResourceRequest& request,
                          const std::string& name, Directory::Answer done);

// AWS::IAM::AccessKey. The physical id is the key's.
[[nodiscard]] ports::ResourceTypeModel access_key_model();
void create_access_key_resource(Directory& directory, const ports::ResourceRequest& request,
                                ports::ResourceDone done);
void update_access_key_resource(Directory& directory, const ports::ResourceRequest& request,
                                const std::string& id, ports::ResourceDone done);
void remove_access_key_resource(Directory& directory, const ports::ResourceRequest& request,
                                const std::string& id, Directory::Answer done);

}  // namespace millrace::iam
