#pragma once

#include <expected>
#include <string>
#include <vector>

#include "services/lambda/code/code_store.h"
#include "services/lambda/execution/failure.h"
#include "services/lambda/function.h"

namespace millrace::lambda {

/// The arguments of `java` for the function: AWS's runtime interface client on AWS's class path, which is the
/// package, the libraries in its folder "lib", and those in "java/lib" of the layers. Fails when none of them
/// brings the client.
[[nodiscard]] std::expected<std::vector<std::string>, RuntimeFailure> java_arguments(
    const Function& function, const PreparedCode& code);

}  // namespace millrace::lambda
