#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "base/error.h"
#include "services/cloudformation/sam/context.h"

namespace millrace::cloudformation::sam {

/// What AutoPublishAlias makes: a version whose logical id changes with the code, and the alias that points
/// to it.
struct PublishedVersion {
    std::string version_id, alias_id;    ///< logical ids
    boost::json::object version, alias;  ///< properties
    std::string alias_name;
};

/// `properties` are SAM's, `lambda` those of the Lambda function: its description takes up
/// AutoPublishCodeSha256, and its code loses its references to parameters.
[[nodiscard]] Result<PublishedVersion> publish_version(const std::string& function,
                                                       const boost::json::object& properties,
                                                       boost::json::object& lambda, const Context& context);

}  // namespace millrace::cloudformation::sam
