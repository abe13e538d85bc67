#pragma once

#include <utility>

#include "services/iam/directory.h"

namespace millrace::iam {

/// Replies to a change with the output once it is durable.
template <class Output>
Directory::Answer answer_with(std::move_only_function<void(aws::Outcome<Output>)> reply,
                              std::type_identity_t<Output> output) {
    return [reply = std::move(reply), output = std::move(output)](aws::Outcome<void> outcome) mutable {
        if (outcome) {
            reply(std::move(output));
        } else {
            reply(std::unexpected(std::move(outcome.error())));
        }
    };
}

}  // namespace millrace::iam
