#pragma once

#include <optional>
#include <string>

#include "aws/context.h"
#include "aws/error.h"
#include "services/logs/groups.h"

namespace millrace::logs {

/// The group that a request names, by exactly one of name and identifier.
[[nodiscard]] aws::Outcome<LogGroup*> find_target(Groups& groups, const aws::Scope& scope,
                                                  const std::optional<std::string>& name,
                                                  const std::optional<std::string>& identifier);

/// The name of the group that a resourceArn names; it may not exist.
[[nodiscard]] aws::Outcome<std::string> group_of_resource(const aws::Scope& scope, const std::string& arn);

/// Replies to an operation without output.
template <class Reply>
Groups::Answer answer_with(Reply reply) {
    return [reply = std::move(reply)](aws::Outcome<void> outcome) mutable {
        if (outcome) {
            reply({});
        } else {
            reply(std::unexpected(std::move(outcome.error())));
        }
    };
}

}  // namespace millrace::logs
