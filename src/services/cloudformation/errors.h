#pragma once

#include <string>
#include <string_view>

#include "aws/error.h"

namespace millrace::cloudformation {

[[nodiscard]] aws::ServiceError validation_error(std::string message);
/// "Stack with id x does not exist"
[[nodiscard]] aws::ServiceError no_such_stack(std::string_view name_or_id);
/// "Stack [x] does not exist", as other operations say it
[[nodiscard]] aws::ServiceError stack_does_not_exist(std::string_view name_or_id);
/// "Stack [id] cannot be deleted while in status X"
[[nodiscard]] aws::ServiceError stack_cannot_be_deleted(std::string_view id, std::string_view status);
/// A request's member that Millrace cannot honour, and therefore refuses.
[[nodiscard]] aws::ServiceError not_offered(std::string_view member);
/// What the template engine refuses is the caller's mistake, anything else is ours.
[[nodiscard]] aws::ServiceError template_service_error(const Error& error);

}  // namespace millrace::cloudformation
