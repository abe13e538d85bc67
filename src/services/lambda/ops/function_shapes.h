#pragma once

#include <functional>
#include <optional>

#include "api/lambda.h"
#include "services/lambda/core.h"
#include "services/lambda/function_name.h"

namespace millrace::lambda {

// What the operations on functions share: between the API's shapes and ours.

/// With the ARN of $LATEST unqualified, of a version qualified.
[[nodiscard]] api::lambda::FunctionConfiguration describe(const Function& function);
/// What AWS's lists show of it.
[[nodiscard]] api::lambda::FunctionConfiguration describe_in_list(const Function& function);

/// What a name and a qualifier mean.
struct Target {
    FunctionPtr function;  ///< $LATEST, or a version
    FunctionReference reference;
    std::string arn;  ///< as it was named

    /// Where tables keep what belongs to the function (no qualifier), version or alias.
    [[nodiscard]] std::string record_key() const;
};
/// ResourceNotFoundException when there is no such function, version or alias.
[[nodiscard]] aws::Outcome<Target> find_target(const Core& core, const aws::Scope& scope,
                                               std::string_view reference, std::string_view qualifier = {});

/// The same, in the words of invocations: a function that is not there is missed as $LATEST.
[[nodiscard]] aws::Outcome<Target> find_invoked(const Core& core, const aws::Scope& scope,
                                                const std::string& function, const std::string& qualifier);
/// The same, in the words of permissions and provisioned concurrency, which tell an alias from a function.
[[nodiscard]] aws::Outcome<Target> find_qualified_target(const Core& core, const aws::Scope& scope,
                                                         std::string_view reference,
                                                         std::string_view qualifier);

/// $LATEST, for operations on functions as a whole. InvalidParameterValueException for a version or alias.
[[nodiscard]] aws::Outcome<FunctionPtr> find_function(const Core& core, const aws::Scope& scope,
                                                      std::string_view reference);

/// AWS's error when there is no such code signing configuration.
[[nodiscard]] aws::Outcome<void> check_code_signing(const Core& core, const aws::Scope& scope,
                                                    const std::string& arn);

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
/// AWS's model goes further than functions may: to what instances of one's own have.
[[nodiscard]] aws::Outcome<void> check_memory(std::int32_t megabytes);

[[nodiscard]] aws::Outcome<void> check_runtime_management(
    const api::lambda::PutRuntimeManagementConfigRequest& input);

/// Where a request says that the code is.
struct CodeSource {
    std::optional<std::string> zip_file;
    std::optional<std::string> s3_bucket;
    std::optional<std::string> s3_key;
    std::optional<std::string> s3_object_version;
    std::optional<std::string> image_uri;
};
[[nodiscard]] CodeSource code_source(api::lambda::FunctionCode& code);

/// The function that a request describes, but for its code, revision and time; everything it leaves out at
/// AWS's default.
[[nodiscard]] aws::Outcome<Function> make_function(const Core& core, const aws::Scope& scope,
                                                   std::string name,
                                                   api::lambda::CreateFunctionRequest input);

/// The bucket's name that stands for this machine's own files.
inline constexpr std::string_view kLocalBucket = "__local__";

/// Takes the code in, from S3 if that is where it is; answers with InvalidParameterValueException in AWS's
/// words when it is none.
void take_code(Core& core, const aws::Scope& scope, CodeSource source,
               std::move_only_function<void(aws::Outcome<CodeReference>)> done);

/// Stores the changed function under a new revision, publishes it if asked to, retires its processes, and
/// answers with its configuration, or the version's.
void store_changed(Core& core, Function function,
                   std::move_only_function<void(aws::Outcome<api::lambda::FunctionConfiguration>)> done,
                   bool publish = false);

/// What taking in code may have run into, in AWS's words.
[[nodiscard]] aws::ServiceError code_error(const Error& error);

/// "2026-11-23T15:34:47.123+0000"
[[nodiscard]] std::string lambda_time(WallTime time);

}  // namespace millrace::lambda
