#pragma once

#include <optional>
#include <string>

#include "aws/error.h"
#include "aws/model/service_model.h"
#include "services/cloudformation/state/stack.h"

namespace millrace::cloudformation {

/// The token, with the digest of what it came with. Costs nothing where there is none.
[[nodiscard]] RequestToken make_request_token(const std::optional<std::string>& text,
                                              const aws::OperationModel& operation, const void* input);

template <class Operation>
[[nodiscard]] RequestToken request_token(const typename Operation::Input& input) {
    return make_request_token(input.client_request_token, Operation::model(), &input);
}

/// Whether the stack's last operation began with this very request, which is answered again then.
/// TokenAlreadyExistsException when another has had the token.
[[nodiscard]] aws::Outcome<bool> is_repeated(const Stack& stack, const RequestToken& token);

}  // namespace millrace::cloudformation
