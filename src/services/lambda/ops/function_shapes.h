#pragma once

#include <functional>
#include <optional>

#include "api/lambda.h"
#include "services/lambda/core.h"

namespace millrace::lambda {

// What the operations on functions share: between the API's shapes and ours.

[[nodiscard]] api::lambda::FunctionConfiguration describe(const Function& function);

/// The function a name means, or why there is none.
[[nodiscard]] aws::Outcome<FunctionPtr> find_function(const Core& core, const aws::Scope& scope,
                                                      std::string_view reference,
                                                      std::string_view qualifier = {});

/// AWS's error when a change of the function is on its way already.
[[nodiscard]] aws::Outcome<void> check_no_change_in_progress(const Core& core, const Function& function);

/// The first of a request's properties that would change behaviour and that Millrace does not obey.
[[nodiscard]] std::optional<aws::ServiceError> find_unoffered(
    const api::lambda::CreateFunctionRequest& request);
[[nodiscard]] std::optional<aws::ServiceError> find_unoffered(
    const api::lambda::UpdateFunctionConfigurationRequest& request);

/// Of names and sizes; in AWS's words.
[[nodiscard]] aws::Outcome<void> check_environment(const std::map<std::string, std::string>& variables);
[[nodiscard]] aws::Outcome<void> check_runtime(const std::string& runtime);

/// Where a request says that the code is.
struct CodeSource {
    std::optional<std::string> zip_file;
    std::optional<std::string> s3_bucket;
    std::optional<std::string> s3_key;
    std::optional<std::string> image_uri;
};
[[nodiscard]] CodeSource code_source(api::lambda::FunctionCode& code);

/// The function that a request describes, but for its code, revision and time; everything it leaves out at
/// AWS's default.
[[nodiscard]] aws::Outcome<Function> make_function(const aws::Scope& scope, std::string name,
                                                   api::lambda::CreateFunctionRequest input);

/// The bucket's name that stands for this machine's own files.
inline constexpr std::string_view kLocalBucket = "__local__";

/// Takes the code in; answers with InvalidParameterValueException in AWS's words when it is none.
void take_code(Core& core, CodeSource source,
               std::move_only_function<void(aws::Outcome<CodeReference>)> done);

/// Stores the changed function under a new revision, retires its processes, and answers with its
/// configuration.
void store_changed(Core& core, Function function,
                   std::move_only_function<void(aws::Outcome<api::lambda::FunctionConfiguration>)> done);

}  // namespace millrace::lambda
