#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "base/error.h"
#include "services/cloudformation/sam/context.h"

namespace millrace::cloudformation::sam {

/// The one resource that an AWS::Serverless resource becomes, other than a function.
struct MadeResource {
    std::string logical_id;
    boost::json::object resource;
};

/// AWS::Serverless::LayerVersion: an AWS::Lambda::LayerVersion whose logical id changes with what it says, so
/// that older versions stay where they are retained. `resource` is as it stands in Resources.
[[nodiscard]] Result<MadeResource> expand_layer(const std::string& logical_id,
                                                const boost::json::object& resource, const Context& context);

/// AWS::Serverless::Application whose Location is a template's URL: an AWS::CloudFormation::Stack.
[[nodiscard]] Result<MadeResource> expand_application(const std::string& logical_id,
                                                      const boost::json::object& resource,
                                                      const Context& context);

}  // namespace millrace::cloudformation::sam
