#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>

#include "base/error.h"
#include "services/cloudformation/sam/context.h"

namespace millrace::cloudformation::sam {

/// The properties of the AWS::Lambda::Function, but for Role when SAM makes one. Properties that SAM does not
/// have, or Millrace does not offer, are refused by name.
[[nodiscard]] Result<boost::json::object> lambda_properties(const std::string& logical_id,
                                                            const boost::json::object& properties,
                                                            const Context& context);

/// What ContentUri, or the property of another name, says: "s3://bucket/key?versionId=version" or {Bucket,
/// Key, Version}, as Lambda has it: {S3Bucket, S3Key, S3ObjectVersion}.
[[nodiscard]] Result<boost::json::object> object_at(const std::string& logical_id,
                                                    const boost::json::value& uri, std::string_view property);

/// Tracing is asked for; "Disabled" is as if it were not.
[[nodiscard]] bool is_traced(const boost::json::object& properties, const Context& context);

/// Tags as CloudFormation wants them, with the one that says who made them.
[[nodiscard]] Result<boost::json::array> tag_list(const std::string& logical_id,
                                                  const boost::json::object& properties);

}  // namespace millrace::cloudformation::sam
