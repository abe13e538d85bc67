#pragma once

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "services/cloudformation/sam/context.h"

namespace millrace::cloudformation::sam {

/// What a function's Policies add to its role.
struct RolePolicies {
    boost::json::array managed;     ///< ManagedPolicyArns
    boost::json::array statements;  ///< Policies: {PolicyName, PolicyDocument}
};

/// Takes names and ARNs of managed policies, policy documents, and calls of policy templates
/// (policy_templates.h); one of them or a list, each also in Fn::If.
[[nodiscard]] Result<> add_policies(const std::string& function, const std::string& role,
                                    const boost::json::value& policies, const Context& context,
                                    RolePolicies& into);

/// {"PolicyName": ..., "PolicyDocument": {"Statement": [{"Action", "Effect": "Allow", "Resource"}]}}
[[nodiscard]] boost::json::object allow_policy(std::string_view name, std::string_view action,
                                               const boost::json::value& resource);

/// Unless one with the same document is in the list.
void add_policy_once(boost::json::array& list, boost::json::object policy);

/// Unless an equal one is in the list.
void add_once(boost::json::array& list, boost::json::value value);

}  // namespace millrace::cloudformation::sam
